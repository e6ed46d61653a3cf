package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.spi.Phase;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.observe.Observers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A text that is masked is seen by the caller and by nobody else. */
class PlantedMarkerTest extends RouterHarness {

    private static final String MARKER = "zq7-marker-4711";

    PlantedMarkerTest() {
        super(5);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aMaskedTextIsInNoLogEventErrorCacheLedgerOrText(Way way) {
        List<String> seen = new CopyOnWriteArrayList<>();
        PrintStream before = System.err;
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        System.setErr(new PrintStream(console, true, StandardCharsets.UTF_8));
        try {
            run(way, seen);
        } finally {
            System.setErr(before);
        }
        seen.add(console.toString(StandardCharsets.UTF_8));

        assertThat(seen).hasSizeGreaterThan(10).noneMatch(text -> text.contains(MARKER));
    }

    private void run(Way way, List<String> seen) {
        FakeProvider fake = fake().model(
                        "bad",
                        script -> script.answer(request -> {
                            throw new IllegalArgumentException("cannot answer " + request.lastUserText());
                        }))
                .model(
                        "good",
                        script -> script.answer(request -> ChatResponse.of("You said " + request.lastUserText())))
                .build();
        ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/bad").fallback("good"))
                .model("good", model -> model.deployment("fake/good"))
                .model("worst", model -> model.deployment("fake/bad"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .meter(Meters.builder()
                        .recentCalls(10)
                        .listener(row -> seen.add(row.toString()))
                        .build())
                .listener(Observers.slf4j())
                .listener(event -> seen.add(event.toString()))
                .stage(Phase.CACHE, chain -> {
                    seen.add(((ChatRequest) chain.request()).toJson());
                    ModelReply reply = chain.proceed(chain.request());
                    if (reply instanceof ChatResponse chat) {
                        seen.add(chat.toJson());
                    }
                    return reply;
                })
                .guards(Guards.builder()
                        .input(Words.masking(MARKER))
                        .input(Words.blocking("never").of(Guard.Effort.COMPUTE))
                        .output(Words.blocking("never"))
                        .build())
                .build();

        ChatRequest request = ChatRequest.of("assistant", "I am " + MARKER);
        ChatResponse reply = way.chat(router, request, CallOptions.DEFAULT);
        assertThat(reply.text()).isEqualTo("You said I am " + MARKER);
        seen.add(reply.toString());
        seen.add(reply.route().toString());
        seen.add(router.explain(request).toString());
        GatewayException failed =
                failure(() -> way.chat(router, ChatRequest.of("worst", "I am " + MARKER), CallOptions.DEFAULT));
        seen.add(trace(failed));
        GatewayException rejected =
                failure(() -> way.chat(router, ChatRequest.of("good", "never " + MARKER), CallOptions.DEFAULT));
        assertThat(rejected.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        seen.add(trace(rejected));
        try (ChatStream stream = router.stream(ChatRequest.of("good", MARKER))) {
            for (ChatEvent event : stream) {
                seen.add(event.toString());
            }
            seen.add(stream.toString());
        }
        seen.add(router.snapshot().toString());
        seen.add(router.toString());
        fake.attempts().forEach(attempt -> seen.add(((ChatRequest) attempt.request()).toJson()));
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
