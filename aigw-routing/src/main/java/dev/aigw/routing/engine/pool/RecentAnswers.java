package dev.aigw.routing.engine.pool;

/**
 * The lengths and speeds of the last 64 answers of a deployment, for what an answer usually takes. Before it has
 * answered 20 times, an answer is taken to have 4,096 tokens, of which 100 arrive in a second. Safe for use by many
 * threads.
 */
public final class RecentAnswers {

    private static final int KEPT = 64;
    private static final double USUAL = 0.95;
    private static final long FIRST_TOKENS = 4_096;
    private static final long FIRST_NANOS_PER_TOKEN = 10_000_000;

    private final RecentNumbers tokens = new RecentNumbers(KEPT);
    private final RecentNumbers nanosPerToken = new RecentNumbers(KEPT);
    private final RecentNumbers hidden = new RecentNumbers(KEPT);

    RecentAnswers() {}

    /**
     * Adds an answer.
     *
     * @param outputTokens its tokens, positive
     * @param durationNanos how long the whole attempt took
     */
    public void add(long outputTokens, long durationNanos) {
        tokens.add(outputTokens);
        nanosPerToken.add(Math.max(1, durationNanos / outputTokens));
    }

    /**
     * Adds what a streamed answer did not show.
     *
     * @param reasoningTokens the reported tokens of reasoning of which no text arrived; 0 if all did, or there was none
     */
    public void addHidden(long reasoningTokens) {
        hidden.add(reasoningTokens);
    }

    /**
     * Returns the tokens of reasoning that half of the streamed answers did not exceed and did not show; at first 0.
     */
    public long usualHiddenTokens() {
        return hidden.percentile(0.5);
    }

    /** Returns the tokens of a usual answer: 95 of 100 have no more. */
    public long usualTokens() {
        long learnt = tokens.percentile(USUAL);
        return learnt == 0 ? FIRST_TOKENS : learnt;
    }

    /** Returns the tokens that a usual answer may have after this time, by the speed of the fastest 5 of 100. */
    public long tokensAfter(long nanos) {
        long learnt = nanosPerToken.percentile(1 - USUAL);
        return Math.min(usualTokens(), nanos / (learnt == 0 ? FIRST_NANOS_PER_TOKEN : learnt));
    }
}
