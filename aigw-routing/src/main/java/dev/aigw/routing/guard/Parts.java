package dev.aigw.routing.guard;

import dev.aigw.api.chat.Media;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.inference.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Lists the content that it visits, and changes nothing. */
final class Parts implements ContentEditor {

    final List<GuardedPart> list = new ArrayList<>();

    @Override
    public String text(ContentOrigin origin, String path, String text) {
        list.add(GuardedPart.text(origin, path, text, true));
        return text;
    }

    @Override
    public void fixedText(ContentOrigin origin, String path, String text) {
        list.add(GuardedPart.text(origin, path, text, false));
    }

    @Override
    public Media media(ContentOrigin origin, String path, Media media) {
        list.add(GuardedPart.media(origin, path, media));
        return media;
    }

    @Override
    public void tensor(ContentOrigin origin, String path, Tensor tensor) {
        list.add(GuardedPart.tensor(origin, path, tensor));
    }
}
