package dev.aigw.routing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.internal.PlainWords;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads numbers of price files. A number that cannot be meant is missing, with a warning: a price of 1e999999999 would
 * fill the heap with zeros, and a window above the longest number would be negative. Stateless.
 */
final class Plausible {

    private static final Logger LOG = LoggerFactory.getLogger(Plausible.class);
    private static final int MOST_CHARS = 100;
    private static final long MOST_TOKENS = 1_000_000_000;
    private static final int MOST_DIMENSIONS = 1_000_000;
    private static final int MOST_SCALE = 40;

    /** Dollars per token, or per million tokens; a price is below this. */
    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(1_000_000);

    private Plausible() {}

    /** Returns a price; null if it is missing, negative or not plausible. */
    static @Nullable BigDecimal price(JsonNode node) {
        if (!node.isNumber()) {
            return null;
        }
        BigDecimal price = node.decimalValue();
        if (price.signum() == 0) {
            return BigDecimal.ZERO;
        }
        boolean small = price.scale() > MOST_SCALE;
        if (price.signum() < 0 || small || price.compareTo(MOST_DOLLARS) >= 0) {
            warn("price", node);
            return null;
        }
        return price;
    }

    /** Returns a number of tokens; 0 if it is missing or not plausible. */
    static long tokens(JsonNode node) {
        return count("number of tokens", node, MOST_TOKENS);
    }

    /** Returns a number of dimensions; 0 if it is missing or not plausible. */
    static int dimensions(JsonNode node) {
        return (int) count("number of dimensions", node, MOST_DIMENSIONS);
    }

    private static long count(String what, JsonNode node, long most) {
        double count = node.asDouble(0);
        if (count >= 0 && count <= most) {
            return (long) count;
        }
        warn(what, node);
        return 0;
    }

    private static void warn(String what, JsonNode node) {
        LOG.warn(
                "The {} {} in a file of model cards is not plausible and counts as missing",
                what,
                PlainWords.line(node.asText(), MOST_CHARS));
    }
}
