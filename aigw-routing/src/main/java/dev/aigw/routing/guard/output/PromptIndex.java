package dev.aigw.routing.guard.output;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of one request, prepared for finding them in its answer: forwards, backwards and by ROT13. Immutable
 * once made.
 */
final class PromptIndex {

    /** How many letters and digits must be equal before they count: four or five words. */
    static final int PIECE = 24;

    /** How many must be equal before the text is held back. */
    static final int HINT = 8;

    private static final int MOST_CHARS = 64 * 1024;

    /** The last requests' indices: a stream is checked many times. */
    private static final int KEPT = 16;

    private final Fingerprint pieces;
    private final Fingerprint hints;
    private final Fingerprint known;
    private final int length;

    private PromptIndex(Letters prompt, Letters others) {
        this.length = Math.min(prompt.length(), MOST_CHARS);
        String text = prompt.text().substring(0, length);
        String reversed = new StringBuilder(text).reverse().toString();
        String rotated = rot13(text);
        this.pieces = new Fingerprint(PIECE, 3 * length);
        this.hints = new Fingerprint(HINT, 3 * length);
        for (String form : new String[] {text, reversed, rotated}) {
            pieces.add(form);
            hints.add(form);
        }
        int theirs = Math.min(others.length(), MOST_CHARS);
        this.known = new Fingerprint(PIECE, theirs);
        known.add(others.text().substring(0, theirs));
    }

    static String rot13(String text) {
        StringBuilder rotated = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            rotated.append(c >= 'a' && c <= 'z' ? (char) ('a' + (c - 'a' + 13) % 26) : c);
        }
        return rotated.toString();
    }

    /** Keeps what was made for the last requests. Safe for use by many threads. */
    static final class Cache {

        private record Entry(
                WeakReference<ModelRequest> request,
                @Nullable PromptIndex index) {}

        private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(KEPT);

        /** Returns the index of a request's instructions; null if they are too short to be recognised. */
        @Nullable
        PromptIndex of(ModelRequest request, int least) {
            int at = System.identityHashCode(request) & (KEPT - 1);
            Entry entry = entries.get(at);
            if (entry != null && entry.request.get() == request) {
                return entry.index;
            }
            PromptIndex index = make(request, least);
            entries.set(at, new Entry(new WeakReference<>(request), index));
            return index;
        }
    }

    private static @Nullable PromptIndex make(ModelRequest request, int least) {
        if (!(request instanceof ChatRequest chat)) {
            return null;
        }
        StringBuilder system = new StringBuilder();
        StringBuilder others = new StringBuilder();
        for (Message message : chat.messages()) {
            boolean isSystem = message.role() == Message.Role.SYSTEM;
            StringBuilder to = isSystem ? system : others;
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.Text text && (isSystem || message.role() == Message.Role.USER)) {
                    to.append(text.text()).append('\n');
                }
            }
        }
        Letters prompt = Letters.joined(system.toString());
        return prompt.length() < PIECE || prompt.weight() < least
                ? null
                : new PromptIndex(prompt, Letters.joined(others.toString()));
    }

    /** Returns which letters of an answer repeat the instructions, and not what the user wrote. */
    boolean[] repeated(Letters answer) {
        boolean[] repeated = pieces.covered(answer);
        boolean[] theirs = known.covered(answer);
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] &= !theirs[i];
        }
        return repeated;
    }

    /** Returns the index from which on the last letters of an answer may be a beginning of the instructions. */
    int hintFrom(Letters answer) {
        boolean[] hinted = hints.covered(answer);
        int from = answer.length();
        while (from > 0 && hinted[from - 1]) {
            from--;
        }
        return Math.min(from, Math.max(0, answer.length() - (HINT - 1)));
    }
}
