package dev.aigw.api.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.Media;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a guard has found. Immutable; {@code toString} leaves content out.
 *
 * <p>The rule is a short name that people search for, such as {@code override} or {@code card}. It is shown in routes,
 * events and errors, so it never holds content of a call.
 */
public final class GuardFinding {

    private final String rule;
    private final double score;
    private final GuardAction action;
    private final int part;
    private final int start;
    private final int end;
    private final @Nullable String replacement;
    private final @Nullable Media mediaReplacement;
    private final boolean restorable;

    private GuardFinding(
            String rule,
            double score,
            GuardAction action,
            int part,
            int start,
            int end,
            @Nullable String replacement,
            @Nullable Media mediaReplacement,
            boolean restorable) {
        if (rule.isBlank()) {
            throw new IllegalArgumentException("the rule of a finding is blank: name what was found, as in \"card\"");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("the score of " + rule + " is " + score + ": it is from 0 to 1");
        }
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("the span of " + rule + " is " + start + " to " + end
                    + ": it begins at 0 or later and does not end before it begins");
        }
        this.rule = rule;
        this.score = score;
        this.action = Objects.requireNonNull(action, "action");
        this.part = part;
        this.start = start;
        this.end = end;
        this.replacement = replacement;
        this.mediaReplacement = mediaReplacement;
        this.restorable = restorable;
    }

    /**
     * Returns a finding about all parts together.
     *
     * @param rule what was found
     * @param score how sure the guard is, from 0 to 1
     * @param action what to do; {@link GuardAction#REDACT} needs a span
     * @throws IllegalArgumentException if the rule is blank, the score is out of range, or the action is REDACT
     */
    public static GuardFinding whole(String rule, double score, GuardAction action) {
        checkNoSpanNeeded(action);
        return new GuardFinding(rule, score, action, -1, 0, 0, null, null, false);
    }

    /**
     * Returns a finding about one part.
     *
     * @param part the index of the part in {@link Inspection#parts()}
     * @throws IllegalArgumentException if the rule is blank, the score is out of range, or the action is REDACT
     */
    public static GuardFinding in(int part, String rule, double score, GuardAction action) {
        checkNoSpanNeeded(action);
        return new GuardFinding(rule, score, action, part, 0, 0, null, null, false);
    }

    /**
     * Returns a finding about a span of a text.
     *
     * @param part the index of the part in {@link Inspection#parts()}
     * @param start the index of its first character, in UTF-16 units
     * @param end the index behind its last character
     * @throws IllegalArgumentException if the rule is blank, the score or the span is out of range, or the action is
     *     REDACT
     */
    public static GuardFinding at(int part, int start, int end, String rule, double score, GuardAction action) {
        checkNoSpanNeeded(action);
        return new GuardFinding(rule, score, action, part, start, end, null, null, false);
    }

    /**
     * Returns a finding that replaces a span of a text.
     *
     * @param part the index of the part in {@link Inspection#parts()}
     * @param start the index of its first character, in UTF-16 units
     * @param end the index behind its last character
     * @param replacement what to put there
     * @throws IllegalArgumentException if the rule is blank, or the score or the span is out of range
     */
    public static GuardFinding redact(int part, int start, int end, String rule, double score, String replacement) {
        Objects.requireNonNull(replacement, "replacement");
        return new GuardFinding(rule, score, GuardAction.REDACT, part, start, end, replacement, null, false);
    }

    /**
     * Returns a finding that replaces a span on the way to the model and restores it in the reply, wherever the model
     * repeats the replacement. Only for input; in a reply it is a plain redaction.
     *
     * @param part the index of the part in {@link Inspection#parts()}
     * @param start the index of its first character, in UTF-16 units
     * @param end the index behind its last character
     * @param replacement what to send instead; equal texts get equal replacements, and different texts different ones
     * @throws IllegalArgumentException if the rule is blank, the score or the span is out of range, or the replacement
     *     is empty
     */
    public static GuardFinding mask(int part, int start, int end, String rule, double score, String replacement) {
        if (replacement.isEmpty()) {
            throw new IllegalArgumentException("the replacement of " + rule + " is empty: nothing could restore it");
        }
        return new GuardFinding(rule, score, GuardAction.REDACT, part, start, end, replacement, null, true);
    }

    /**
     * Returns a finding that replaces media, for example by a copy without metadata.
     *
     * @param part the index of the part in {@link Inspection#parts()}
     * @param replacement what to send instead
     */
    public static GuardFinding replace(int part, String rule, double score, Media replacement) {
        Objects.requireNonNull(replacement, "replacement");
        return new GuardFinding(rule, score, GuardAction.REDACT, part, 0, 0, null, replacement, false);
    }

    private static void checkNoSpanNeeded(GuardAction action) {
        if (action == GuardAction.REDACT) {
            throw new IllegalArgumentException("a redaction needs a replacement: use redact, mask or replace");
        }
    }

    /** Returns what was found. */
    public String rule() {
        return rule;
    }

    /** Returns how sure the guard is, from 0 to 1. */
    public double score() {
        return score;
    }

    /** Returns what the guard wants done. */
    public GuardAction action() {
        return action;
    }

    /** Returns the index of the part in {@link Inspection#parts()}; -1 for a finding about all of them. */
    public int part() {
        return part;
    }

    /** Returns the index of the first character of the span. */
    public int start() {
        return start;
    }

    /** Returns the index behind the last character of the span; {@link #start()} for a finding without a span. */
    public int end() {
        return end;
    }

    /** Returns what replaces the span, or null. */
    public @Nullable String replacement() {
        return replacement;
    }

    /** Returns what replaces the media of the part, or null. */
    public @Nullable Media mediaReplacement() {
        return mediaReplacement;
    }

    /** Returns whether the replacement is restored in the reply. */
    public boolean isRestorable() {
        return restorable;
    }

    @Override
    public String toString() {
        return "GuardFinding{" + rule + ", " + action + ", " + score + (part < 0 ? "" : ", part " + part)
                + (end == start ? "" : ", " + start + "-" + end) + "}";
    }
}
