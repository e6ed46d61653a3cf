package dev.aigw.routing.tools;

import dev.aigw.api.Cost;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.CallCost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a loop has done so far. Not safe for use by several threads. */
final class Transcript {

    private final String requestedModel;
    private final int given;
    private final @Nullable TokenMeter meter;
    private final @Nullable Price price;
    private final Supplier<Instant> clock;
    private final List<Message> messages;
    private final List<ToolRun.Round> rounds = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private TokenUsage usage = TokenUsage.NONE;
    private Cost priced = Cost.ZERO;
    private @Nullable ChatResponse interrupted;

    Transcript(ChatRequest request, @Nullable TokenMeter meter, @Nullable Price price, Supplier<Instant> clock) {
        this.requestedModel = request.model();
        this.messages = new ArrayList<>(request.messages());
        this.given = messages.size();
        this.meter = meter;
        this.price = price;
        this.clock = clock;
    }

    List<Message> messages() {
        return messages;
    }

    int given() {
        return given;
    }

    List<ToolRun.Round> rounds() {
        return rounds;
    }

    TokenUsage usage() {
        return usage;
    }

    @Nullable
    ChatResponse interrupted() {
        return interrupted;
    }

    /** Adds a reply, whose message is not part of the conversation yet. */
    void replied(int round, ChatRequest asked, ChatResponse reply) {
        TokenUsage used = reply.usage().isEmpty() ? estimate(asked, reply) : reply.usage();
        usage = usage.plus(used);
        routes.add(reply.route());
        rounds.add(new ToolRun.Round(round, reply, List.of()));
        if (price != null && reply.route().source() != Route.Source.CACHE) {
            priced = CallCost.sum(priced, price.cost(used, reply.serviceTier(), clock.get()));
        }
    }

    private static TokenUsage estimate(ChatRequest asked, ChatResponse reply) {
        TokenCounter counter = TokenCounter.calibrated();
        String model = reply.model() == null ? asked.model() : reply.model();
        long output = counter.count(reply.text(), model);
        for (ToolCall call : reply.toolCalls()) {
            output += counter.count(call.name(), model) + counter.count(call.arguments(), model);
        }
        String reasoning = reply.reasoning();
        return TokenUsage.builder()
                .input(counter.countPrompt(asked, model))
                .output(output + (reasoning == null ? 0 : counter.count(reasoning, model)))
                .provenance(TokenUsage.Provenance.ESTIMATED)
                .build();
    }

    /** Sets what came of the calls of the last reply. */
    void ran(List<ToolOutcome> outcomes) {
        ToolRun.Round last = rounds.get(rounds.size() - 1);
        rounds.set(rounds.size() - 1, new ToolRun.Round(last.number(), last.reply(), outcomes));
    }

    /** Adds a call that failed. */
    void failed(Route route, @Nullable ChatResponse partial) {
        routes.add(route);
        interrupted = partial;
    }

    Cost cost() {
        if (meter == null) {
            return price == null ? Cost.UNKNOWN : priced;
        }
        Cost sum = Cost.ZERO;
        for (Route each : routes) {
            if (!each.attempts().isEmpty()) {
                UsageLedger.Sum call = meter.call(each.callId());
                sum = CallCost.sum(sum, call == null || call.unpriced() > 0 ? Cost.UNKNOWN : call.cost());
            }
        }
        return sum;
    }

    Route route() {
        if (routes.isEmpty()) {
            return Route.NONE;
        }
        Route last = routes.get(routes.size() - 1);
        List<Route.Attempt> attempts = new ArrayList<>();
        Set<String> warnings = new LinkedHashSet<>();
        for (Route each : routes) {
            attempts.addAll(each.attempts());
            warnings.addAll(each.warnings());
        }
        return Route.builder()
                .callId(last.callId())
                .requestedModel(last.requestedModel().isEmpty() ? requestedModel : last.requestedModel())
                .model(last.model())
                .attempts(attempts)
                .source(last.source())
                .warnings(List.copyOf(warnings))
                .build();
    }
}
