package dev.aigw.providers.guard;

import dev.aigw.api.guard.ContentOrigin;
import java.util.List;

/**
 * One text of a request to a service: a part, a piece of a long part, or several parts joined. Immutable.
 *
 * @param origin the origin of its first part
 * @param pieces what it is made of, in order
 */
record Slot(ContentOrigin origin, String text, List<Piece> pieces) {

    /**
     * A piece of a part.
     *
     * @param part the index of the part in the inspection
     * @param partStart where the piece begins in the part
     * @param slotStart where it begins in the slot
     */
    record Piece(int part, int partStart, int slotStart, int length) {}

    /** Takes a span of a part. */
    @FunctionalInterface
    interface Spans {
        /** Takes one span, in UTF-16 units. */
        void add(int part, int start, int end);
    }

    /** Reports a span of this slot as spans of the parts that it lies in. */
    void map(int start, int end, Spans spans) {
        for (Piece piece : pieces) {
            int from = Math.max(start, piece.slotStart());
            int to = Math.min(end, piece.slotStart() + piece.length());
            if (from < to) {
                int shift = piece.partStart() - piece.slotStart();
                spans.add(piece.part(), from + shift, to + shift);
            }
        }
    }

    /** Returns sizes only. */
    @Override
    public String toString() {
        return "Slot{" + origin + ", " + text.length() + " chars, " + pieces.size() + " pieces}";
    }
}
