package dev.aigw.routing.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A guard for tests that looks for words, as a pattern in a window. */
record Words(String name, Effort effort, GuardAction action, boolean masks, List<String> words) implements Guard {

    static Words blocking(String... words) {
        return new Words("words", Effort.MEMORY, GuardAction.BLOCK, false, List.of(words));
    }

    static Words redacting(String... words) {
        return new Words("words", Effort.MEMORY, GuardAction.REDACT, false, List.of(words));
    }

    /** Returns a guard that replaces each word by its number, as in {@code [WORD_1]}. */
    static Words masking(String... words) {
        return new Words("words", Effort.MEMORY, GuardAction.REDACT, true, List.of(words));
    }

    Words of(Effort effort) {
        return new Words(name, effort, action, masks, words);
    }

    Words named(String name) {
        return new Words(name, effort, action, masks, words);
    }

    Words annotating() {
        return new Words(name, effort, GuardAction.ANNOTATE, false, words);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardFinding> findings = new ArrayList<>();
        int undecided = -1;
        for (int part = 0; part < inspection.parts().size(); part++) {
            String text = inspection.parts().get(part).text();
            if (text == null) {
                continue;
            }
            undecided = text.length();
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
                    findings.add(finding(part, at, word, i));
                }
                for (int n = 1; n < word.length(); n++) {
                    if (text.endsWith(word.substring(0, n))) {
                        undecided = Math.min(undecided, text.length() - n);
                    }
                }
            }
        }
        GuardVerdict verdict = GuardVerdict.of(findings);
        return inspection.isComplete() || undecided < 0 ? verdict : verdict.undecidedFrom(undecided);
    }

    private GuardFinding finding(int part, int at, String word, int number) {
        int end = at + word.length();
        if (masks) {
            return GuardFinding.mask(part, at, end, "word", 1, "[WORD_" + (number + 1) + "]");
        }
        return action == GuardAction.REDACT
                ? GuardFinding.redact(part, at, end, "word", 1, "***")
                : GuardFinding.at(part, at, end, "word", 0.9, action);
    }

    @Override
    public StreamChecking streaming() {
        return StreamChecking.window(64, 0);
    }

    /** A guard that fails as given. */
    static Guard failing(Supplier<? extends RuntimeException> failure) {
        return inspection -> {
            throw failure.get();
        };
    }
}
