package dev.aigw.routing.guard.injection;

/**
 * How sure the injection guard must be before it acts. The figures are of public data that the classifier had not seen;
 * the guide has them by source.
 */
public enum Sensitivity {
    /** Acts on clear attacks only. For open chats, where a wrong alarm is worse than a missed joke. */
    LOW(0.9),
    /** The default: few benign texts in a hundred are flagged, and most attacks are. */
    BALANCED(0.6),
    /** Acts on suspicion. For agents that can send mails, pay or delete. */
    STRICT(0.3);

    private final double threshold;

    Sensitivity(double threshold) {
        this.threshold = threshold;
    }

    /** Returns the score from which on the guard acts. */
    public double threshold() {
        return threshold;
    }
}
