package dev.aigw.routing.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.StageLab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class Slf4jListenerTest {

    private static final Route ROUTE = Route.builder()
            .callId("c1")
            .requestedModel("assistant")
            .model("assistant-small")
            .attempts(List.of(
                    attempt("openai/gpt-5-mini", Outcome.FAILED, ErrorKind.OVERLOADED),
                    attempt("openai/gpt-5-nano", Outcome.SUCCESS, null)))
            .build();

    private final CapturingLogger log = new CapturingLogger(Level.TRACE);
    private final Slf4jListener listener = new Slf4jListener(log);
    private final StageLab lab = new StageLab(new VirtualEnvironment(1));
    private final Call call = lab.call(
            ChatRequest.CHAT,
            ChatRequest.of("assistant", "Hi"),
            CallOptions.builder()
                    .caller(Caller.builder()
                            .tenant("acme")
                            .user("ada@example.org")
                            .build())
                    .build());
    private final AttemptContext attempt = AttemptContext.builder("gpt-5-mini").build();

    @Test
    void aCallThatSucceededIsOneLineAtDebug() {
        listener.onEvent(new RouterEvent.CallEnded(
                call,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.of(12, 34))
                        .durationNanos(250_000_000)
                        .firstContentNanos(40_000_000)
                        .build(),
                ROUTE));

        assertThat(log.lines)
                .containsExactly(
                        "DEBUG call id=" + call.id() + " operation=chat requested=assistant model=assistant-small"
                                + " deployment=openai/gpt-5-nano source=MODEL tenant=acme attempts=2 outcome=SUCCESS ms=250"
                                + " first_ms=40 input_tokens=12 output_tokens=34");
    }

    @Test
    void whatAPromptCacheServedAndTookIsInTheLine() {
        listener.onEvent(new RouterEvent.CallEnded(
                call,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.builder()
                                .input(1)
                                .cacheRead(20)
                                .cacheWrite(300)
                                .set(TokenUsage.Bucket.CACHE_WRITE_LONG, 4_000)
                                .build())
                        .durationNanos(250_000_000)
                        .build(),
                ROUTE));

        assertThat(log.lines)
                .singleElement()
                .asString()
                .endsWith(" input_tokens=4321 cache_read_tokens=20 cache_write_tokens=4300");
    }

    @Test
    void aCallThatFailedIsOneLineAtWarn() {
        GatewayException failure = GatewayException.builder(ErrorKind.RATE_LIMITED, "the prompt was: secret")
                .provider("openai")
                .status(429)
                .vendorCode("rate_limit_exceeded")
                .requestId("req_1")
                .headers(Map.of("x-key", List.of("secret")))
                .body("secret")
                .build();

        listener.onEvent(new RouterEvent.CallEnded(call, failed(failure), Route.NONE));

        assertThat(log.lines)
                .singleElement()
                .asString()
                .startsWith("WARN call id=" + call.id())
                .endsWith("outcome=FAILED ms=5 kind=RATE_LIMITED provider=openai status=429"
                        + " code=rate_limit_exceeded request=req_1")
                .doesNotContain("secret");
    }

    @Test
    void anAbandonedCallIsNoWarning() {
        listener.onEvent(new RouterEvent.CallEnded(
                call, End.builder(Outcome.ABANDONED).durationNanos(5_000_000).build(), Route.NONE));

        assertThat(log.lines).singleElement().asString().startsWith("DEBUG call");
    }

    @Test
    void contentAndUsersStayOutOfTheLog() {
        ChatResponse reply = ChatResponse.of("secret");
        End end = End.builder(Outcome.SUCCESS)
                .reply(reply)
                .usage(reply.usage())
                .durationNanos(5)
                .build();

        listener.onEvent(new RouterEvent.CallEnded(call, end, ROUTE));
        listener.onEvent(new RouterEvent.AttemptEnded(call, attempt, end));

        assertThat(log.lines).hasSize(2).noneMatch(line -> line.contains("secret") || line.contains("ada@"));
    }

    @Test
    void attemptsAreLoggedByTheirOutcome() {
        listener.onEvent(
                new RouterEvent.AttemptEnded(call, attempt, failed(GatewayException.of(ErrorKind.OVERLOADED, "busy"))));
        listener.onEvent(new RouterEvent.AttemptEnded(
                call,
                attempt,
                End.builder(Outcome.ABANDONED).durationNanos(5_000_000).build()));
        listener.onEvent(new RouterEvent.AttemptEnded(
                call,
                attempt,
                End.builder(Outcome.SUCCESS).durationNanos(5_000_000).build()));

        assertThat(log.lines)
                .containsExactly(
                        "INFO attempt id=" + call.id() + " number=1 operation=chat deployment=" + attempt.deployment()
                                + " outcome=FAILED ms=5 kind=OVERLOADED",
                        "DEBUG attempt id=" + call.id() + " number=1 operation=chat deployment=" + attempt.deployment()
                                + " outcome=ABANDONED ms=5",
                        "TRACE attempt id=" + call.id() + " number=1 operation=chat deployment=" + attempt.deployment()
                                + " outcome=SUCCESS ms=5");
    }

    @Test
    void aCooldownIsLoggedAtInfo() {
        listener.onEvent(new RouterEvent.CooldownStarted(
                "openai/gpt-5-mini#2", CooldownScope.CREDENTIAL, ErrorKind.QUOTA_EXHAUSTED, Duration.ofMinutes(10)));

        assertThat(log.lines)
                .containsExactly(
                        "INFO cooldown deployment=openai/gpt-5-mini#2 scope=CREDENTIAL kind=QUOTA_EXHAUSTED ms=600000");
    }

    @Test
    void aNameCannotBreakTheLineOrFakeAField() {
        Call hostile = lab.call(
                ChatRequest.CHAT, ChatRequest.of("a\nWARN b=\"c\" \\" + "x".repeat(500), "Hi"), CallOptions.DEFAULT);

        listener.onEvent(new RouterEvent.CallEnded(
                hostile, End.builder(Outcome.SUCCESS).durationNanos(5).build(), Route.NONE));

        assertThat(log.lines)
                .singleElement()
                .asString()
                .contains("requested=\"a WARN b=\\\"c\\\" \\\\xxx")
                .contains("xxx…\" source=MODEL")
                .doesNotContain("\n")
                .hasSizeLessThan(400);
    }

    @Test
    void aLevelThatIsOffCostsNothing() {
        Slf4jListener quiet = new Slf4jListener(new CapturingLogger(Level.ERROR));
        CallContext untouchable = null;
        AttemptContext untouchableAttempt = null;
        End end = failed(GatewayException.of(ErrorKind.OVERLOADED, "busy"));

        // Nothing is asked of call, attempt and route, or these would fail.
        quiet.onEvent(new RouterEvent.CallEnded(untouchable, end, null));
        quiet.onEvent(new RouterEvent.AttemptEnded(untouchable, untouchableAttempt, end));
        quiet.onEvent(new RouterEvent.CooldownStarted("d", null, ErrorKind.OVERLOADED, null));
    }

    @Test
    void theListenerOfTheDoorWritesToTheNamedLogger() {
        assertThat(Observers.CALLS).isEqualTo("dev.aigw.calls");
        assertThat(Observers.slf4j()).isInstanceOf(Slf4jListener.class);
    }

    private static End failed(GatewayException failure) {
        return End.builder(Outcome.FAILED)
                .failure(failure)
                .durationNanos(5_000_000)
                .build();
    }

    private static Route.Attempt attempt(String deployment, Outcome outcome, ErrorKind kind) {
        return new Route.Attempt("assistant", deployment, outcome, Duration.ofMillis(1), kind);
    }

    @Test
    void aNameThatTurnsTheTextOrIsHalfACharacterShowsItsCodes() {
        Call hostile = lab.call(
                ChatRequest.CHAT,
                ChatRequest.of("assistant", "Hi"),
                CallOptions.builder()
                        .caller(Caller.ofTenant("a\u202eb\u2066c\ud83dd\u200be"))
                        .build());
        listener.onEvent(
                new RouterEvent.CallEnded(hostile, End.builder(Outcome.SUCCESS).build(), ROUTE));

        assertThat(log.lines)
                .singleElement()
                .asString()
                .contains("tenant=\"a\\\\u202eb\\\\u2066c\\\\ud83dd\\\\u200be\"");
    }
}
