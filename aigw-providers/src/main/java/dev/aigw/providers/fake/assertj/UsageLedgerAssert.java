package dev.aigw.providers.fake.assertj;

import dev.aigw.api.spi.UsageLedger;
import java.math.BigDecimal;
import org.assertj.core.api.AbstractAssert;

/** Assertions about tokens and costs of what was metered. Not safe for use by several threads. */
public final class UsageLedgerAssert extends AbstractAssert<UsageLedgerAssert, UsageLedger> {

    UsageLedgerAssert(UsageLedger actual) {
        super(actual, UsageLedgerAssert.class);
    }

    /**
     * Verifies that everything together costs less than an amount, and that the price of everything is known.
     *
     * @param amount in the ledger's currency, such as {@code "0.01"}
     */
    public UsageLedgerAssert costsLessThan(String amount) {
        isNotNull();
        BigDecimal known = actual.total().cost().amount();
        if (known == null || actual.total().unpriced() > 0 || known.compareTo(new BigDecimal(amount)) >= 0) {
            failWithMessage(
                    "Expecting a cost of less than %s, but it is %s, and %s attempts have no known price:%s",
                    amount, actual.total().cost(), actual.total().unpriced(), listed());
        }
        return this;
    }

    /** Verifies that everything together used at most so many tokens, prompts included. */
    public UsageLedgerAssert usedAtMost(long tokens) {
        isNotNull();
        long used = actual.total().usage().totalTokens();
        if (used > tokens) {
            failWithMessage("Expecting at most %s tokens, but %s were used:%s", tokens, used, listed());
        }
        return this;
    }

    /** Verifies the number of attempts. */
    public UsageLedgerAssert hasAttempts(long count) {
        isNotNull();
        long found = actual.total().attempts();
        if (found != count) {
            failWithActualExpectedAndMessage(
                    found, count, "Expecting %s attempts, but there were %s:%s", count, found, listed());
        }
        return this;
    }

    private String listed() {
        return Requests.listed(actual.byDeployment().entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().attempts() + " attempts, "
                        + entry.getValue().usage().totalTokens() + " tokens, "
                        + entry.getValue().cost())
                .toList());
    }
}
