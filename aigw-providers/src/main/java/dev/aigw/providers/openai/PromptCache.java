package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.kit.CacheMarks;
import dev.aigw.providers.kit.CachePlacement;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says to the vendor's prompt cache. For one attempt.
 *
 * <p>OpenAI's models since GPT-5.6 cache up to breakpoints in the prompt and charge what they write. Without
 * breakpoints of the caller they set one at the last message. With breakpoints of the caller only those are wanted;
 * with those chosen by {@link CachePlacement} the vendor sets the last one itself, also behind results of tools. Their
 * lifetime is that of the whole request: 30 minutes, or 12 hours where a model has that. Older models cache by
 * themselves; some keep what they cached for 24 hours if asked. OpenRouter and LiteLLM take Anthropic's marks and
 * translate them.
 *
 * @see <a href="https://developers.openai.com/api/docs/guides/prompt-caching">"Prompt caching" of OpenAI</a>
 */
final class PromptCache {

    private static final int MOST_MARKS = 4;
    private static final Duration SHORT = ContentPart.CacheHint.SHORT.lifetime();
    private static final Duration DAY = Duration.ofHours(24);
    private static final Set<PromptCaching.Part> PARTS = EnumSet.allOf(PromptCaching.Part.class);

    private final Dialect dialect;
    private final Unsupported unsupported;
    private final AttemptContext attempt;
    private final CachePlacement placement;
    private final boolean breakpoints;
    private final boolean marked;
    private final @Nullable Duration wanted;
    private final @Nullable Duration lifetime;
    private final int most;
    private final int hints;
    private int skipped;

    private PromptCache(Dialect dialect, Unsupported unsupported, ChatRequest request, AttemptContext attempt) {
        this.dialect = dialect;
        this.unsupported = unsupported;
        this.attempt = attempt;
        boolean takesMarks = Boolean.TRUE.equals(attempt.card().wire().cacheMarks());
        this.breakpoints = takesMarks && dialect.promptCacheOptions;
        this.marked = breakpoints || dialect.cacheControl;
        this.placement = CachePlacement.of(request, attempt, marked && takesMarks, PARTS);
        this.wanted = wanted();
        this.lifetime = lifetime();
        this.most = MOST_MARKS - (breakpoints && placement.isAutomatic() ? 1 : 0);
        this.hints = marked ? count() : 0;
        this.skipped = Math.max(0, hints - most);
    }

    /** Returns what a request says, or null if that is nothing. */
    static @Nullable PromptCache of(
            Dialect dialect, Unsupported unsupported, ChatRequest request, AttemptContext attempt) {
        return CachePlacement.isUsed(request, attempt)
                        || attempt.promptCaching().lifetime().compareTo(SHORT) > 0
                ? new PromptCache(dialect, unsupported, request, attempt)
                : null;
    }

    /** Returns the messages with the cache hints to write. */
    static List<Message> messages(@Nullable PromptCache cache, ChatRequest request) {
        return cache == null ? request.messages() : cache.placement.messages();
    }

