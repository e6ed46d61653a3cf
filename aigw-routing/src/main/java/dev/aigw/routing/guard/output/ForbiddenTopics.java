package dev.aigw.routing.guard.output;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Embedder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds topics that answers must not be about: by words and phrases in any language, and by similarity of meaning to
 * example sentences where an {@link Embedder} is given.
 *
 * <pre>{@code
 * Guard topics = ForbiddenTopics.builder()
 *     .phrases("rivals", "Acme Corp", "Globex")
 *     .phrases("legal-advice", "you should sue", "Sie sollten klagen")
 *     .build();
 * }</pre>
 *
 * <p>Phrases are found as whole words, whatever their case, accents and forms of letters, and whatever is between the
 * words: spaces, line ends, punctuation. In scripts without spaces they are found anywhere. Finding them takes time in
 * proportion to the text, however many there are. On streams, text is held back only while a phrase may have begun.
 *
 * <p>With examples, each sentence of the text is embedded and compared: a call of another process, on streams each 400
 * characters. What the embedder throws, and a wrong number of vectors, are failures of the guard.
 *
 * <p>Blocks by default. For output, and as well for input. Safe for use by many threads.
 */
public final class ForbiddenTopics implements Guard {

    private static final int STEP = 400;
    private static final int MOST_CHARS = 400;

    private final @Nullable Phrases phrases;
    private final List<String> topics;
    private final int longest;
    private final @Nullable Embedder embedder;
    private final Map<String, List<String>> examples;
    private final double threshold;
    private final GuardAction action;
    private final String replacement;
    private volatile @Nullable Map<String, List<float[]>> vectors;

    private ForbiddenTopics(Builder builder) {
        this.phrases = builder.phrases.isEmpty() ? null : new Phrases(List.copyOf(builder.phrases.keySet()));
        this.topics = List.copyOf(builder.phrases.values());
        this.longest =
                builder.phrases.keySet().stream().mapToInt(String::length).max().orElse(0);
        this.embedder = builder.embedder;
        this.examples = Map.copyOf(builder.examples);
        this.threshold = builder.threshold;
        this.action = builder.action;
        this.replacement = builder.replacement;
    }

    /** Starts a guard without topics that blocks. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "forbidden-topics";
    }

    /** Returns {@link Guard.Effort#MEMORY}, and with examples {@link Guard.Effort#REMOTE}. */
    @Override
    public Effort effort() {
        return embedder == null ? Effort.MEMORY : Effort.REMOTE;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.complementOf(EnumSet.of(ContentOrigin.SYSTEM, ContentOrigin.TOOL_DEFINITION));
    }

    /** Returns a window, and with examples steps of 400 characters. */
    @Override
    public StreamChecking streaming() {
        return embedder == null ? StreamChecking.window(4 * longest + 64, longest) : StreamChecking.steps(STEP);
    }

