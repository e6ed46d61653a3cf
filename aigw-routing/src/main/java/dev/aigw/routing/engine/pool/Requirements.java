package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.internal.DurationText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one call requires of a deployment: capabilities, a large enough context window, region, labels, a price below a
 * ceiling. Immutable.
 *
 * <p>Only what is known to be missing excludes a deployment. Where the caller named a region, labels or a ceiling, the
 * deployment must be known to comply.
 */
final class Requirements {

    /** Hardly any text has more characters per token, so no prompt that might fit is refused. */
    private static final int MOST_CHARS_PER_TOKEN = 6;

    private static final List<Capability> CHAT = List.of(Capability.CHAT);
    private static final List<Capability> EMBEDDING = List.of(Capability.EMBEDDING);

    private final CallOptions options;
    private final List<Capability> capabilities;
    private final long promptTokens;
    private final long answerTokens;
    private final boolean emulates;

    Requirements(Operation<?, ?> operation, ModelRequest request, CallOptions options) {
        this.options = options;
        this.emulates = !(request instanceof BatchRequest);
        if (request instanceof ChatRequest chat) {
            capabilities = ofChat(chat);
            Integer most = chat.maxOutputTokens();
            answerTokens = most == null ? 0 : most;
            promptTokens = PromptSize.chars(chat) / MOST_CHARS_PER_TOKEN;
        } else if (request instanceof BatchRequest batch) {
            Set<Capability> all = new LinkedHashSet<>();
            long longestPrompt = 0;
            long longestAnswer = 0;
            for (BatchRequest.Item item : batch.items()) {
                Requirements one = new Requirements(batch.itemOperation(), item.request(), options);
                all.addAll(one.capabilities);
                longestPrompt = Math.max(longestPrompt, one.promptTokens);
                longestAnswer = Math.max(longestAnswer, one.answerTokens);
            }
            capabilities = List.copyOf(all);
            promptTokens = longestPrompt;
            answerTokens = longestAnswer;
        } else {
            capabilities = operation.equals(EmbeddingRequest.EMBED) ? EMBEDDING : List.of();
            answerTokens = 0;
            promptTokens = request instanceof EmbeddingRequest embedding ? longest(embedding) : 0;
        }
    }

    private static long longest(EmbeddingRequest embedding) {
        long longest = 0;
        for (String input : embedding.inputs()) {
            longest = Math.max(longest, input.length());
        }
        return longest / MOST_CHARS_PER_TOKEN;
    }

    private static List<Capability> ofChat(ChatRequest chat) {
        List<Capability> needed = CHAT;
        if (!chat.tools().isEmpty()) {
            needed = with(needed, Capability.TOOLS);
        }
        ResponseFormat format = chat.responseFormat();
        if (format.type() == ResponseFormat.Type.SCHEMA && format.strict()) {
            needed = with(needed, Capability.JSON_SCHEMA);
        }
        ReasoningEffort reasoning = chat.reasoning();
        if (reasoning != null && reasoning.level() != ReasoningEffort.Level.NONE) {
            needed = with(needed, Capability.REASONING);
        }
        for (Message message : chat.messages()) {
            needed = ofParts(needed, message.parts());
        }
        return needed;
    }

