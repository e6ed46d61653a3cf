package dev.aigw.routing.guard.output;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the system prompt in answers: a canary that was put into it, and any long piece of the request's own system
 * messages. Case, spaces, punctuation, accents and invisible characters don't count, so that letters written apart are
 * found; so are the prompt backwards, by ROT13, in base64 and in hexadecimal digits. A translation or a summary is not
 * found.
 *
 * <pre>{@code
 * String canary = PromptCanary.create(); // keep it, and put it into the prompt by PromptCanary.in(prompt, canary)
 * Guard leak = SystemPromptLeak.builder().canary(canary).build();
 * }</pre>
 *
 * <p>What the user wrote in the same request is no leak. Blocks by default. On streams it holds back the last seven
 * letters, and as many more as may be a beginning of the prompt. For output. Safe for use by many threads.
 */
public final class SystemPromptLeak implements Guard {

    private static final int DEFAULT_LENGTH = 60;
    private static final int TOTAL = 3;
    private static final int MOST_GAP = 12;
    private static final int SHORTEST_CANARY = 8;
    private static final int CANARY_PIECE = 10;
    private static final int WINDOW = 4096;

    private final @Nullable Phrases canaries;
    private final int shortest;
    private final GuardAction action;
    private final String replacement;

    private SystemPromptLeak(Builder builder) {
        this.canaries = builder.canaries.isEmpty() ? null : new Phrases(List.copyOf(builder.canaries));
        this.shortest = builder.shortest;
        this.action = builder.action;
        this.replacement = builder.replacement;
    }

    /** Starts a guard that blocks answers with 60 letters or more of the system prompt, without a canary. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "system-prompt-leak";
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.of(ContentOrigin.MODEL, ContentOrigin.REASONING, ContentOrigin.TOOL_ARGUMENTS);
    }

    @Override
    public StreamChecking streaming() {
        return StreamChecking.window(WINDOW, 64);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        Optional<PromptIndex> prepared =
                inspection.prepared(this, () -> PromptIndex.of(inspection.requestParts(), shortest));
        PromptIndex index = prepared.orElse(null);
        if (index == null && canaries == null) {
            return Verdicts.of(List.of(), inspection, Integer.MAX_VALUE);
        }
        List<GuardFinding> findings = new ArrayList<>(0);
        int undecided = Integer.MAX_VALUE;
        for (int i = 0; i < inspection.parts().size(); i++) {
            GuardedPart part = inspection.parts().get(i);
            if (part.text() != null) {
                undecided = check(i, part.text(), index, findings);
            }
        }
        return Verdicts.of(findings, inspection, undecided);
    }

    /** Adds the findings in one text, and returns from where on more text may change them. */
    private int check(int part, String text, @Nullable PromptIndex index, List<GuardFinding> findings) {
        int undecided = text.length();
        Letters letters = Letters.joined(text);
        Spans spans = new Spans(part, text, letters, findings);
        undecided = Math.min(undecided, letters.start(canaries(letters, spans)));
        if (index != null) {
            undecided = Math.min(undecided, letters.start(repeated(letters, index, spans)));
            undecided = Math.min(undecided, letters.start(index.hintFrom(letters)));
        }
        for (Encoded run : Encoded.in(text)) {
            Letters inner = Letters.joined(run.decoded());
            List<GuardFinding> decoded = new ArrayList<>(0);
            Spans within = new Spans(part, run.decoded(), inner, decoded);
            int open = canaries(inner, within);
            if (index != null) {
                open = Math.min(open, Math.min(repeated(inner, index, within), index.hintFrom(inner)));
            }
            if (!decoded.isEmpty()) {
                findings.add(
                        finding(part, run.start(), run.end(), decoded.get(0).rule()));
            }
            if (run.end() == text.length() && inner.length() - open >= PromptIndex.HINT) {
                undecided = Math.min(undecided, run.start());
            }
        }
        return undecided;
    }

    /** Adds the canaries, and returns from which letter on one may have begun. */
    private int canaries(Letters letters, Spans spans) {
        if (canaries == null) {
            return letters.length();
        }
        int open = canaries.find(letters, (phrase, start, end) -> spans.add(start, end, "canary"));
        return letters.length() - open;
    }

