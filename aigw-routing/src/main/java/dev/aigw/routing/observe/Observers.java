package dev.aigw.routing.observe;

import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.RouterListener;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The built-in listeners.
 *
 * <pre>{@code
 * ModelRouter.builder().listener(Observers.slf4j()) ... .build();
 * }</pre>
 */
public final class Observers {

    /** The name of the logger that {@link #slf4j()} writes to. */
    public static final String CALLS = "dev.aigw.calls";

    private Observers() {}

    /**
     * Returns a listener that writes one line of {@code key=value} fields per event to the SLF4J logger
     * {@code dev.aigw.calls}:
     *
     * <ul>
     *   <li>WARN: a call failed;
     *   <li>INFO: an attempt failed; a cooldown began; a breaker or the health of a deployment changed;
     *   <li>DEBUG: a call succeeded or was abandoned, an attempt was abandoned; a call was retried, hedged, recovered
     *       or sent to a fallback model; a cooldown is over;
     *   <li>TRACE: an attempt succeeded.
     * </ul>
     *
     * <p>Lines contain names, counts and error kinds, never content, credentials, users, or exception messages, which
     * may quote content. Fields that do not apply are left out; a value with spaces or other special characters is
     * quoted. Nothing is formatted for a level that is off.
     */
    public static RouterListener slf4j() {
        return new Slf4jListener(LoggerFactory.getLogger(CALLS));
    }

    /**
     * Returns a propagation of SLF4J's mapped diagnostic context (MDC), so that what is logged for a call in other
     * threads has the caller's fields.
     *
     * <pre>{@code
     * ModelRouter.builder().contextPropagation(Observers.mdc())
     * }</pre>
     */
    public static ContextPropagation mdc() {
        return new MdcPropagation(MDC.getMDCAdapter());
    }
}
