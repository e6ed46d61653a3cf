package dev.aigw.routing.transform;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How the text of an answer is changed. Each part of text is mapped by itself; reasoning, tool calls and citations stay
 * as they are. Safe for use by many threads, if its function is.
 */
public final class TextMapping {

    /** Maps one part of an answer, piece by piece. Belongs to one stream. */
    interface Pieces {

        /** Returns what can be delivered after the next piece, possibly nothing. */
        String next(String piece);

        /** Returns the rest. */
        String end();
    }

    private final Supplier<Pieces> pieces;

    private TextMapping(Supplier<Pieces> pieces) {
        this.pieces = pieces;
    }

    /**
     * Returns a mapping that sees each part of an answer whole. A stream then delivers the text of a part at the part's
     * end, in one piece: use one of the others where text shall appear as it is written.
     */
    public static TextMapping whole(UnaryOperator<String> change) {
        Objects.requireNonNull(change, "change");
        return new TextMapping(() -> new Whole(change));
    }

    /**
     * Returns a mapping of characters, which sees an answer in any pieces: the function must give the same text however
     * the text is cut, as for upper case or the replacement of one character.
     */
    public static TextMapping pieces(UnaryOperator<String> change) {
        Objects.requireNonNull(change, "change");
        return new TextMapping(() -> new Each(change));
    }

    /**
     * Returns a mapping that replaces a text wherever it stands. A stream holds back no more than what may be its
     * beginning.
     *
     * @throws IllegalArgumentException if the text is empty
     */
    public static TextMapping replace(String search, String replacement) {
        if (search.isEmpty()) {
            throw new IllegalArgumentException("the text to replace is empty: give at least one character");
        }
        Objects.requireNonNull(replacement, "replacement");
        return new TextMapping(() -> new Replacing(search, replacement));
    }

    Pieces start() {
        return pieces.get();
    }

    String map(String text) {
        Pieces all = start();
        return all.next(text) + all.end();
    }

    ChatResponse mapped(ChatResponse response) {
        List<ContentPart> parts = response.message().parts().stream()
                .map(part -> part instanceof ContentPart.Text text
                        ? new ContentPart.Text(map(text.text()), text.citations())
                        : part)
                .toList();
        return response.toBuilder().parts(parts).logprobs(null).build();
    }

    private static final class Whole implements Pieces {

        private final UnaryOperator<String> change;
        private final StringBuilder text = new StringBuilder();

        Whole(UnaryOperator<String> change) {
            this.change = change;
        }

        @Override
        public String next(String piece) {
            text.append(piece);
            return "";
        }

        @Override
        public String end() {
            String all = text.toString();
            text.setLength(0);
            return all.isEmpty() ? "" : change.apply(all);
        }
    }

    private record Each(UnaryOperator<String> change) implements Pieces {

        @Override
        public String next(String piece) {
            return change.apply(piece);
        }

        @Override
        public String end() {
            return "";
        }
    }

    private static final class Replacing implements Pieces {

        private final String search;
        private final String replacement;
        private String held = "";

        Replacing(String search, String replacement) {
            this.search = search;
            this.replacement = replacement;
        }

        @Override
        public String next(String piece) {
            String text = held + piece;
            StringBuilder out = new StringBuilder(text.length());
            int from = 0;
            for (int at = text.indexOf(search); at >= 0; at = text.indexOf(search, from)) {
                out.append(text, from, at).append(replacement);
                from = at + search.length();
            }
            int begins = Math.max(from, text.length() - search.length() + 1);
            while (begins < text.length() && !search.startsWith(text.substring(begins))) {
                begins++;
            }
            held = text.substring(begins);
            return out.append(text, from, begins).toString();
        }

        @Override
        public String end() {
            String rest = held;
            held = "";
            return rest;
        }
    }
}
