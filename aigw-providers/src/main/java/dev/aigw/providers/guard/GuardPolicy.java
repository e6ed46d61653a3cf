package dev.aigw.providers.guard;

import dev.aigw.api.GuardAction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done about which findings. A name ends in {@code *} for all that begin so; the longest that fits counts.
 *
 * @param chosen the application's choice, which comes first
 * @param actions the mapping's
 * @param thresholds from which score on a finding counts, in the service's own scale
 * @param replacement what replaces a span, with <code>{rule}</code> for the rule's name
 */
record GuardPolicy(
        Map<String, GuardAction> chosen,
        Map<String, GuardAction> actions,
        Map<String, Double> thresholds,
        String replacement) {

    /** Returns what is done about a finding of a rule. */
    GuardAction action(String rule, @Nullable GuardAction service) {
        GuardAction own = find(chosen, rule);
        if (own != null) {
            return own;
        }
        GuardAction usual = service == null ? find(actions, rule) : service;
        return usual == null ? GuardAction.BLOCK : usual;
    }

    /** Returns from which score on findings of a rule count. */
    double threshold(String rule) {
        Double threshold = find(thresholds, rule);
        return threshold == null ? 0 : threshold;
    }

    /** Returns what replaces a span that a rule found. */
    String replacement(String rule) {
        return replacement.replace("{rule}", rule);
    }

    private static <T> @Nullable T find(Map<String, T> byName, String rule) {
        T exact = byName.get(rule);
        if (exact != null) {
            return exact;
        }
        T found = null;
        int longest = -1;
        for (Map.Entry<String, T> entry : byName.entrySet()) {
            String name = entry.getKey();
            int prefix = name.length() - 1;
            if (name.endsWith("*") && prefix > longest && rule.startsWith(name.substring(0, prefix))) {
                found = entry.getValue();
                longest = prefix;
            }
        }
        return found;
    }
}
