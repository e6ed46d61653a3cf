package dev.aigw.api.guard;

import dev.aigw.api.chat.Media;
import dev.aigw.api.inference.Tensor;

/**
 * Visits the content of a request or reply, piece by piece, and says what shall stand there. An unchanged piece is
 * returned as the same object.
 */
public interface ContentEditor {

    /**
     * Visits a text that can be changed.
     *
     * @param path where it stands, for example {@code pages[2].text}
     */
    String text(ContentOrigin origin, String path, String text);

    /** Visits a text that cannot be changed. */
    void fixedText(ContentOrigin origin, String path, String text);

    /** Visits an image, audio, video or file. */
    Media media(ContentOrigin origin, String path, Media media);

    /** Visits a tensor of numbers. */
    void tensor(ContentOrigin origin, String path, Tensor tensor);
}
