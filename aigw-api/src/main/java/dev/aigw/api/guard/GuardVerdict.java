package dev.aigw.api.guard;

import dev.aigw.api.GuardAction;
import java.util.List;

/**
 * What a guard says about what it was asked to check. Immutable.
 *
 * <pre>{@code
 * Guard noPricesOfRivals = inspection -> inspection.mentions("ACME")
 *     ? GuardVerdict.block("rival")
 *     : GuardVerdict.ALLOW;
 * }</pre>
 */
public final class GuardVerdict {

    /** Nothing was found. */
    public static final GuardVerdict ALLOW = new GuardVerdict(List.of(), -1);

    private final List<GuardFinding> findings;
    private final GuardAction action;
    private final int undecidedFrom;

    private GuardVerdict(List<GuardFinding> findings, int undecidedFrom) {
        this.findings = List.copyOf(findings);
        this.undecidedFrom = undecidedFrom;
        GuardAction strongest = GuardAction.ALLOW;
        for (GuardFinding finding : this.findings) {
            strongest = strongest.and(finding.action());
        }
        this.action = strongest;
    }

    /** Returns a verdict that blocks everything, with the score 1. */
    public static GuardVerdict block(String rule) {
        return of(GuardFinding.whole(rule, 1, GuardAction.BLOCK));
    }

    /** Returns a verdict of these findings; no findings are {@link #ALLOW}. */
    public static GuardVerdict of(GuardFinding... findings) {
        return of(List.of(findings));
    }

    /** Returns a verdict of these findings; no findings are {@link #ALLOW}. */
    public static GuardVerdict of(List<GuardFinding> findings) {
        return findings.isEmpty() ? ALLOW : new GuardVerdict(findings, -1);
    }

    /**
     * Returns this verdict on a reply that is still arriving, with the place from which on it may change when more
     * arrives: half a card number at the end, for example. The router holds the text back from there. Without it, the
     * router holds back as many characters as {@link StreamChecking#lookAhead()} says.
     *
     * @param index an index into the text of the one part that was inspected
     * @throws IllegalArgumentException if it is negative
     */
    public GuardVerdict undecidedFrom(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("undecidedFrom is " + index + ": it is 0 or more");
        }
        return new GuardVerdict(findings, index);
    }

    /** Returns the findings in the guard's order, possibly none. */
    public List<GuardFinding> findings() {
        return findings;
    }

    /** Returns the weightiest action of the findings. */
    public GuardAction action() {
        return action;
    }

    /** Returns the place from which on the verdict may change when more arrives; -1 where the guard does not say. */
    public int undecidedFrom() {
        return undecidedFrom;
    }

    @Override
    public String toString() {
        return "GuardVerdict{" + action + ", " + findings + "}";
    }
}
