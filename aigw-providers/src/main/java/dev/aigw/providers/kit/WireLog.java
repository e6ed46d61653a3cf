package dev.aigw.providers.kit;

/**
 * What an adapter logs of its requests and replies, for {@link HttpOptions#wireLog}. Immutable.
 *
 * <pre>{@code
 * OpenAiAdapter.builder().apiKeyFromEnvironment().wireLog(WireLog.bodies().maxChars(16_000)).build();
 * }</pre>
 *
 * <p>The logger is named {@code dev.aigw.wire.} and the adapter's name, such as {@code dev.aigw.wire.openai}, and logs
 * at DEBUG: each request when it is sent, with call, attempt, deployment, method, URL, size and headers; and each reply
 * once it has been read, with its status, headers, size and the time to its head and its end. Of a stream, the head is
 * logged when it arrives, and the events as one text when the stream ends, breaks or is closed. While the level is off
 * nothing is prepared, so a log may be left in and switched on at run time. A logger that throws does no harm.
 *
 * <p>Secrets are masked: those of the request in every form, and what looks like one, also where a stream spreads it
 * over events. What a supplied client's interceptors change is not seen, since it is changed later.
 */
public final class WireLog {

    private static final int DEFAULT_CHARS = 4096;

    private final int maxChars;

    private WireLog(int maxChars) {
        this.maxChars = maxChars;
    }

    /** Logs requests and replies without their bodies. */
    public static WireLog heads() {
        return new WireLog(0);
    }

    /** Logs bodies, too: the first 4096 characters of each. Bodies hold what users write and models answer. */
    public static WireLog bodies() {
        return new WireLog(DEFAULT_CHARS);
    }

    /**
     * Returns this log with bodies, cut behind this many characters. What is not text is only named, with its size.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public WireLog maxChars(int maxChars) {
        if (maxChars <= 0) {
            throw new IllegalArgumentException(
                    "bodies of " + maxChars + " characters: use a positive number, or WireLog.heads()");
        }
        return new WireLog(maxChars);
    }

    /** Returns how many characters of a body are logged; 0 if none. */
    int maxChars() {
        return maxChars;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireLog that && maxChars == that.maxChars;
    }

    @Override
    public int hashCode() {
        return maxChars;
    }

    @Override
    public String toString() {
        return maxChars == 0 ? "WireLog{heads}" : "WireLog{bodies, maxChars=" + maxChars + "}";
    }
}
