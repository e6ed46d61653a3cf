package dev.aigw.providers.guard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON pointer (RFC 6901) in which a segment {@code *} stands for each element of a list and each field of an object.
 * Immutable.
 */
final class ReplyPath {

    private static final String STAR = "*";

    private final String text;
    private final List<String> segments;

    private ReplyPath(String text, List<String> segments) {
        this.text = text;
        this.segments = List.copyOf(segments);
    }

    /** Takes the places that a path leads to. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes one place.
         *
         * @param stars what each star stood for, in order: the index of an element, or the name of a field
         */
        void visit(JsonNode node, List<String> stars);
    }

    /**
     * Returns the path of a text.
     *
     * @throws IllegalArgumentException if it is not empty and does not begin with a slash
     */
    static ReplyPath of(String text) {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a path: it is empty or begins with a slash, as in /findings/*/score");
        }
        List<String> segments = new ArrayList<>();
        for (int from = 1; from <= text.length() && !text.isEmpty(); ) {
            int slash = text.indexOf('/', from);
            int end = slash < 0 ? text.length() : slash;
            segments.add(text.substring(from, end).replace("~1", "/").replace("~0", "~"));
            from = end + 1;
        }
        return new ReplyPath(text, segments);
    }

    /** Returns how many stars it has. */
    int stars() {
        return (int) segments.stream().filter(STAR::equals).count();
    }

    /** Returns the path up to its last star. */
    ReplyPath toLastStar() {
        return new ReplyPath(text, segments.subList(0, segments.lastIndexOf(STAR) + 1));
    }

    /** Returns the path behind its last star. */
    ReplyPath behindLastStar() {
        return new ReplyPath(text, segments.subList(segments.lastIndexOf(STAR) + 1, segments.size()));
    }

    /** Visits all places that it leads to; none is not a failure. */
    void visit(JsonNode root, Visitor visitor) {
        visit(root, 0, new ArrayList<>(2), visitor);
    }

    private void visit(JsonNode node, int depth, List<String> stars, Visitor visitor) {
        if (depth == segments.size()) {
            visitor.visit(node, List.copyOf(stars));
            return;
        }
        String segment = segments.get(depth);
        if (!segment.equals(STAR)) {
            JsonNode next = child(node, segment);
            if (next != null) {
                visit(next, depth + 1, stars, visitor);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visitStar(node.get(i), String.valueOf(i), depth, stars, visitor);
            }
        } else if (node.isObject()) {
            node.properties().forEach(field -> visitStar(field.getValue(), field.getKey(), depth, stars, visitor));
        }
    }

    private void visitStar(JsonNode node, String star, int depth, List<String> stars, Visitor visitor) {
        stars.add(star);
        visit(node, depth + 1, stars, visitor);
        stars.remove(stars.size() - 1);
    }

    /** Returns the one place that a path without stars leads to; null if there is none, or it is null. */
    @Nullable
    JsonNode one(JsonNode root) {
        JsonNode node = root;
        for (String segment : segments) {
            node = child(node, segment);
            if (node == null) {
                return null;
            }
        }
        return node.isNull() || node.isMissingNode() ? null : node;
    }

    private static @Nullable JsonNode child(JsonNode node, String segment) {
        if (!node.isArray()) {
            return node.get(segment);
        }
        boolean isIndex =
                !segment.isEmpty() && segment.length() < 10 && segment.chars().allMatch(Character::isDigit);
        return isIndex ? node.get(Integer.parseInt(segment)) : null;
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "the answer" : text;
    }
}
