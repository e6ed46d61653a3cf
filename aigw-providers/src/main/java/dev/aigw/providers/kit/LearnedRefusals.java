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
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns from vendors which sampling parameters a model does not take, for models whose card does not say so. When a
 * chat is refused as {@link ErrorKind#UNSUPPORTED} and the refusal names a parameter of the request, the chat is sent
 * again without it, within the attempt's time, and the parameter is left out from then on. A refusal that names several
 * may only mean that they don't go together: the one named last is left out, this time only. Each time the reply has a
 * warning. What would change the meaning of the request, such as {@code stop}, is never left out: the refusal stands.
 *
 * <p>A refusal of signed reasoning from earlier answers, such as an invalid signature, is no fact of the model: the
 * chat is sent again without such reasoning, this time only.
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

    /** How refusals name the parameters: {@code top_p}, {@code topP} or {@code top-p}. */
    private static final Map<Parameter, Pattern> NAMES = names();

    private final String provider;
    private final Map<String, WireFacts> byModel = new ConcurrentHashMap<>();

    /**
     * Creates a memory that knows nothing.
     *
     * @param provider the adapter's name, which precedes the warnings
     */
    public LearnedRefusals(String provider) {
        this.provider = provider;
    }

    /**
     * Sends a chat, again if the vendor refuses one parameter.
     *
     * @param send sends a request; called at most once for each parameter that may be left out, once more, and once
     *     without reasoning
     * @throws GatewayException as {@code send} does
     */
    public <R> R send(ChatRequest request, AttemptContext attempt, BiFunction<ChatRequest, AttemptContext, R> send) {
        DividedAttempt calls = new DividedAttempt(attempt);
        AttemptContext context = attempt;
        ChatRequest fitted = request;
        WireFacts known = byModel.get(attempt.model());
        if (known != null) {
            fitted = without(request, known, attempt);
        }
        while (true) {
            try {
                return send.apply(fitted, context);
            } catch (GatewayException refusal) {
                ChatRequest plain = RefusedReasoning.without(fitted, refusal);
                if (plain != null) {
                    attempt.warn(provider + " refused the signed reasoning of earlier answers, and was asked again"
                            + " without it");
                    fitted = plain;
                    context = calls.next();
                    continue;
                }
                List<WireFacts> named = named(refusal, fitted);
                if (named.isEmpty()) {
                    throw refusal;
                }
                WireFacts last = named.get(named.size() - 1);
                if (named.size() == 1) {
                    remember(attempt.model(), last);
                }
                fitted = without(fitted, last, attempt);
                context = calls.next();
            }
        }
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
