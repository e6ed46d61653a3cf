package dev.aigw.routing.tools;

import dev.aigw.api.chat.ContentPart;
import java.util.List;

/**
 * What a tool gives the model to read. Immutable.
 *
 * <p>Most tools need none and return a text or a value. This one is for parts of several kinds, and for a failure that
 * the tool itself words.
 */
public final class ToolOutput {

    private final List<ContentPart> content;
    private final boolean error;

    private ToolOutput(List<? extends ContentPart> content, boolean error) {
        this.content = List.copyOf(content);
        this.error = error;
    }

    /** Returns an output of one text. */
    public static ToolOutput text(String text) {
        return new ToolOutput(List.of(new ContentPart.Text(text)), false);
    }

    /** Returns an output of these parts, such as a text and an image; not all vendors take images from tools. */
    public static ToolOutput of(List<? extends ContentPart> content) {
        return new ToolOutput(content, false);
    }

    /** Returns a failure; the text says what the model can do about it. */
    public static ToolOutput error(String text) {
        return new ToolOutput(List.of(new ContentPart.Text(text)), true);
    }

    /** Returns a failure that is described by these parts. */
    public static ToolOutput error(List<? extends ContentPart> content) {
        return new ToolOutput(content, true);
    }

    /** Returns the parts. */
    public List<ContentPart> content() {
        return content;
    }

    /** Returns whether the tool failed. */
    public boolean isError() {
        return error;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ToolOutput that && error == that.error && content.equals(that.content);
    }

    @Override
    public int hashCode() {
        return 31 * content.hashCode() + Boolean.hashCode(error);
    }

    /** Returns the number of parts; content stays out of logs. */
    @Override
    public String toString() {
        return "ToolOutput{" + content.size() + " parts" + (error ? ", error}" : "}");
    }
}
