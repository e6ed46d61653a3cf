package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.Script.OfModel;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A router with nothing set but a model and a fallback model: whatever the first provider does, the caller gets an
 * answer.
 */
class DefaultsTest extends RouterHarness {

    private static final String ANSWER = "Once upon a time";

    DefaultsTest() {
        super(23);
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                trouble("server error", script -> script.fail(ErrorKind.SERVER_ERROR)),
                trouble("overloaded", script -> script.fail(ErrorKind.OVERLOADED)),
                trouble("rate limited", script -> script.fail(ErrorKind.RATE_LIMITED)),
                trouble(
                        "rate limited for an hour",
                        script -> script.fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                                .retryAfter(Duration.ofHours(1))
                                .build())),
                trouble("no money", script -> script.fail(ErrorKind.QUOTA_EXHAUSTED)),
                trouble("wrong key", script -> script.fail(ErrorKind.AUTHENTICATION)),
                trouble("no permission", script -> script.fail(ErrorKind.PERMISSION)),
                trouble("model is gone", script -> script.fail(ErrorKind.NOT_FOUND)),
                trouble("connection refused", script -> script.fail(ErrorKind.CONNECTION)),
                trouble("attempt timed out", script -> script.fail(ErrorKind.TIMEOUT)),
                trouble("broken reply", script -> script.fail(ErrorKind.MALFORMED_RESPONSE)),
                trouble("prompt too long, other window unknown", script -> script.fail(ErrorKind.CONTEXT_TOO_LONG)),
                trouble("payload too large", script -> script.fail(ErrorKind.PAYLOAD_TOO_LARGE)),
                trouble("cannot do it", script -> script.fail(ErrorKind.UNSUPPORTED)),
                trouble("hangs", script -> script.hang()),
                trouble(
                        "fails again and again, then another way",
                        script -> script.fail(ErrorKind.OVERLOADED)
                                .fail(ErrorKind.CONNECTION)
                                .fail(ErrorKind.SERVER_ERROR)));
    }

    private static Arguments trouble(String name, Consumer<OfModel> script) {
        return arguments(name, script);
    }

    private ChatResponse ask(Way way, Consumer<OfModel> script, CallOptions options) {
        FakeProvider fake = fake().model("first", script)
                .model("second", spare -> spare.chunks("Once", " upon a time"))
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/first").fallback("s"))
                .model(
                        "s",
                        model -> model.deployment(
                                "fake/second", other -> other.credential(Credential.of("another-key"))))
                .build()) {
            ChatResponse response = way.chat(router, ChatRequest.of("m", "tell me"), options);
            settled(router, fake);
            return response;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void aFallbackAnswersWhateverHappensBeforeTheContent(String name, Consumer<OfModel> script) {
        CallOptions patient =
                CallOptions.builder().timeout(Duration.ofSeconds(60)).build();
        for (Way way : Way.values()) {
            ChatResponse response = ask(way, script, patient);
            assertThat(response.text()).as("%s %s", way, name).isEqualTo(ANSWER);
            assertThat(response.route().model()).isEqualTo("s");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void aStreamThatBreaksInTheMiddleIsResumed(String name, Consumer<OfModel> script) {
        ChatResponse response = ask(Way.STREAM, script, CallOptions.DEFAULT);
        assertThat(response.text()).isEqualTo(ANSWER);
        assertThat(response.warnings()).isEmpty();
    }

    static Stream<Arguments> breaks() {
        ChatEvent once = new ChatEvent.TextDelta(0, "Once");
        return Stream.of(
                trouble("connection reset", script -> script.streamThenFail(ErrorKind.CONNECTION, once)),
                trouble("error event", script -> script.streamThenFail(ErrorKind.OVERLOADED, once)),
                trouble("ends without its end", script -> script.streamThenFail(ErrorKind.MALFORMED_RESPONSE, once)),
                trouble("falls silent", script -> script.streamThenStall(once)));
    }
}
