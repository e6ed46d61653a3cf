package dev.aigw.routing.tools;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ContentPart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what a tool returns into what the model reads, within a bound. */
final class Outputs {

    private static final int MOST_ERROR_CHARS = 500;

    private Outputs() {}

    /** Returns an output as it is, texts and parts as content, and any other value as JSON. */
    static ToolOutput of(@Nullable Object value) {
        if (value instanceof ToolOutput output) {
            return output;
        }
        if (value instanceof String text) {
            return ToolOutput.text(text);
        }
        if (value instanceof ContentPart part) {
            return ToolOutput.of(List.of(part));
        }
        if (value instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(each -> each instanceof ContentPart)) {
            return ToolOutput.of(list.stream().map(ContentPart.class::cast).toList());
        }
        return ToolOutput.text(value == null ? "null" : JsonMapper.installed().write(value));
    }

    /**
     * Returns what the model reads about a failure: the message, or else the type, without a stack trace. Of arguments
     * that a constructor refused it reads the words of that constructor too.
     */
    static String message(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof GatewayException misfit
                && misfit.kind() == ErrorKind.MALFORMED_RESPONSE
                && misfit.getCause() != null
                && misfit.getCause().getMessage() != null) {
            message += ": " + misfit.getCause().getMessage();
        }
        String text = message == null || message.isBlank() ? failure.getClass().getSimpleName() : message.strip();
        return text.length() <= MOST_ERROR_CHARS ? text : text.substring(0, end(text, MOST_ERROR_CHARS)) + " …";
    }

    /**
     * Returns the parts with their texts together no longer than {@code most} characters and a note where they were
     * cut: of a text that is too long, the first two thirds of the room and the last third remain.
     */
    static List<ContentPart> bounded(List<ContentPart> content, int most) {
        long chars = 0;
        for (ContentPart part : content) {
            chars += part instanceof ContentPart.Text text ? text.text().length() : 0;
        }
        if (chars <= most) {
            return content;
        }
        List<ContentPart> kept = new ArrayList<>(content.size());
        int room = most;
        for (ContentPart part : content) {
            if (part instanceof ContentPart.Text text) {
                String cut = cut(text.text(), room);
                room = Math.max(0, room - text.text().length());
                kept.add(new ContentPart.Text(cut, text.text().equals(cut) ? text.citations() : List.of()));
            } else {
                kept.add(part);
            }
        }
        return kept;
    }

    private static String cut(String text, int room) {
        if (text.length() <= room) {
            return text;
        }
        int head = end(text, room - room / 3);
        int tail = start(text, text.length() - room / 3);
        return text.substring(0, head) + "\n[… " + (tail - head) + " of " + text.length()
                + " characters were left out here: the result is too long …]\n" + text.substring(tail);
    }

    private static int end(String text, int at) {
        return at > 0 && Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
    }

    private static int start(String text, int at) {
        return at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at + 1 : at;
    }
}
