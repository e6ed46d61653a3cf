package dev.aigw.routing.guard;

import dev.aigw.api.guard.GuardFinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The spans of one text that are replaced. Where two overlap, one replacement stands for both. For one thread. */
final class Edits {

    private static final Comparator<GuardFinding> BY_PLACE =
            Comparator.comparingInt(GuardFinding::start).thenComparing(GuardFinding::end, Comparator.reverseOrder());

    private final List<GuardFinding> findings = new ArrayList<>(2);

    /** Adds a replacement in a text of {@code length}. */
    void add(GuardFinding finding, int length) {
        if (finding.end() > length) {
            throw new IllegalStateException("the finding " + finding + " lies outside its text of " + length);
        }
        if (finding.end() > finding.start()) {
            findings.add(finding);
        }
    }

    /**
     * Returns the text with its spans replaced, and with all repetitions of what was masked in it or before it.
     *
     * @param json whether the text is JSON as a model wrote it
     * @param masks where restorable replacements are noted; null if nothing is restored
     */
    String apply(String text, boolean json, @Nullable Masks masks) {
        findings.sort(BY_PLACE);
        if (masks != null) {
            for (GuardFinding finding : findings) {
                if (finding.isRestorable()) {
                    String span = text.substring(finding.start(), finding.end());
                    masks.add(json ? JsonStrings.unescaped(span) : span, Objects.requireNonNull(finding.replacement()));
                }
            }
        }
        PhraseTrie repeated = masks == null || masks.isEmpty() ? null : masks.repeated(json);
        if (findings.isEmpty() && repeated == null) {
            return text;
        }
        StringBuilder edited = new StringBuilder(text.length());
        int at = 0;
        for (int i = 0; i < findings.size(); i++) {
            GuardFinding finding = findings.get(i);
            if (finding.end() <= at) {
                continue; // inside of one before
            }
            int start = Math.max(at, finding.start());
            copy(text, at, start, repeated, edited);
            if (finding.start() >= at) { // else the one before stands for both
                edited.append(replacement(finding, text, json, masks));
            }
            at = finding.end();
        }
        copy(text, at, text.length(), repeated, edited);
        return edited.toString();
    }

    private static String replacement(GuardFinding finding, String text, boolean json, @Nullable Masks masks) {
        String wanted = Objects.requireNonNull(finding.replacement());
        if (finding.isRestorable() && masks != null) {
            String span = text.substring(finding.start(), finding.end());
            wanted = masks.add(json ? JsonStrings.unescaped(span) : span, wanted);
        }
        return json ? JsonStrings.escaped(wanted) : wanted;
    }

    private static void copy(String text, int from, int to, @Nullable PhraseTrie repeated, StringBuilder edited) {
        if (repeated == null || repeated.isEmpty()) {
            edited.append(text, from, to);
            return;
        }
        int at = from;
        while (at < to) {
            repeated.match(text, at, ' ', true);
            String replacement = repeated.value();
            if (replacement == null || at + repeated.length() > to) {
                edited.append(text.charAt(at++));
            } else {
                edited.append(replacement);
                at += repeated.length();
            }
        }
    }
}
