package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RoutePlan;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.metering.Meters;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation whose prompts the vendor caches. Two deployments serve it, one a little cheaper. The cheaper one is
 * overloaded at the first turn, so the other one has the beginning of the conversation in its cache, and the session
 * stays there: reading it costs a tenth of what the cheaper one would charge for writing all of it.
 */
public final class PromptCaches {

    private static final int TURNS = 5;
    private static final String INSTRUCTIONS = "Answer as the handbook says. ".repeat(600);

    /** The vendor's cache: the tokens of the last prompt of a session, by deployment. */
    private final Map<String, Long> cached = new HashMap<>();

    private boolean overloaded;

    private PromptCaches() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        CallOptions session = CallOptions.builder()
                .caller(Caller.ofTenant("acme"))
                .sessionKey("conversation 17")
                .promptCaching(PromptCaching.AUTO.lasting(Duration.ofHours(1)))
                .build();
        out.println("Each call on its own");
        new PromptCaches().converse(out, CallOptions.DEFAULT);
        out.println();
        out.println("The calls of one session");
        new PromptCaches().converse(out, session);
    }

    private void converse(PrintStream out, CallOptions options) {
        ProviderAdapter vendor =
                ProviderAdapter.builder("vendor").chat(this::answer).build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(vendor)
                .model(
                        "assistant",
                        model -> model.deployment("vendor/north", deployment -> deployment.price(price("2", "2.5")))
                                .deployment("vendor/south", deployment -> deployment.price(price("2.2", "2.75")))
                                .strategy(RoutingStrategies.lowestCost()))
                .meter(Meters.inMemory())
                .build()) {
            Table turns = new Table(">turn", "served by", ">input", ">cache write", ">cache read");
            List<Message> messages = new ArrayList<>(List.of(Message.system(INSTRUCTIONS)));
            for (int turn = 1; turn <= TURNS; turn++) {
                messages.add(Message.user("Question " + turn + ": " + "what does it say? ".repeat(50)));
                overloaded = turn == 1;
                ChatResponse reply = router.chat(request(messages), options);
                if (turn == 1) {
                    router.release("vendor/north");
                }
                TokenUsage usage = reply.usage();
                turns.row(
                        turn,
                        String.valueOf(reply.route().deployment()),
                        usage.getOrZero(Bucket.INPUT),
                        usage.getOrZero(Bucket.CACHE_WRITE),
                        usage.getOrZero(Bucket.CACHE_READ));
                messages.add(reply.message());
            }
            turns.print(out);
            RoutePlan plan = router.explain(ChatRequest.CHAT, request(messages), options);
            for (RoutePlan.Candidate candidate : plan.steps().get(0).candidates()) {
                out.println("  next at " + candidate.deployment() + ": "
                        + candidate.prompt().cachedTokens() + " tokens cached, the prompt costs "
                        + candidate.prompt().cost());
            }
            out.println("  all turns: " + router.snapshot().usage().total().cost());
        }
    }

    private static ChatRequest request(List<Message> messages) {
        return ChatRequest.builder("assistant").messages(messages).build();
    }

    private static Price price(String input, String write) {
        return Price.usdPerMillion(input, "10").with(Bucket.CACHE_WRITE, write).with(Bucket.CACHE_READ, "0.2");
    }

    /** Answers as a vendor would that caches the prompts of calls with a key, at four characters a token. */
    private ChatResponse answer(ChatRequest request, AttemptContext attempt) {
        if (overloaded && attempt.model().equals("north")) {
            throw GatewayException.of(ErrorKind.OVERLOADED, "north is overloaded");
        }
        long prompt = request.messages().stream()
                        .mapToLong(message -> message.text().length())
                        .sum()
                / 4;
        TokenUsage.Builder usage = TokenUsage.builder().output(20);
        String key = attempt.promptCacheKey();
        if (key == null) {
            usage.input(prompt);
        } else {
            Long before = cached.put(attempt.model() + key, prompt);
            long read = before == null ? 0 : before;
            usage.input(0).cacheRead(read).cacheWrite(prompt - read);
        }
        return ChatResponse.builder()
                .part(new ContentPart.Text("It says so."))
                .finishReason(FinishReason.STOP)
                .usage(usage.build())
                .build();
    }
}