    /** Returns the longest lifetime asked for, which is the whole request's; null if none is. */
    private @Nullable Duration wanted() {
        Duration longest = null;
        for (Message message : placement.messages()) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.CacheHint hint
                        && (longest == null || hint.lifetime().compareTo(longest) > 0)) {
                    longest = hint.lifetime();
                }
            }
        }
        PromptCaching caching = attempt.promptCaching();
        boolean asked = caching.mode() == PromptCaching.Mode.AUTO || caching.mode() == PromptCaching.Mode.ALWAYS;
        return longest == null && asked ? caching.lifetime() : longest;
    }

    /** Returns the vendor's lifetime to ask for; null for its usual one. */
    private @Nullable Duration lifetime() {
        List<Duration> offered = attempt.card().wire().cacheLifetimes();
        if (wanted == null || offered.isEmpty() || wanted.compareTo(offered.get(0)) <= 0) {
            return null;
        }
        for (Duration each : offered) {
            if (each.compareTo(wanted) >= 0) {
                return each;
            }
        }
        Duration longest = offered.get(offered.size() - 1);
        return longest.equals(offered.get(0)) ? null : longest;
    }

    /** Returns the number of hints that can be marks; warns of others. */
    private int count() {
        int count = 0;
        for (Message message : placement.messages()) {
            for (int i = 0; i < message.parts().size(); i++) {
                if (!isHint(message, i) || isHint(message, i - 1)) {
                    continue;
                }
                if (i > 0 && carries(message, message.parts().get(i - 1))) {
                    count++;
                } else {
                    unsupported.warn("was not sent a cache hint with nothing before it that can carry it");
                }
            }
        }
        return count;
    }

    private static boolean isHint(Message message, int index) {
        return index >= 0
                && index < message.parts().size()
                && message.parts().get(index) instanceof ContentPart.CacheHint;
    }

    private static boolean carries(Message message, @Nullable ContentPart part) {
        if (message.role() == Message.Role.ASSISTANT) {
            return false;
        }
        return part instanceof ContentPart.Text text
                ? !text.text().isBlank()
                : part instanceof ContentPart.Image
                        || part instanceof ContentPart.Document
                        || part instanceof ContentPart.ToolResult;
    }

    /** Returns whether the part at {@code index} is to be marked; asked once for each part, in order. */
    boolean takesMark(Message message, int index) {
        if (!marked
                || !isHint(message, index + 1)
                || !carries(message, message.parts().get(index))) {
            return false;
        }
        if (skipped > 0) {
            skipped--;
            if (placement.isAutomatic()) {
                return false; // the vendor sets the last one itself
            }
            unsupported.warn("takes " + most + " cache marks: only the last ones were sent");
            return false;
        }
        return true;
    }

    /** Writes the mark of a part into its object. */
    void writeMark(JsonGenerator json) throws IOException {
        if (breakpoints) {
            json.writeObjectFieldStart("prompt_cache_breakpoint");
            json.writeStringField("mode", "explicit");
        } else {
            json.writeObjectFieldStart("cache_control");
            json.writeStringField("type", "ephemeral");
            if (isLong()) {
                json.writeStringField("ttl", "1h");
            }
        }
        json.writeEndObject();
    }

    /** Returns whether what the vendor writes to its cache is to live for an hour or more, which costs more. */
    boolean writesLong() {
        return breakpoints ? lifetime != null : marked && hints > 0 && isLong();
    }

    private boolean isLong() {
        return wanted != null && CacheMarks.isLong(new ContentPart.CacheHint(wanted));
    }

    /** Returns the fields of the request, without those that it has no reason to set. */
    static Map<String, Object> fields(@Nullable PromptCache cache) {
        return cache == null ? Map.of() : cache.fields();
    }

    private Map<String, Object> fields() {
        warnOfLifetime();
        String key = dialect.promptCacheKey == null ? null : attempt.promptCacheKey();
        if (key == null && !breakpoints && lifetime == null) {
            return Map.of();
        }
        Map<String, Object> fields = new LinkedHashMap<>(4);
        if (key != null && dialect.promptCacheKey != null) {
            fields.put(dialect.promptCacheKey, key);
        }
        if (breakpoints) {
            Map<String, Object> options = new LinkedHashMap<>(2);
            if (placement.isOff() || (!placement.isAutomatic() && hints > 0)) {
                options.put("mode", "explicit");
            }
            if (lifetime != null) {
                options.put("ttl", word(lifetime));
            }
            if (!options.isEmpty()) {
                fields.put("prompt_cache_options", options);
            }
        } else if (DAY.equals(lifetime) && dialect.promptCacheOptions) {
            fields.put("prompt_cache_retention", word(DAY));
        }
        return fields;
    }

    private void warnOfLifetime() {
        if (wanted == null || !isLong()) {
            return;
        }
        List<Duration> offered = attempt.card().wire().cacheLifetimes();
        Duration longest = offered.isEmpty() ? null : offered.get(offered.size() - 1);
        if (!dialect.promptCacheOptions && dialect.cacheControl) {
            return; // the vendor behind it decides
        }
        if (longest == null || !dialect.promptCacheOptions) {
            unsupported.warn("caches prompts for a time of its own: the lifetime asked for was not sent");
        } else if (longest.compareTo(wanted) < 0) {
            unsupported.warn("caches a prompt of " + attempt.model() + " for " + word(longest) + " at most");
        }
    }

    private static String word(Duration lifetime) {
        return lifetime.toMinutes() % 60 == 0 ? lifetime.toHours() + "h" : lifetime.toMinutes() + "m";
    }
}
