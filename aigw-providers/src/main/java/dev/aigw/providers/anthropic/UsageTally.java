package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;

/**
 * Counts the tokens of one answer. A stream reports several times, each number being a total so far, and may leave out
 * what it said before, or say 0 of it; a number once known stays until a greater than 0 replaces it.
 *
 * <p>The vendor's input count excludes cached tokens, its output count includes thinking. Its counts leave out what it
 * spent on compacting the conversation, which is charged too and listed among the iterations. Not safe for use by
 * several threads.
 */
final class UsageTally {

    private static final long ABSENT = Counts.ABSENT;

    private final Counts counts;
    private long input = ABSENT;
    private long cacheRead = ABSENT;
    private long cacheWrite = ABSENT;
    private long cacheWriteShort = ABSENT;
    private long cacheWriteLong = ABSENT;
    private long output = ABSENT;
    private long thinking = ABSENT;
    private long searches = ABSENT;
    private TokenUsage compaction = TokenUsage.NONE;

    UsageTally(Counts counts) {
        this.counts = counts;
    }

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
        searches = number(Json.at(usage, "server_tool_use"), "web_search_requests", searches);
        TokenUsage compacted = compaction(Json.at(usage, "iterations"));
        compaction = compacted.isEmpty() ? compaction : compacted;
    }

    private TokenUsage compaction(JsonNode iterations) {
        TokenUsage sum = TokenUsage.NONE;
        for (JsonNode iteration : iterations) {
            if ("compaction".equals(Json.textOf(iteration, "type"))) {
                UsageTally tally = new UsageTally(counts);
                tally.add(iteration);
                sum = sum.plus(tally.usage());
            }
        }
        return sum;
    }

    private long number(JsonNode node, String field, long otherwise) {
        long count = counts.of(node, field);
        return count <= 0 && otherwise != ABSENT ? otherwise : count;
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
            usage.output(thinking > output ? output : output - Counts.orZero(thinking));
        }
        if (thinking != ABSENT) {
            usage.reasoning(thinking);
        }
        return usage.serverTool("web_search", searches).build().plus(compaction);
    }

    private void addCacheWrite(TokenUsage.Builder usage) {
        if (cacheWriteLong != ABSENT) {
            usage.set(TokenUsage.Bucket.CACHE_WRITE_LONG, cacheWriteLong);
        }
        boolean whole = cacheWrite >= Counts.orZero(cacheWriteShort) + Counts.orZero(cacheWriteLong);
        Counts.set(
                usage,
                TokenUsage.Bucket.CACHE_WRITE,
                whole && cacheWrite != ABSENT ? cacheWrite - Counts.orZero(cacheWriteLong) : cacheWriteShort);
    }
}
