package dev.aigw.providers.guard;

import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardedPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One group of texts in the requests to a service, and how parts become such texts.
 *
 * @param origins of which parts it takes the texts
 * @param join whether short texts are joined to one
 * @param maxChars how many characters the texts of one request may have together
 * @param maxItems how many texts one request may have
 * @param overlap how many characters of a long text the next piece repeats
 */
record TextGroup(String name, Set<ContentOrigin> origins, boolean join, int maxChars, int maxItems, int overlap) {

    private static final String BETWEEN = "\n\n";

    /** Returns the texts of each request, in order; none without texts of these origins. */
    List<List<Slot>> batches(List<GuardedPart> parts) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            GuardedPart part = parts.get(i);
            String text = part.text();
            if (text != null && !text.isBlank() && origins.contains(part.origin())) {
                cut(i, part.origin(), text, slots);
            }
        }
        return batches(join ? joined(slots) : slots, maxItems);
    }

    /** Cuts a long text into pieces that overlap, between words where it can and never within a character. */
    private void cut(int part, ContentOrigin origin, String text, List<Slot> slots) {
        int from = 0;
        while (text.length() - from > maxChars) {
            int end = end(text, from);
            slots.add(slot(part, origin, text, from, end));
            int next = Math.max(from + 1, end - overlap);
            from = isWithinCharacter(text, next) ? next + 1 : next;
        }
        slots.add(slot(part, origin, text, from, text.length()));
    }

    private static Slot slot(int part, ContentOrigin origin, String text, int from, int end) {
        return new Slot(origin, text.substring(from, end), List.of(new Slot.Piece(part, from, 0, end - from)));
    }

    private int end(String text, int from) {
        int most = from + maxChars;
        for (int i = most; i > most - maxChars / 10; i--) {
            if (Character.isWhitespace(text.charAt(i))) {
                return i;
            }
        }
        return isWithinCharacter(text, most) ? most - 1 : most;
    }

    private static boolean isWithinCharacter(String text, int index) {
        return index > 0
                && index < text.length()
                && Character.isLowSurrogate(text.charAt(index))
                && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private List<Slot> joined(List<Slot> slots) {
        List<Slot> joined = new ArrayList<>();
        for (List<Slot> batch : batches(slots, Integer.MAX_VALUE)) {
            StringBuilder text = new StringBuilder();
            List<Slot.Piece> pieces = new ArrayList<>(batch.size());
            for (Slot slot : batch) {
                text.append(text.isEmpty() ? "" : BETWEEN);
                Slot.Piece piece = slot.pieces().get(0);
                pieces.add(new Slot.Piece(piece.part(), piece.partStart(), text.length(), piece.length()));
                text.append(slot.text());
            }
            joined.add(new Slot(batch.get(0).origin(), text.toString(), List.copyOf(pieces)));
        }
        return joined;
    }

    private List<List<Slot>> batches(List<Slot> slots, int most) {
        List<List<Slot>> batches = new ArrayList<>();
        List<Slot> batch = new ArrayList<>();
        int chars = 0;
        for (Slot slot : slots) {
            int length = slot.text().length() + (join ? BETWEEN.length() : 0);
            if (!batch.isEmpty() && (batch.size() == most || chars + length > maxChars)) {
                batches.add(List.copyOf(batch));
                batch.clear();
                chars = 0;
            }
            batch.add(slot);
            chars += length;
        }
        if (!batch.isEmpty()) {
            batches.add(List.copyOf(batch));
        }
        return batches;
    }
}
