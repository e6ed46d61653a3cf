package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Parameter;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ModelFit;
import dev.aigw.api.spi.AttemptContext;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Learns from vendors which sampling parameters and reasoning levels a model does not take, and which endpoint it
 * needs, for models whose card does not say so. When a chat is refused as {@link ErrorKind#UNSUPPORTED} and the refusal
 * names a parameter of the request, the chat is sent again without it, within the attempt's time, and the parameter is
 * left out from then on. A refusal that names several may only mean that they don't go together: the one named last is
 * left out, this time only. Each time the reply has a warning. A refusal that lists the reasoning levels of the model
 * makes the level the nearest of them. What would change the meaning of the request, such as {@code stop}, is never
 * left out: the refusal stands.
 *
 * <p>A refusal of signed reasoning from earlier answers, such as an invalid signature, is no fact of the model: the
 * chat is sent again without such reasoning, this time only.
 *
 * <p>Marks and keys for prompt caches are left out in the same way, all together, whatever the kind of the refusal,
 * since the answer does not depend on them.
 *
 * <pre>{@code
 * ChatResponse reply = learned.send(request, attempt, (fitted, context) -> chat(fitted, context));
 * }</pre>
 *
 * <p>One per adapter; it forgets nothing while the adapter lives, and learns about at most {@value #MAX_MODELS} models.
 * Safe for use by many threads.
 */
public final class LearnedRefusals {

    private static final int MAX_MODELS = 1000;

    /** How refusals name what is sent for prompt caches, other than the cached contents that a caller names. */
    private static final Pattern CACHE = Pattern.compile(
            "cache_control|cache.?point|prompt.?cach(?:e|ing)|session_id|x-grok-conv-id", Pattern.CASE_INSENSITIVE);

    /** The words of refusals of all of it, rather than of a mark in the wrong place. */
    private static final Pattern NEVER = Pattern.compile(
            "unsupported|not support|unknown|unrecognized|extraneous|extra inputs|not permitted|not allow",
            Pattern.CASE_INSENSITIVE);

    /** How refusals name the parameters: {@code top_p}, {@code topP} or {@code top-p}. */
    private static final Map<Parameter, Pattern> NAMES = names();

    /** How refusals name the reasoning level. */
    private static final Pattern EFFORT =
            Pattern.compile("reasoning[._ ]?effort|output_config\\.effort|thinking.?level", Pattern.CASE_INSENSITIVE);

    /** What precedes the levels that a model knows. */
    private static final Pattern KNOWN = Pattern.compile(
            "(?<![a-z])(?:supported|allowed|valid|permitted|accepted) values?|one of|must be|only supports",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern LEVEL =
            Pattern.compile("\\b(none|minimal|low|medium|high|xhigh|max)\\b", Pattern.CASE_INSENSITIVE);

    private final String provider;
    private final @Nullable String endpoint;
    private final Pattern endpointWords;
    private final Predicate<AttemptContext> hasEndpoint;
    private final Map<String, WireFacts> byModel = new ConcurrentHashMap<>();
    private final Set<String> uncached = ConcurrentHashMap.newKeySet();

    /**
     * Creates a memory that knows nothing.
     *
     * @param provider the adapter's name, which precedes the warnings
     */
    public LearnedRefusals(String provider) {
        this(provider, null, LEVEL, attempt -> false);
    }

    /**
     * Creates a memory that also learns which models need another endpoint.
     *
     * @param provider the adapter's name, which precedes the warnings
     * @param endpoint the other endpoint, in the word of {@link WireFacts#endpoint}; null for none
     * @param words how a refusal names it
     * @param hasEndpoint whether the server of an attempt has it and it may be used
     */
    public LearnedRefusals(
            String provider, @Nullable String endpoint, Pattern words, Predicate<AttemptContext> hasEndpoint) {
        this.provider = provider;
        this.endpoint = endpoint;
        this.endpointWords = words;
        this.hasEndpoint = hasEndpoint;
    }

    /** Returns what is known of a model by its refusals. */
    public WireFacts learned(String model) {
        return byModel.getOrDefault(model, WireFacts.UNKNOWN);
    }

    /**
     * Sends a chat, again if the vendor refuses one parameter.
     *
     * @param send sends a request; called at most once for each parameter that may be left out, once more, and once
     *     without reasoning
     * @throws GatewayException as {@code send} does
     */
    public <R> R send(ChatRequest request, AttemptContext attempt, BiFunction<ChatRequest, AttemptContext, R> send) {
        long startNanos = System.nanoTime();
        DividedAttempt calls = null;
        AttemptContext context = attempt;
        ChatRequest fitted = request;
        WireFacts known = byModel.get(attempt.model());
        if (known != null) {
            fitted = without(request, known, attempt);
        }
        boolean cached = true;
        if (!uncached.isEmpty() && uncached.contains(attempt.model()) && CachePlacement.isUsed(fitted, attempt)) {
            cached = false;
            fitted = withoutCaching(fitted, attempt);
            calls = new DividedAttempt(attempt, startNanos);
            context = calls.withoutPromptCaching();
        }
        while (true) {
            try {
                return send.apply(fitted, context);
            } catch (GatewayException refusal) {
                calls = calls == null ? new DividedAttempt(attempt, startNanos) : calls;
                if (cached && CachePlacement.isUsed(fitted, attempt) && isOfCaching(refusal, attempt.model())) {
                    cached = false;
                    fitted = withoutCaching(fitted, attempt);
                    calls.withoutPromptCaching();
                    context = next(calls, refusal);
                    continue;
                }
                fitted = again(refusal, fitted, attempt);
                context = next(calls, refusal);
            }
        }
    }

    /**
     * Returns the request that is sent after a refusal.
     *
     * @throws GatewayException the refusal, if it stands
     */
    private ChatRequest again(GatewayException refusal, ChatRequest request, AttemptContext attempt) {
        ChatRequest plain = RefusedReasoning.without(request, refusal);
        if (plain != null) {
            attempt.warn(provider + " refused the signed reasoning of earlier answers, and was asked again without it");
            return plain;
        }
        if (learnsEndpoint(refusal, request, attempt)) {
            return request;
        }
        WireFacts levels = levels(refusal, request);
        if (levels != null) {
            remember(attempt.model(), levels);
            return without(request, levels, attempt);
        }
        List<WireFacts> named = named(refusal, request);
        if (named.isEmpty()) {
            throw refusal;
        }
        WireFacts last = named.get(named.size() - 1);
        if (named.size() == 1) {
            remember(attempt.model(), last);
        }
        return without(request, last, attempt);
    }

    /** Returns whether a refusal names the other endpoint, which the model is asked at from now on. */
    private boolean learnsEndpoint(GatewayException refusal, ChatRequest request, AttemptContext attempt) {
        boolean tools = !request.tools().isEmpty();
        if (endpoint == null
                || refusal.status() < 400
                || refusal.status() >= 500
                || !endpointWords.matcher(String.valueOf(refusal.getMessage())).find()
                || endpoint.equals(learned(attempt.model()).endpoint(tools))
                || endpoint.equals(attempt.card().wire().endpoint(tools))
                || !hasEndpoint.test(attempt)) {
            return false;
        }
        WireFacts.Builder fact = WireFacts.builder();
        remember(attempt.model(), (tools ? fact.toolEndpoint(endpoint) : fact.endpoint(endpoint)).build());
        attempt.warn(provider + " takes this chat only at its endpoint " + endpoint + ": it was sent there");
        return endpoint.equals(learned(attempt.model()).endpoint(tools));
    }

    /**
     * Returns the reasoning levels that a refusal of the request's level lists; that there is none to set, if it lists
     * none; null if it refuses something else, or what it lists changes nothing.
     */
    private static @Nullable WireFacts levels(GatewayException refusal, ChatRequest request) {
        String words = String.valueOf(refusal.getMessage());
        boolean refused = refusal.kind() == ErrorKind.UNSUPPORTED || refusal.kind() == ErrorKind.INVALID_REQUEST;
        if (request.reasoning() == null
                || !refused
                || refusal.status() < 400
                || !EFFORT.matcher(words).find()) {
            return null;
        }
        WireFacts.Builder facts = WireFacts.builder();
        Matcher known = KNOWN.matcher(words);
        Matcher level = LEVEL.matcher(words);
        boolean listed = false;
        for (boolean more = known.find() && level.find(known.end()); more; more = level.find()) {
            facts.efforts(level.group().toLowerCase(Locale.ROOT));
            listed = true;
        }
        if (!listed && refusal.kind() != ErrorKind.UNSUPPORTED) {
            return null;
        }
        if (!listed) {
            facts.refuses(Parameter.REASONING_BUDGET, Parameter.REASONING_LEVEL);
        }
        WireFacts learned = facts.build();
        return ModelFit.of(request, learned).request().equals(request) ? null : learned;
    }

    /** Returns the context of another call; if there is no time for it, the failure names the refusal as well. */
    private static AttemptContext next(DividedAttempt calls, GatewayException refusal) {
        try {
            return calls.next();
        } catch (GatewayException over) {
            over.addSuppressed(refusal);
            throw over;
        }
    }

    /** Returns whether a refusal is of what was sent for a prompt cache; remembers it if the model takes none of it. */
    private boolean isOfCaching(GatewayException refusal, String model) {
        String message = String.valueOf(refusal.getMessage());
        boolean names = refusal.status() >= 400
                && refusal.status() < 500
                && refusal.kind() != ErrorKind.AUTHENTICATION
                && refusal.kind() != ErrorKind.RATE_LIMITED
                && CACHE.matcher(message).find();
        if (names && NEVER.matcher(message).find() && uncached.size() < MAX_MODELS) {
            uncached.add(model);
        }
        return names;
    }

    private ChatRequest withoutCaching(ChatRequest request, AttemptContext attempt) {
        attempt.warn(provider + " refused what was sent for the prompt cache of " + attempt.model()
                + ": its marks and key were left out");
        return CachePlacement.withoutHints(request);
    }

    private ChatRequest without(ChatRequest request, WireFacts facts, AttemptContext attempt) {
        ModelFit fit = ModelFit.of(request, facts);
        fit.changes().forEach(change -> attempt.warn(provider + " " + change));
        return fit.request();
    }

    private void remember(String model, WireFacts fact) {
        if (byModel.size() < MAX_MODELS || byModel.containsKey(model)) {
            byModel.merge(model, fact, WireFacts::plus);
        }
    }

    /** Returns the parameters of the request that a refusal names, in the order of their last mention. */
    private static List<WireFacts> named(GatewayException refusal, ChatRequest request) {
        if (refusal.kind() != ErrorKind.UNSUPPORTED || refusal.status() < 400) {
            return List.of();
        }
        SortedMap<Integer, WireFacts> named = new TreeMap<>();
        NAMES.forEach((parameter, name) -> {
            WireFacts fact = WireFacts.builder().refuses(parameter).build();
            Matcher mention = name.matcher(String.valueOf(refusal.getMessage()));
            int last = -1;
            while (mention.find()) {
                last = mention.start();
            }
            if (last >= 0 && !ModelFit.of(request, fact).changes().isEmpty()) {
                named.put(last, fact);
            }
        });
        return List.copyOf(named.values());
    }

    private static Map<Parameter, Pattern> names() {
        Map<Parameter, Pattern> names = new EnumMap<>(Parameter.class);
        names.put(Parameter.TEMPERATURE, name("temperature"));
        names.put(Parameter.TOP_P, name("top.?p"));
        names.put(Parameter.TOP_K, name("top.?k"));
        names.put(Parameter.SEED, name("(?:random.?)?seed"));
        names.put(Parameter.FREQUENCY_PENALTY, name("frequency.?penalty"));
        names.put(Parameter.PRESENCE_PENALTY, name("presence.?penalty"));
        names.put(Parameter.PARALLEL_TOOL_CALLS, name("(?:parallel.?tool.?calls|disable.?parallel.?tool.?use)"));
        return names;
    }

    private static Pattern name(String regex) {
        return Pattern.compile("\\b" + regex + "\\b", Pattern.CASE_INSENSITIVE);
    }
}
