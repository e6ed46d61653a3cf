package dev.aigw.routing.engine.call;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.token.TokenCounter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tokens and cost of a finished attempt. Ledger, limits and budgets all use this account, so that they agree.
 * Immutable.
 *
 * @param usage tokens as reported, else estimated; {@link TokenUsage#NONE} if nothing was used or the use is unknown
 * @param cost by the price; zero if the attempt was refused or never reached the provider, unknown if price or usage is
 *     unknown
 */
public record Settlement(TokenUsage usage, Cost cost) {

    /** Characters per token of a stream, where only their number is known. */
    private static final int CHARS_PER_TOKEN = 4;

    /** The tokens that attempts without a whole report are taken to have generated, by their numbers. */
    private static final CallContext.Key<Map<Integer, Long>> LEARNT = CallContext.Key.of("tokens generated");

    /**
     * Returns the account of an attempt. The service tier is the one that the reply reports, else the requested one.
     *
     * @param counter counts tokens that the provider did not report
     * @param time the time for which the price is looked up
     */
    public static Settlement of(Attempt attempt, ModelRequest request, End end, TokenCounter counter, Instant time) {
        TokenUsage usage = usage(attempt, request, end, counter);
        if (usage.isEmpty()) {
            return new Settlement(usage, isFree(attempt, end) ? Cost.ZERO : Cost.UNKNOWN);
        }
        Price price = attempt.live().price();
        return new Settlement(usage, price == null ? Cost.UNKNOWN : price.cost(usage, serviceTier(request, end), time));
    }

    private static @Nullable String serviceTier(ModelRequest request, End end) {
        if (end.serviceTier() != null) {
            return end.serviceTier();
        }
        ModelReply partial = partial(end);
        if (partial instanceof ChatResponse response && response.serviceTier() != null) {
            return response.serviceTier();
        }
        return request instanceof ChatRequest chat ? chat.serviceTier() : null;
    }

    private static @Nullable ModelReply partial(End end) {
        return end.failure() == null ? null : end.failure().partial();
    }

    /**
     * Returns the tokens of an attempt as reported, else estimated. What an attempt without a report can have used, if
     * it was stopped, overtaken or cut, or timed out, is its prompt, and what has arrived, with the reasoning that the
     * deployment's streams usually do not show: it comes before the content. Where nothing had to arrive before the
     * whole answer, it is as much of a usual answer as the provider generates in the time.
     */
    public static TokenUsage usage(Attempt attempt, ModelRequest request, End end, TokenCounter counter) {
        TokenUsage reported = end.usage();
        ModelReply partial = partial(end);
        if (reported.isEmpty() && partial != null) {
            reported = partial.usage(); // a complete answer that was unusable is paid for too
        }
        if (!reported.isEmpty()) {
            return end.outcome() == Outcome.SUCCESS || end.outputChars() == 0
                    ? reported
                    : atLeastOutput(reported, tokens(end.outputChars()), hidden(attempt, request, end));
        }
        if (end.outcome() == Outcome.SUCCESS || end.outputChars() > 0) {
            return estimate(attempt, request, end, counter);
        }
        return isFree(attempt, end) ? TokenUsage.NONE : possible(attempt, request, end, counter);
    }

    /** Returns whether an attempt that reported and delivered nothing has used nothing. */
    private static boolean isFree(Attempt attempt, End end) {
        if (!attempt.mayHaveReached()) {
            return true;
        }
        GatewayException failure = end.failure();
        return switch (end.outcome()) {
            case SUCCESS, ABANDONED -> false;
            case FAILED -> failure == null || !mayHaveWorked(failure);
        };
    }

    /** Returns whether a provider may have worked on a request that failed in this way: it did not refuse it. */
    private static boolean mayHaveWorked(GatewayException failure) {
        return switch (failure.kind()) {
            case TIMEOUT, DEADLINE, CANCELLED, UNCONFIRMED, MALFORMED_RESPONSE, STREAM_INTERRUPTED -> true;
            case CONNECTION -> failure.status() == 0; // otherwise something answered instead of the provider
            default -> false;
        };
    }

    private static TokenUsage possible(Attempt attempt, ModelRequest request, End end, TokenCounter counter) {
        if (!(request instanceof ChatRequest chat)) {
            return estimate(attempt, request, end, counter);
        }
        long generated = generated(attempt, end);
        return TokenUsage.builder()
                .provenance(Provenance.ESTIMATED)
                .input(counter.countPrompt(request, attempt.model()))
                .output(Math.min(generated, longest(attempt, chat)))
                .build();
    }

    /** Returns the tokens generated until the end. */
    private static long generated(Attempt attempt, End end) {
        return learnt(attempt, () -> attempt.live().answers().tokensAfter(end.durationNanos()));
    }

    /** Returns the tokens of reasoning that a cut stream has had before its content and not shown. */
    private static long hidden(Attempt attempt, ModelRequest request, End end) {
        if (end.outcome() == Outcome.SUCCESS || end.outputChars() == 0 || !(request instanceof ChatRequest chat)) {
            return 0;
        }
        long usual = learnt(attempt, () -> attempt.live().answers().usualHiddenTokens());
        return Math.max(0, Math.min(usual, longest(attempt, chat) - tokens(end.outputChars())));
    }

    /** Returns what is learnt, the same for all who ask for this attempt, whatever is learnt in between. */
    private static long learnt(Attempt attempt, LongSupplier source) {
        Call call = attempt.call();
        synchronized (call.log()) {
            Map<Integer, Long> known = call.get(LEARNT);
            if (known == null) {
                known = new HashMap<>(2);
                call.put(LEARNT, known);
            }
            return known.computeIfAbsent(attempt.number(), number -> source.getAsLong());
        }
    }

    private static long longest(Attempt attempt, ChatRequest request) {
        Integer asked = request.maxOutputTokens();
        Long most = attempt.card().maxOutputTokens();
        return Math.min(asked == null ? Long.MAX_VALUE : asked, most == null ? Long.MAX_VALUE : most);
    }

    private static TokenUsage estimate(Attempt attempt, ModelRequest request, End end, TokenCounter counter) {
        TokenUsage.Builder usage = TokenUsage.builder().provenance(Provenance.ESTIMATED);
        if (request instanceof ChatRequest) {
            long hidden = hidden(attempt, request, end);
            return (hidden == 0 ? usage : usage.reasoning(hidden))
                    .input(counter.countPrompt(request, attempt.model()))
                    .output(outputTokens(attempt, end, counter))
                    .build();
        }
        return request instanceof EmbeddingRequest
                ? usage.input(counter.countPrompt(request, attempt.model())).build()
                : TokenUsage.NONE;
    }

    private static long outputTokens(Attempt attempt, End end, TokenCounter counter) {
        ModelReply reply = end.reply();
        if (!(reply instanceof ChatResponse response)) {
            return tokens(end.outputChars());
        }
        long sum = 0;
        for (ContentPart part : response.message().parts()) {
            sum += counter.count(text(part), attempt.model());
        }
        return sum;
    }

    private static String text(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text();
        }
        if (part instanceof ToolCall call) {
            return call.name() + call.arguments();
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            String shown = reasoning.text() != null ? reasoning.text() : reasoning.summary();
            return shown == null ? "" : shown;
        }
        return part instanceof ContentPart.Refusal refusal ? refusal.text() : "";
    }

    /** Returns {@code reported}, with more output if what arrived and what was not shown is more than it says. */
    private static TokenUsage atLeastOutput(TokenUsage reported, long arrived, long hidden) {
        long missing = arrived + hidden - reported.outputTokens();
        if (missing <= 0) {
            return reported;
        }
        long reasoning = Math.min(missing, hidden);
        TokenUsage.Builder more = TokenUsage.builder().provenance(Provenance.ESTIMATED);
        if (reasoning > 0) {
            more.reasoning(reasoning);
        }
        if (missing > reasoning) {
            more.output(missing - reasoning);
        }
        return reported.plus(more.build());
    }

    /** Returns the tokens of text of which only the length is known. */
    static long tokens(long chars) {
        return (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }
}
