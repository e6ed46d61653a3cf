package dev.aigw.routing.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.StreamChecking;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One text of a reply that arrives in pieces, and how far guards have passed it. For one thread. */
final class CheckedText {

    /** What a guard cannot decide after so many characters more is decided by what it says then. */
    private static final int MOST_UNDECIDED = 16_384;

    private final Inspector inspector;
    private final List<GuardRule> rules;
    private final ContentOrigin origin;
    private final String path;
    private final Runnable edited;
    private final boolean whole;
    private final int[] steppedTo;
    private final StringBuilder text = new StringBuilder();
    private final Set<String> spanless = new HashSet<>(0); // what was reported of the text as a whole
    private int released;

    /**
     * Creates an empty text.
     *
     * @param rules the rules on it, in the order of their efforts
     * @param edited runs when a guard has changed it
     */
    CheckedText(Inspector inspector, List<GuardRule> rules, ContentOrigin origin, String path, Runnable edited) {
        this.inspector = inspector;
        this.rules = rules;
        this.origin = origin;
        this.path = path;
        this.edited = edited;
        this.whole = rules.stream()
                .anyMatch(rule -> !rule.isShadow() && streaming(rule).isWhole());
        this.steppedTo = new int[rules.size()];
    }

    private static StreamChecking streaming(GuardRule rule) {
        return rule.guard().streaming();
    }

    /** Returns whether some of it is held. */
    boolean isHolding() {
        return released < text.length();
    }

    /** Adds more, and returns what the reader may see now. */
    String add(String more) {
        if (rules.isEmpty()) {
            return more;
        }
        text.append(more);
        return whole ? "" : advance(false);
    }

    /** Returns the rest: the text is complete. */
    String complete() {
        if (rules.isEmpty() || text.isEmpty()) {
            return "";
        }
        if (!whole) {
            return advance(true);
        }
        String given = text.toString();
        String passed = inspector.inspectText(rules, GuardedPart.text(origin, path, given, true));
        released = text.length();
        if (!passed.equals(given)) {
            edited.run();
        }
        return passed;
    }

    private String advance(boolean complete) {
        List<Seen> seen = look(complete);
        int limit = text.length();
        for (Seen each : seen) {
            limit = Math.min(limit, Math.max(released, each.decidedTo));
        }
        limit = beforeUndecided(seen, limit);
        List<GuardFinding> redactions = new ArrayList<>(0);
        for (Seen each : seen) {
            List<GuardFinding> decided = each.decided(limit);
            if (!decided.isEmpty()) {
                inspector.report(each.rule, GuardVerdict.of(decided));
                if (!each.rule.isShadow()) {
                    decided.stream()
                            .filter(finding -> finding.action() == GuardAction.REDACT)
                            .forEach(redactions::add);
                }
            }
        }
        String passed = text.substring(released, limit);
        if (!redactions.isEmpty()) {
            passed = redacted(redactions, limit);
            edited.run();
        }
        released = limit;
        return passed;
    }

    /** Returns the place before which no finding is still open: one at the limit may grow. */
    private int beforeUndecided(List<Seen> seen, int limit) {
        int before = limit;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Seen each : seen) {
                for (GuardFinding finding : each.findings) {
                    if (!each.rule.isShadow()
                            && finding.start() < before
                            && finding.end() > before
                            && finding.start() >= released) {
                        before = finding.start();
                        moved = true;
                    }
                }
            }
        }
        return before;
    }

    private String redacted(List<GuardFinding> redactions, int limit) {
        Edits edits = new Edits();
        int from = released;
        for (GuardFinding finding : redactions) {
            int start = Math.max(from, finding.start()) - from;
            int end = finding.end() - from;
            String replacement = finding.replacement() == null ? "" : finding.replacement();
            edits.add(GuardFinding.redact(0, start, end, finding.rule(), finding.score(), replacement), limit - from);
        }
        return edits.apply(text.substring(from, limit), origin == ContentOrigin.TOOL_ARGUMENTS, null);
    }

    /** What one guard says about the text so far. */
    private final class Seen {

        private final GuardRule rule;
        private final List<GuardFinding> findings = new ArrayList<>(0); // their places are in the text
        private int decidedTo;

        Seen(GuardRule rule) {
            this.rule = rule;
        }

        /** Notes a verdict on the text from {@code base} on. */
        void note(GuardVerdict verdict, int base) {
            for (GuardFinding finding : verdict.findings()) {
                if (finding.action() != GuardAction.ALLOW) {
                    findings.add(moved(finding, base));
                }
            }
        }

        /** Returns the findings that are decided and were not reported before. */
        List<GuardFinding> decided(int limit) {
            List<GuardFinding> decided = new ArrayList<>(findings.size());
            for (GuardFinding finding : findings) {
                boolean isNew = finding.end() == finding.start()
                        ? spanless.add(rule.name() + " " + finding.rule())
                        : finding.end() <= limit && finding.end() > released;
                if (isNew) {
                    decided.add(finding);
                }
            }
            return decided;
        }
    }

    private static GuardFinding moved(GuardFinding finding, int base) {
        if (base == 0 || finding.end() == finding.start()) {
            return finding;
        }
        int start = finding.start() + base;
        int end = finding.end() + base;
        return finding.action() == GuardAction.REDACT
                ? GuardFinding.redact(
                        0,
                        start,
                        end,
                        finding.rule(),
                        finding.score(),
                        finding.replacement() == null ? "" : finding.replacement())
                : GuardFinding.at(0, start, end, finding.rule(), finding.score(), finding.action());
    }

    private List<Seen> look(boolean complete) {
        List<Seen> seen = new ArrayList<>(rules.size());
        for (int i = 0; i < rules.size(); i++) {
            GuardRule rule = rules.get(i);
            StreamChecking how = streaming(rule);
            Seen each = new Seen(rule);
            if (how.lookBehind() > 0) {
                window(each, how, complete);
            } else if (complete || (how.step() > 0 && text.length() - steppedTo[i] >= how.step())) {
                each.note(inspector.window(rule, part(0), complete), 0);
                steppedTo[i] = text.length();
                each.decidedTo = text.length();
            } else {
                each.decidedTo = rule.isShadow() ? text.length() : steppedTo[i];
            }
            seen.add(each);
        }
        return seen;
    }

    private void window(Seen seen, StreamChecking how, boolean complete) {
        int base = Math.max(0, released - how.lookBehind());
        GuardVerdict verdict = inspector.window(seen.rule, part(base), complete);
        seen.note(verdict, base);
        if (complete || seen.rule.isShadow() || text.length() - released > MOST_UNDECIDED) {
            seen.decidedTo = text.length();
        } else if (verdict.undecidedFrom() >= 0) {
            seen.decidedTo = Math.min(text.length(), base + verdict.undecidedFrom());
        } else {
            seen.decidedTo = text.length() - how.lookAhead();
        }
    }

    private GuardedPart part(int from) {
        return GuardedPart.text(origin, path, text.substring(from), true);
    }
}