    private static List<Capability> ofParts(List<Capability> before, List<ContentPart> parts) {
        List<Capability> needed = before;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text) {
                continue;
            }
            if (part instanceof ContentPart.Image) {
                needed = with(needed, Capability.VISION);
            } else if (part instanceof ContentPart.Audio) {
                needed = with(needed, Capability.AUDIO);
            } else if (part instanceof ContentPart.Video) {
                needed = with(needed, Capability.VIDEO);
            } else if (part instanceof ContentPart.Document document && !isText(document.media())) {
                needed = with(needed, Capability.DOCUMENTS);
            } else if (part instanceof ContentPart.ToolResult result) {
                needed = ofParts(needed, result.content());
            }
        }
        return needed;
    }

    /** Copies the list: most calls need no more than their operation does and then allocate nothing. */
    private static List<Capability> with(List<Capability> needed, Capability capability) {
        if (needed.contains(capability)) {
            return needed;
        }
        List<Capability> more = new ArrayList<>(needed);
        more.add(capability);
        return more;
    }

    private static boolean isText(Media media) {
        String type = media.mimeType();
        return type != null && type.startsWith("text/");
    }

    /** Returns whether the caller's options exclude no deployment. */
    static boolean isUnconditional(CallOptions options) {
        return options.regions().isEmpty()
                && options.requiredTags().isEmpty()
                && options.maxPrice() == null
                && options.maxRetention() == null;
    }

    /** Returns the first requirement that the deployment does not meet at the query's time, or null if it meets all. */
    @Nullable
    Unmet unmetBy(DeploymentDefinition deployment, Grant grant, Query query) {
        if (grant.refusal() != null) {
            return new Unmet(grant.refusal(), ErrorKind.DENIED);
        }
        Unmet unmet = unmetByCard(deployment);
        if (unmet != null) {
            return unmet;
        }
        String reason = unmet(options, deployment, query);
        return reason == null ? unmetBounds(deployment, grant, query) : new Unmet(reason, ErrorKind.UNSUPPORTED);
    }

    /** Returns null if the deployment is within one of the bounds of the caller's permissions. */
    private static @Nullable Unmet unmetBounds(DeploymentDefinition deployment, Grant grant, Query query) {
        String first = null;
        for (CallOptions bounds : grant.bounds()) {
            String reason = unmet(bounds, deployment, query);
            if (reason == null) {
                return null;
            }
            first = first == null ? reason : first;
        }
        return first == null ? null : new Unmet("the caller's permissions exclude it: " + first, ErrorKind.UNSUPPORTED);
    }

    /** Returns the first condition of {@code options} that the deployment does not meet, or null. */
    private static @Nullable String unmet(CallOptions options, DeploymentDefinition deployment, Query query) {
        String reason = unmetRegion(options.regions(), deployment.region());
        if (reason == null && !deployment.tags().containsAll(options.requiredTags())) {
            Set<String> missing = new LinkedHashSet<>(options.requiredTags());
            missing.removeAll(deployment.tags());
            reason = "it lacks the required tags " + missing;
        }
        if (reason == null) {
            reason = unmetPrice(options.maxPrice(), deployment.price(), query);
        }
        return reason == null ? unmetRetention(options.maxRetention(), deployment.card().retention()) : reason;
    }

    /** Returns false if a cheap look shows that the request does not need the capability. */
    static boolean mayInclude(Capability capability, ModelRequest request) {
        return !capability.equals(Capability.JSON_SCHEMA)
                || (request instanceof ChatRequest chat && chat.responseFormat().type() == ResponseFormat.Type.SCHEMA);
    }

    boolean include(Capability capability) {
        return capabilities.contains(capability);
    }

    private static String fix(Capability capability) {
        return capability.equals(Capability.JSON_SCHEMA)
                ? "; with aigw-providers and without schemaFallback(SchemaFallback.none()) the router asks by prompt"
                : "";
    }

    private @Nullable Unmet unmetByCard(DeploymentDefinition deployment) {
        ModelCard card = deployment.card();
        for (Capability capability : capabilities) {
            if (card.lacks(capability)
                    && !(emulates && deployment.adapter().emulated().contains(capability))) {
                return new Unmet(
                        "it lacks " + capability + ", which this request needs" + fix(capability),
                        ErrorKind.UNSUPPORTED);
            }
        }
        Long most = card.maxOutputTokens();
        if (most != null && answerTokens > most) {
            return new Unmet(
                    "its answers have at most " + most + " tokens, and the request allows " + answerTokens,
                    ErrorKind.UNSUPPORTED);
        }
        Long window = card.contextWindow();
        if (window != null && promptTokens + answerTokens > window) {
            return new Unmet(
                    "its context window is " + window + " tokens, and prompt and answer need at least "
                            + (promptTokens + answerTokens),
                    ErrorKind.CONTEXT_TOO_LONG);
        }
        return null;
    }

    private static @Nullable String unmetRegion(Set<String> allowed, @Nullable String region) {
        if (allowed.isEmpty()) {
            return null;
        }
        if (region == null) {
            return "its region is not known to be one of " + allowed;
        }
        for (String each : allowed) {
            if (region.equals(each) || region.startsWith(each + "-")) {
                return null;
            }
        }
        return "its region " + region + " is none of " + allowed;
    }

    private static @Nullable String unmetRetention(@Nullable Duration longest, @Nullable Duration retention) {
        if (longest == null || (retention != null && retention.compareTo(longest) <= 0)) {
            return null;
        }
        return (retention == null
                        ? "it is not known how long prompts are kept there"
                        : "prompts may be kept there for " + DurationText.of(retention))
                + ", and the call allows " + DurationText.of(longest)
                + ": with a contract of your own, set retention of the deployment";
    }

    private static @Nullable String unmetPrice(@Nullable Price ceiling, @Nullable Price price, Query query) {
        if (ceiling == null) {
            return null;
        }
        if (price == null) {
            return "its price is unknown, and the call has a price ceiling";
        }
        Price valid = price.isConstant() ? price : price.at(query.time());
        for (Bucket bucket : List.of(Bucket.INPUT, Bucket.OUTPUT)) {
            BigDecimal asked = valid.perMillion(bucket);
            BigDecimal most = ceiling.perMillion(bucket);
            if (asked != null && most != null && asked.compareTo(most) > 0) {
                return "it charges " + asked.toPlainString() + " for a million tokens of "
                        + bucket.name().toLowerCase(Locale.ROOT) + ", above the ceiling of "
                        + most.toPlainString();
            }
        }
        return null;
    }

    /** Why a deployment does not qualify, and the kind of failure if none does. */
    record Unmet(String reason, ErrorKind kind) {}
}
