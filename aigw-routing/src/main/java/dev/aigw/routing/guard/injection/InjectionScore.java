package dev.aigw.routing.guard.injection;

import dev.aigw.api.guard.ContentOrigin;
import java.util.List;

/**
 * How likely a text is an injection, and why. Immutable; holds no content.
 *
 * @param score the probability that it is an attack, from 0 to 1, by rules and classifier together
 * @param byRules what the rules alone would say
 * @param byClassifier what the classifier alone would say
 * @param origin where the text comes from
 * @param fired the rules that fired, the heaviest first
 * @param suspectStart where the passage begins that the classifier suspects most, an index into the text
 * @param suspectEnd where that passage ends
 */
public record InjectionScore(
        double score,
        double byRules,
        double byClassifier,
        ContentOrigin origin,
        List<Fired> fired,
        int suspectStart,
        int suspectEnd) {

    /** Copies the list. */
    public InjectionScore {
        fired = List.copyOf(fired);
    }

    /**
     * A rule that fired.
     *
     * @param rule its name, for example {@code override}
     * @param start where it fired, an index into the text in UTF-16 units; for a payload, where the payload begins
     * @param end where that ends
     * @param evidence how much it counts, as log odds
     */
    public record Fired(String rule, int start, int end, double evidence) {}
}
