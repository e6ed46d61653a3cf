package dev.aigw.api.spi;

/**
 * Says how much of a caller's budget is left: by the router's limits, or by your own accounts. Safe for use by many
 * threads.
 */
@FunctionalInterface
public interface BudgetGauge {

    /**
     * Returns the share that is left, from 0 (used up) to 1 (untouched); 1 for a call that no budget covers. Called
     * before each call, so it must be quick.
     */
    double left(ModelSelector.Query query);
}