    /**
     * {@inheritDoc}
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if the embedder returns another number of
     *     vectors than of texts
     */
    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardFinding> findings = new ArrayList<>(0);
        int undecided = Integer.MAX_VALUE;
        for (int i = 0; i < inspection.parts().size(); i++) {
            GuardedPart part = inspection.parts().get(i);
            if (part.text() != null) {
                undecided = find(i, part.text(), inspection.isComplete(), findings);
                if (embedder != null) {
                    compare(i, part.text(), embedder, findings);
                }
            }
        }
        return embedder == null ? Verdicts.of(findings, inspection, undecided) : GuardVerdict.of(findings);
    }

    /** Adds the phrases in one text, and returns from where on one may have begun. */
    private int find(int part, String text, boolean complete, List<GuardFinding> findings) {
        if (phrases == null) {
            return text.length();
        }
        Letters letters = Letters.words(text);
        int[] open = {letters.length()};
        int begun = phrases.find(letters, (phrase, start, end) -> {
            if (!isWord(letters, start, end)) {
                return;
            }
            if (!complete && end == letters.length() && isAlphabetic(letters.at(end - 1))) {
                open[0] = Math.min(open[0], start); // the word may go on
                return;
            }
            add(part, letters.start(start), letters.end(end - 1, text), topics.get(phrase), findings);
        });
        return letters.start(Math.min(open[0], letters.length() - begun));
    }

    private static boolean isWord(Letters letters, int start, int end) {
        boolean begins = start == 0 || !isAlphabetic(letters.at(start)) || !isAlphabetic(letters.at(start - 1));
        boolean ends = end == letters.length() || !isAlphabetic(letters.at(end - 1)) || !isAlphabetic(letters.at(end));
        return begins && ends;
    }

    /** Returns whether a character is of a script that writes words apart. */
    private static boolean isAlphabetic(char c) {
        return Character.isLetterOrDigit(c)
                && !(c >= 0x0E00 && c <= 0x0EFF) // Thai and Lao
                && !(c >= 0x1000 && c <= 0x109F) // Burmese
                && !(c >= 0x1780 && c <= 0x17FF) // Khmer
                && !(c >= 0x3040 && c <= 0xABFF); // Japanese, Chinese
    }

    private void add(int part, int start, int end, String topic, List<GuardFinding> findings) {
        GuardFinding last = findings.isEmpty() ? null : findings.get(findings.size() - 1);
        int from = start;
        if (last != null && last.part() == part && last.end() > start) {
            findings.remove(findings.size() - 1); // phrases that overlap are replaced once
            from = Math.min(start, last.start());
        }
        findings.add(
                action == GuardAction.REDACT
                        ? GuardFinding.redact(part, from, end, topic, 1, replacement)
                        : GuardFinding.at(part, from, end, topic, 1, action));
    }

    private void compare(int part, String text, Embedder used, List<GuardFinding> findings) {
        List<int[]> spans = sentences(text);
        List<String> texts =
                spans.stream().map(span -> text.substring(span[0], span[1])).toList();
        if (texts.isEmpty()) {
            return;
        }
        Map<String, List<float[]>> known = vectors(used);
        List<float[]> embedded = embed(used, texts);
        for (int i = 0; i < embedded.size(); i++) {
            float[] vector = embedded.get(i);
            int[] span = spans.get(i);
            known.forEach((topic, list) -> {
                double most = list.stream()
                        .mapToDouble(one -> cosine(one, vector))
                        .max()
                        .orElse(0);
                if (!(most < threshold)) {
                    double score = most <= 1 ? most : 1;
                    findings.add(
                            action == GuardAction.REDACT
                                    ? GuardFinding.redact(part, span[0], span[1], topic, score, replacement)
                                    : GuardFinding.at(part, span[0], span[1], topic, score, action));
                }
            });
        }
    }

    private Map<String, List<float[]>> vectors(Embedder used) {
        Map<String, List<float[]>> known = vectors;
        if (known == null) {
            Map<String, List<float[]>> made = new LinkedHashMap<>();
            examples.forEach((topic, sentences) -> made.put(topic, embed(used, sentences)));
            known = made;
            vectors = known;
        }
        return known;
    }

    private static List<float[]> embed(Embedder used, List<String> texts) {
        List<float[]> embedded = used.embed(texts);
        if (embedded.size() != texts.size()) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE,
                    "the embedder of forbidden-topics returned " + embedded.size() + " vectors for " + texts.size()
                            + " texts");
        }
        return embedded;
    }

    private static double cosine(float[] a, float[] b) {
        if (a.length != b.length) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE,
                    "the embedder of forbidden-topics returned vectors of " + a.length + " and " + b.length
                            + " dimensions");
        }
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * (double) b[i];
            first += a[i] * (double) a[i];
            second += b[i] * (double) b[i];
        }
        return product / Math.sqrt(first * second);
    }

    /** Returns the sentences of a text, as spans of at most 400 characters with letters in them. */
    private static List<int[]> sentences(String text) {
        List<int[]> spans = new ArrayList<>();
        int start = 0;
        boolean letters = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            letters |= Character.isLetterOrDigit(c);
            boolean ends = ".!?\n\u3002\uff01\uff1f".indexOf(c) >= 0
                    && (c > 0x7F || i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1)));
            boolean full = i - start >= MOST_CHARS && !Character.isHighSurrogate(c);
            if (ends || full || i + 1 == text.length()) {
                if (letters) {
                    spans.add(new int[] {start, i + 1});
                }
                start = i + 1;
                letters = false;
            }
        }
        return spans;
    }

    /**
     * Builds a {@link ForbiddenTopics}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Map<String, String> phrases = new LinkedHashMap<>();
        private final Map<String, List<String>> examples = new LinkedHashMap<>();
        private @Nullable Embedder embedder;
        private double threshold = 0.8;
        private GuardAction action = GuardAction.BLOCK;
        private String replacement = "[removed]";

        private Builder() {}

        /**
         * Adds words and phrases of a topic.
         *
         * @param topic the name that routes, events and errors show
         * @throws IllegalArgumentException if the topic is blank, or a phrase has no letters or digits
         */
        public Builder phrases(String topic, String... phrases) {
            String named = named(topic);
            for (String phrase : phrases) {
                String letters = Letters.words(phrase).text().strip();
                if (letters.isEmpty()) {
                    throw new IllegalArgumentException(
                            "a phrase of \"" + topic + "\" has no letters or digits: remove it");
                }
                this.phrases.putIfAbsent(letters, named);
            }
            return this;
        }

        /**
         * Adds example sentences of a topic, to which sentences of answers are compared. It needs an {@link #embedder}.
         *
         * @param topic the name that routes, events and errors show
         * @throws IllegalArgumentException if the topic or a sentence is blank
         */
        public Builder examples(String topic, String... sentences) {
            String named = named(topic);
            for (String sentence : sentences) {
                if (sentence.isBlank()) {
                    throw new IllegalArgumentException("an example of \"" + topic + "\" is blank: remove it");
                }
                examples.computeIfAbsent(named, any -> new ArrayList<>()).add(sentence);
            }
            return this;
        }

        private static String named(String topic) {
            if (topic.isBlank()) {
                throw new IllegalArgumentException("the topic is blank: name it, as in \"legal-advice\"");
            }
            return topic;
        }

        /** Sets what turns sentences into vectors; needed for examples. It embeds the examples at the first check. */
        public Builder embedder(Embedder embedder) {
            once.check(0, "embedder");
            this.embedder = Objects.requireNonNull(embedder, "embedder");
            return this;
        }

        /**
         * Sets from which cosine similarity on a sentence is about an example's topic; 0.8 by default. It differs
         * between embedders: try some sentences.
         *
         * @throws IllegalArgumentException if it is not above 0 and at most 1
         */
        public Builder threshold(double similarity) {
            if (!(similarity > 0 && similarity <= 1)) {
                throw new IllegalArgumentException("threshold(" + similarity + "): it is above 0 and at most 1");
            }
            once.check(1, "threshold");
            this.threshold = similarity;
            return this;
        }

        /**
         * Sets what is done; {@link GuardAction#BLOCK} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW
         */
        public Builder action(GuardAction action) {
            once.check(2, "action");
            this.action = Actions.something(action);
            return this;
        }

        /** Sets what replaces a phrase or sentence with {@link GuardAction#REDACT}; {@code [removed]} by default. */
        public Builder replacement(String replacement) {
            once.check(3, "replacement");
            this.replacement = Objects.requireNonNull(replacement, "replacement");
            return this;
        }

        /**
         * Returns the guard.
         *
         * @throws IllegalStateException if there are neither phrases nor examples, or examples without an embedder
         * @throws IllegalArgumentException if there are too many phrases: some 100,000 letters in all
         */
        public ForbiddenTopics build() {
            if (phrases.isEmpty() && examples.isEmpty()) {
                throw new IllegalStateException("there is no topic: add phrases(...) or examples(...)");
            }
            if (examples.isEmpty() == (embedder != null)) {
                throw new IllegalStateException("examples(...) and embedder(...) belong together: set both or none");
            }
            return new ForbiddenTopics(this);
        }
    }
}
