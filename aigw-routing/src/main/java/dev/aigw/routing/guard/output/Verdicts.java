package dev.aigw.routing.guard.output;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import java.util.List;

/** Makes the verdicts of guards that look at a window of a stream. */
final class Verdicts {

    private Verdicts() {}

    /**
     * Returns a verdict. While a reply is arriving, it says from where on it may change; what blocks is never
     * undecided.
     *
     * @param undecided an index into the text, or a higher one if nothing is undecided
     */
    static GuardVerdict of(List<GuardFinding> findings, Inspection inspection, int undecided) {
        GuardVerdict verdict = GuardVerdict.of(findings);
        String text = inspection.isComplete() ? null : inspection.parts().get(0).text();
        if (text == null) {
            return verdict;
        }
        return verdict.undecidedFrom(
                verdict.action() == GuardAction.BLOCK ? text.length() : Math.min(undecided, text.length()));
    }
}
