package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.providers.json.Json;

/**
 * Counts the tokens of one answer. A stream reports usage several times; each number is a total so far, and earlier
 * numbers may be left out, so a number is kept until it is replaced.
 *
 * <p>The vendor's input count excludes cached tokens, its output count includes thinking. Not safe for use by several
 * threads.
 */
final class UsageTally {

    private static final long ABSENT = -1;

    private long input = ABSENT;
    private long cacheRead = ABSENT;
    private long cacheWrite = ABSENT;
    private long cacheWriteShort = ABSENT;
    private long cacheWriteLong = ABSENT;
    private long output = ABSENT;
    private long thinking = ABSENT;

    /** Reads a usage object; any other node changes nothing. */
    void add(JsonNode usage) {
        input = number(usage, "input_tokens", input);
        cacheRead = number(usage, "cache_read_input_tokens", cacheRead);
        cacheWrite = number(usage, "cache_creation_input_tokens", cacheWrite);
        JsonNode byLifetime = Json.at(usage, "cache_creation");
        cacheWriteShort = number(byLifetime, "ephemeral_5m_input_tokens", cacheWriteShort);
        cacheWriteLong = number(byLifetime, "ephemeral_1h_input_tokens", cacheWriteLong);
        output = number(usage, "output_tokens", output);
        thinking = number(Json.at(usage, "output_tokens_details"), "thinking_tokens", thinking);
    }

    private static long number(JsonNode node, String field, long otherwise) {
        JsonNode value = node.get(field);
        return value != null && value.isNumber() ? value.longValue() : otherwise;
    }

    TokenUsage usage() {
        TokenUsage.Builder usage = TokenUsage.builder();
        if (input != ABSENT) {
            usage.input(input);
        }
        if (cacheRead != ABSENT) {
            usage.cacheRead(cacheRead);
        }
        addCacheWrite(usage);
        if (output != ABSENT) {
            usage.output(output - Math.max(0, thinking));
        }
        if (thinking != ABSENT) {
            usage.reasoning(thinking);
        }
        return usage.build();
    }

    private void addCacheWrite(TokenUsage.Builder usage) {
        if (cacheWriteLong != ABSENT) {
            usage.set(TokenUsage.Bucket.CACHE_WRITE_LONG, cacheWriteLong);
        }
        long rest = cacheWrite == ABSENT ? cacheWriteShort : cacheWrite - Math.max(0, cacheWriteLong);
        if (rest != ABSENT) {
            usage.cacheWrite(rest);
        }
    }
}
