package dev.aigw.routing.guard;

import dev.aigw.api.chat.Media;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.inference.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Puts replacements where {@link Parts} found content, by its index there. */
final class Replacements implements ContentEditor {

    private final Map<Integer, String> texts = new HashMap<>();
    private final Map<Integer, Media> media = new HashMap<>();
    private int index;

    void text(int part, String text) {
        texts.put(part, text);
    }

    void media(int part, Media replacement) {
        media.put(part, replacement);
    }

    boolean isEmpty() {
        return texts.isEmpty() && media.isEmpty();
    }

    @Override
    public String text(ContentOrigin origin, String path, String text) {
        String replacement = texts.get(index++);
        return replacement == null ? text : replacement;
    }

    @Override
    public void fixedText(ContentOrigin origin, String path, String text) {
        index++;
    }

    @Override
    public Media media(ContentOrigin origin, String path, Media given) {
        Media replacement = media.get(index++);
        return replacement == null ? given : replacement;
    }

    @Override
    public void tensor(ContentOrigin origin, String path, Tensor tensor) {
        index++;
    }
}
