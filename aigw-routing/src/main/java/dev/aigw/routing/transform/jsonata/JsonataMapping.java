package dev.aigw.routing.transform.jsonata;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites plain JSON values by a JSONata expression, for {@code payload} and {@code answer} of a
 * {@link dev.aigw.routing.transform.TransformRule}.
 *
 * <pre>{@code
 * rule.model("scorer")
 *     .payload(JsonataMapping.of("{'instances': [text]}"))
 *     .answer(JsonataMapping.of("{'label': predictions[0].class, 'score': predictions[0].p}"))
 * }</pre>
 *
 * <p>An expression is the application's code: it is not bounded in what it computes, only in time and depth. Immutable
 * and safe for use by many threads.
 */
public final class JsonataMapping implements UnaryOperator<@Nullable Object> {

    private static final int DEPTH = 200;

    private final String expression;
    private final long millis;

    private JsonataMapping(String expression, Duration timeout) {
        this.expression = expression;
        this.millis = timeout.toMillis();
        if (millis < 1) {
            throw new IllegalArgumentException("the timeout of an expression is " + timeout + ": use 1 ms or more");
        }
        read(expression);
    }

    /**
     * Returns the mapping of an expression, with a timeout of one second.
     *
     * @throws IllegalArgumentException if it is not JSONata; the message says where
     */
    public static JsonataMapping of(String expression) {
        return new JsonataMapping(expression, Duration.ofSeconds(1));
    }

    /**
     * Returns this mapping with another timeout.
     *
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public JsonataMapping timeout(Duration timeout) {
        return new JsonataMapping(expression, timeout);
    }

    private static Jsonata read(String expression) {
        try {
            return Jsonata.jsonata(expression);
        } catch (JException e) {
            throw new IllegalArgumentException(
                    "the expression is not JSONata at character " + e.getLocation() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the value of the expression for {@code json}; null if it selects nothing.
     *
     * @throws IllegalArgumentException if it cannot be evaluated; the message has its code and no content
     */
    @Override
    public @Nullable Object apply(@Nullable Object json) {
        Jsonata ready = read(expression);
        Jsonata.Frame frame = ready.createFrame();
        frame.setRuntimeBounds(millis, DEPTH);
        try {
            return plain(ready.evaluate(json, frame));
        } catch (JException e) {
            throw new IllegalArgumentException("the expression failed with " + e.getError() + " at character "
                    + e.getLocation()); // not as the cause: its message quotes values
        }
    }

    /** Returns a value without the library's own lists, which hold more than JSON and may be made only when read. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value == Jsonata.NULL_VALUE) {
            return null;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(each -> copy.add(plain(each)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(String.valueOf(key), plain(each)));
            return copy;
        }
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException(
                "the expression returns a function: let it return texts, numbers, booleans, lists and objects");
    }
}
