package dev.aigw.routing.guard;

import dev.aigw.api.chat.Media;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.inference.Tensor;

/** Restores in a reply what was replaced in the request. */
final class RestoringEditor implements ContentEditor {

    private final Masks masks;

    RestoringEditor(Masks masks) {
        this.masks = masks;
    }

    @Override
    public String text(ContentOrigin origin, String path, String text) {
        return origin == ContentOrigin.REASONING ? text : masks.restored(text, origin == ContentOrigin.TOOL_ARGUMENTS);
    }

    @Override
    public void fixedText(ContentOrigin origin, String path, String text) {}

    @Override
    public Media media(ContentOrigin origin, String path, Media media) {
        return media;
    }

    @Override
    public void tensor(ContentOrigin origin, String path, Tensor tensor) {}
}
