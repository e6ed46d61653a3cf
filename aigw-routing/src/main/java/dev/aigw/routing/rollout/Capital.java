package dev.aigw.routing.rollout;

/**
 * A capital of 1, spread over stakes from small to large, since the best stake is not known beforehand. Not safe for
 * use by several threads.
 */
final class Capital {

    /** Fractions of the largest stake that cannot lose everything. */
    private static final double[] STAKES = {0.02, 0.05, 0.1, 0.2, 0.4, 0.8};

    private final double[] logCapital = new double[STAKES.length];

    /**
     * Multiplies each part by 1 + stake * gain.
     *
     * @param largest the largest stake that cannot lose everything: 1 over the greatest loss
     */
    void bet(double gain, double largest) {
        for (int i = 0; i < STAKES.length; i++) {
            logCapital[i] += Math.log1p(STAKES[i] * largest * gain);
        }
    }

    /** Returns the present capital: the strength of the evidence. */
    double amount() {
        double amount = 0;
        for (double log : logCapital) {
            amount += Math.exp(Math.min(log, 700)) / STAKES.length;
        }
        return amount;
    }
}
