package dev.aigw.providers.guard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer must have at a path, so that an answer of another shape never passes for one without findings.
 *
 * @param type {@code list}, {@code object}, {@code string}, {@code number} or {@code boolean}; null for any
 * @param values what it may be, as plain JSON; none for anything
 * @param size the group of texts that the list has one element for; null for a list of any length
 * @param atLeast how many elements the list has at least
 * @param only the group of texts without which this is not expected; null if it always is
 */
record Expectation(
        ReplyPath at,
        @Nullable String type,
        List<Object> values,
        @Nullable String size,
        int atLeast,
        @Nullable String only) {

    /** Returns what is wrong with an answer, for a message; null if nothing is. */
    @Nullable
    String unmet(JsonNode reply, GuardRequest request) {
        if (only != null && request.of(only).isEmpty()) {
            return null;
        }
        int texts = request.of(size == null ? "" : size).size();
        ReplyPath rest = at.behindLastStar();
        @Nullable String[] first = new @Nullable String[1];
        at.toLastStar().visit(reply, (element, stars) -> {
            if (first[0] == null) {
                JsonNode node = rest.one(element);
                first[0] = node == null ? at + " is missing" : unmet(node, texts);
            }
        });
        return first[0];
    }

    private @Nullable String unmet(JsonNode node, int texts) {
        if (type != null && !hasType(node, type)) {
            return at + " is no " + type;
        }
        if (size != null && node.size() != texts) {
            return at + " has " + node.size() + " elements for " + texts + " texts";
        }
        if (node.size() < atLeast) {
            return at + " is empty";
        }
        return values.isEmpty() || values.contains(ReplyReader.scalar(node)) ? null : at + " is none of " + values;
    }

    private static boolean hasType(JsonNode node, String type) {
        return switch (type) {
            case "list" -> node.isArray();
            case "object" -> node.isObject();
            case "string" -> node.isTextual();
            case "number" -> node.isNumber();
            default -> node.isBoolean();
        };
    }
}
