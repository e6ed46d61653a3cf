package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A router whose only model is a script, a loop around it, and the ways to run it, with the same assertions. */
abstract class ToolLoopHarness extends RouterHarness {

    /** The argument of the tools. */
    record City(String name) {}

    /** The ways to run a loop. */
    enum Run {
        PLAIN,
        ASYNC,
        STREAM,
        STREAM_ASYNC
    }

    final List<ToolEvent> events = new ArrayList<>();

    ToolLoopHarness() {
        super(7);
    }

    ToolRun run(Run way, ToolLoop loop, ChatRequest request, CallOptions options) {
        try {
            return switch (way) {
                case PLAIN -> loop.run(request, options, events::add);
                case ASYNC -> environment.join(loop.runAsync(request, options));
                case STREAM_ASYNC -> environment.join(loop.streamAsync(request, options, events::add));
                case STREAM -> {
                    try (ToolStream stream = loop.stream(request, options)) {
                        stream.forEach(events::add);
                        yield stream.result();
                    }
                }
            };
        } catch (CompletionException e) {
            if (e.getCause() instanceof GatewayException failure) {
                throw failure;
            }
            throw e;
        }
    }

    ToolRun run(Run way, ToolLoop loop) {
        return run(way, loop, ChatRequest.of("m", "Is Oslo or Rome warmer?"), CallOptions.DEFAULT);
    }

    ModelRouter router(FakeProvider fake) {
        return builder(fake).model("m", model -> model.deployment("fake/big")).build();
    }

    ToolLoop.Builder loop(ModelRouter router) {
        return ToolLoop.builder(router).environment(environment);
    }

    /** Runs a loop on a router of this script, outside a simulation: tools run at once. */
    void with(FakeProvider.Builder script, Consumer<ModelRouter> test) {
        FakeProvider fake = script.build();
        try (ModelRouter router = router(fake)) {
            test.accept(router);
            settled(router, fake);
        }
    }

    /** Runs a loop on a router of this script in a simulation: tools run in threads, in virtual time. */
    void simulate(FakeProvider.Builder script, Consumer<ModelRouter> test) {
        with(script, router -> environment.simulate(() -> test.accept(router)));
    }

    static ChatResponse calls(ToolCall... calls) {
        return ChatResponse.builder()
                .parts(List.of(calls))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                .usage(TokenUsage.of(100, 10))
                .build();
    }

    static ToolCall call(String id, String tool, String arguments) {
        return new ToolCall(id, tool, arguments);
    }

    static ToolCall weather(String id, String city) {
        return call(id, "weather", "{\"name\":\"" + city + "\"}");
    }

    static ChatResponse answer(String text) {
        return ChatResponse.builder().text(text).usage(TokenUsage.of(200, 20)).build();
    }

    static Tool weather() {
        return Tool.of("weather", "Returns the weather of a city.", City.class, city -> "sun in " + city.name());
    }

    /** Returns the results in the conversation, in order. */
    static List<ContentPart.ToolResult> results(List<Message> messages) {
        return messages.stream()
                .flatMap(message -> message.parts().stream())
                .filter(ContentPart.ToolResult.class::isInstance)
                .map(ContentPart.ToolResult.class::cast)
                .toList();
    }

    static List<String> texts(List<Message> messages) {
        return results(messages).stream().map(ContentPart.ToolResult::text).toList();
    }

    static List<Message> sent(FakeProvider fake, int attempt) {
        return request(fake, attempt).messages();
    }

    static ChatRequest request(FakeProvider fake, int attempt) {
        return (ChatRequest) fake.attempts().get(attempt).request();
    }
}
