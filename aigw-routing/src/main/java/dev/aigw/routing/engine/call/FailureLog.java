package dev.aigw.routing.engine.call;

import dev.aigw.api.internal.PlainWords;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs the failures of a part that calls can go on without, such as a listener: the first with its stack trace, then
 * the count at 10, 100, 1,000 and so on. Safe for use by many threads.
 */
public final class FailureLog {

    private static final int MOST_CHARS = 1000;

    private final Logger log;
    private final String subject;
    private final String consequence;
    private final AtomicLong count = new AtomicLong();

    /** Creates a log of the failures of {@code subject}, which begins each message. */
    public FailureLog(Logger log, String subject) {
        this(log, subject, "calls continue without it");
    }

    /** Creates a log of the failures of {@code subject}, which begins each message; it goes on with what follows. */
    public FailureLog(Logger log, String subject, String consequence) {
        this.log = log;
        this.subject = subject;
        this.consequence = consequence;
    }

    /** Counts a failure, and logs it if it is due. */
    public void failed(RuntimeException cause) {
        long failures = count.incrementAndGet();
        if (failures == 1) {
            log.warn("{} failed; {}, and further failures are only counted", subject, consequence, cause);
        } else if (isPowerOfTen(failures)) {
            log.warn(
                    "{} has failed {} times, the last time with {}",
                    subject,
                    failures,
                    PlainWords.line(cause.toString(), MOST_CHARS));
        }
    }

    private static boolean isPowerOfTen(long number) {
        long rest = number;
        while (rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }
}