    /** Adds long pieces of the prompt, and returns from which letter on one is open. */
    private int repeated(Letters letters, PromptIndex index, Spans spans) {
        boolean[] repeated = index.repeated(letters);
        int total = 0;
        int i = 0;
        int open = letters.length();
        int firstStart = -1;
        int lastEnd = -1;
        boolean found = false;
        while (i < repeated.length) {
            if (!repeated[i]) {
                i++;
                continue;
            }
            int start = i;
            int weight = 0;
            int end = i;
            while (i < repeated.length && i - end <= MOST_GAP) {
                if (repeated[i]) {
                    weight += letters.weight(i);
                    end = i + 1;
                }
                i++;
            }
            total += weight;
            firstStart = firstStart < 0 ? start : firstStart;
            lastEnd = end;
            if (weight >= shortest) {
                spans.add(start, end, "system-prompt");
                found = true;
            }
            if (end >= letters.length() - MOST_GAP) {
                open = start;
            }
        }
        if (!found && total >= TOTAL * shortest) {
            spans.add(firstStart, lastEnd, "system-prompt");
        }
        return open;
    }

    private GuardFinding finding(int part, int start, int end, String rule) {
        return action == GuardAction.REDACT
                ? GuardFinding.redact(part, start, end, rule, 1, replacement)
                : GuardFinding.at(part, start, end, rule, 1, action);
    }

    /** Turns spans of letters into findings; those that touch become one. */
    private final class Spans {

        private final int part;
        private final String text;
        private final Letters letters;
        private final List<GuardFinding> findings;

        Spans(int part, String text, Letters letters, List<GuardFinding> findings) {
            this.part = part;
            this.text = text;
            this.letters = letters;
            this.findings = findings;
        }

        void add(int start, int end, String rule) {
            int from = letters.start(start);
            int to = letters.end(end - 1, text);
            GuardFinding last = findings.isEmpty() ? null : findings.get(findings.size() - 1);
            if (last != null && last.part() == part && last.end() > from) {
                findings.remove(findings.size() - 1);
                from = Math.min(from, last.start());
                to = Math.max(to, last.end());
            }
            findings.add(finding(part, from, to, rule));
        }
    }

    /**
     * Builds a {@link SystemPromptLeak}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Set<String> canaries = new LinkedHashSet<>();
        private int shortest = DEFAULT_LENGTH;
        private GuardAction action = GuardAction.BLOCK;
        private String replacement = "[removed]";

        private Builder() {}

        /**
         * Adds a canary: a word that the application has put into its system prompts. Ten of its letters in a row are
         * enough to be found.
         *
         * @throws IllegalArgumentException if it has fewer than 8 letters and digits
         * @see PromptCanary
         */
        public Builder canary(String canary) {
            String letters = Letters.joined(canary).text();
            if (letters.length() < SHORTEST_CANARY) {
                throw new IllegalArgumentException(
                        "a canary needs 8 letters and digits or more, so that it is in no answer: use PromptCanary.create()");
            }
            int piece = Math.min(letters.length(), CANARY_PIECE);
            for (String form :
                    List.of(letters, new StringBuilder(letters).reverse().toString(), PromptIndex.rot13(letters))) {
                for (int i = 0; i + piece <= form.length(); i++) {
                    canaries.add(form.substring(i, i + piece));
                }
            }
            return this;
        }

        /**
         * Sets how many letters and digits of the prompt in a row are a leak, or three times as many in pieces; 60 by
         * default, about twelve words. Up to a dozen other letters in between don't end a row. A Chinese, Japanese or
         * Korean character counts as three. It is 24 or more. Shorter prompts are not searched for.
         */
        public Builder length(int letters) {
            once.check(0, "length");
            this.shortest = letters;
            return this;
        }

        /**
         * Sets what is done; {@link GuardAction#BLOCK} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW
         */
        public Builder action(GuardAction action) {
            once.check(1, "action");
            this.action = Actions.something(action);
            return this;
        }

        /** Sets what replaces the leak with {@link GuardAction#REDACT}; {@code [removed]} by default. */
        public Builder replacement(String replacement) {
            once.check(2, "replacement");
            this.replacement = Objects.requireNonNull(replacement, "replacement");
            return this;
        }

        /**
         * Returns the guard.
         *
         * @throws IllegalArgumentException if the length is less than 24
         */
        public SystemPromptLeak build() {
            if (shortest < PromptIndex.PIECE) {
                throw new IllegalArgumentException("length(" + shortest + "): use 24 or more");
            }
            return new SystemPromptLeak(this);
        }
    }
}
