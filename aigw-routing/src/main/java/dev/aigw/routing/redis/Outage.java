package dev.aigw.routing.redis;

import java.math.BigDecimal;

/** What shared limits do while Redis is not reachable. Immutable. */
public final class Outage {

    enum Kind {
        OPEN,
        CLOSED,
        LOCAL
    }

    private static final Outage OPEN = new Outage(Kind.OPEN, BigDecimal.ONE);
    private static final Outage CLOSED = new Outage(Kind.CLOSED, BigDecimal.ZERO);

    private final Kind kind;
    private final BigDecimal share;

    private Outage(Kind kind, BigDecimal share) {
        this.kind = kind;
        this.share = share;
    }

    /** Admits all calls. They are counted when Redis is back. */
    public static Outage open() {
        return OPEN;
    }

    /** Refuses all calls to which a limit applies, with {@link dev.aigw.api.ErrorKind#LIMIT_EXCEEDED}. */
    public static Outage closed() {
        return CLOSED;
    }

    /**
     * Lets each JVM use a share of what was left by Redis' last answer (of the whole limit without an answer or in a
     * new window); for concurrency limits, a share of the whole limit. With one tenth for each of ten JVMs, the fleet
     * keeps the limit during an outage too. The calls are counted when Redis is back.
     *
     * @param share above 0 and up to 1
     */
    public static Outage local(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of each JVM is " + share + "; use one above 0 and up to 1, such as 1.0 / JVMs");
        }
        return new Outage(Kind.LOCAL, BigDecimal.valueOf(share));
    }

    Kind kind() {
        return kind;
    }

    BigDecimal share() {
        return share;
    }

    @Override
    public String toString() {
        return kind == Kind.LOCAL ? "local(" + share + ")" : kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
