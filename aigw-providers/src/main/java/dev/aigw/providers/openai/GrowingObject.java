package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that arrives in pieces. Each character is looked at once, and the text is parsed only when its brackets
 * first close, so asking after each piece whether it is whole takes time in proportion to its length. Not safe for use
 * by several threads.
 */
final class GrowingObject {

    private final StringBuilder text;
    private int scanned;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean closed;
    private boolean broken;
    private boolean parsed;
    private @Nullable JsonNode value;

    GrowingObject(String beginning) {
        this.text = new StringBuilder(Math.max(64, beginning.length())).append(beginning);
    }

    StringBuilder text() {
        return text;
    }

    void append(String more) {
        text.append(more);
    }

    /** Returns whether there is an object and nothing else so far. */
    boolean isWhole() {
        return value() != null;
    }

    /** Returns the object; null if it is not whole, or is none. */
    @Nullable
    JsonNode value() {
        while (scanned < text.length() && !broken) {
            scan(text.charAt(scanned++));
        }
        if (broken || !closed) {
            return null;
        }
        if (!parsed) { // what follows is white space, or breaks it
            parsed = true;
            JsonNode json = Json.parseOrNull(text.toString());
            value = json != null && json.isObject() ? json : null;
        }
        return value;
    }

    private void scan(char c) {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (depth == 0) {
            if (c == '{' && !closed) {
                depth = 1;
            } else {
                broken |= c > ' ';
            }
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            closed = true;
        }
    }
}
