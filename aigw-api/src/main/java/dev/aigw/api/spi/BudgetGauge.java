package dev.aigw.api.spi;

/**
 * Tells how much of a budget is left to whoever makes a call: the router's limits do, or accounts of your own. Safe for
 * use by many threads.
 */
@FunctionalInterface
public interface BudgetGauge {

    /**
     * Returns the share that is left, from 0, used up, to 1, untouched; 1 for a call that no budget is about. It is
     * asked before each call, so it must be quick.
     */
    double left(ModelSelector.Query query);
}
