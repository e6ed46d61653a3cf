package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.resilience.BreakerPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that their readers open and then leave. */
class ForgottenStreamTest extends RouterHarness {

    private static final CallOptions TWO_SECONDS =
            CallOptions.builder().timeout(Duration.ofSeconds(2)).build();

    private final List<End> calls = new ArrayList<>();
    private final List<End> attempts = new ArrayList<>();
    private final RouterListener ends = event -> {
        if (event instanceof RouterEvent.CallEnded ended) {
            calls.add(ended.end());
        } else if (event instanceof RouterEvent.AttemptEnded over) {
            attempts.add(over.end());
        }
    };
    private FakeProvider fake;
    private ModelRouter router;

    ForgottenStreamTest() {
        super(3);
    }

    private void route(FakeProvider provider) {
        fake = provider;
        router = builder(fake)
                .model("m", model -> model.deployment("fake/a", a -> a.concurrency(ConcurrencyLimit.fixed(2))))
                .breaker(BreakerPolicy.builder().failureThreshold(1, 1).build())
                .listener(ends)
                .build();
    }

    private ChatStream open(CallOptions options) {
        return router.stream(ChatRequest.of("m", "hello"), options);
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.TextDelta(0, text);
    }

    private BreakerState breaker() {
        return router.snapshot().models().get(0).deployments().get(0).breaker();
    }

    @AfterEach
    void everythingIsGivenBack() {
        settled(router, fake);
        router.close();
        assertThat(environment.scheduled()).as("timers").isZero();
    }

    @Test
    void anUnreadStreamIsReleasedAtTheTotalTimeout() {
        route(fake().streamThenStall(text("a")).build());
        ChatStream forgotten = open(TWO_SECONDS);
        open(TWO_SECONDS);
        assertThat(fake.openStreams()).isEqualTo(2);

        environment.advance(Duration.ofSeconds(3));

        settled(router, fake);
        assertThat(calls)
                .extracting(End::outcome)
                .containsOnly(Outcome.ABANDONED)
                .hasSize(2);
        assertThat(attempts)
                .extracting(End::outcome)
                .containsOnly(Outcome.ABANDONED)
                .hasSize(2);
        assertThat(breaker()).as("its reader was slow, not the deployment").isEqualTo(BreakerState.CLOSED);
        assertThat(forgotten.next()).as("what had arrived").isEqualTo(text("a"));
        GatewayException e = failure(forgotten::next);
        assertThat(e.kind()).isEqualTo(ErrorKind.DEADLINE);
        assertThat(e.getMessage()).contains("timed out after 2 s");
        forgotten.close();
        assertThat(calls).hasSize(2);
    }

    @Test
    void anUnreadStreamIsReleasedWithoutATotalTimeout() {
        route(fake().streamThenStall(text("a")).build());
        ChatStream forgotten = open(CallOptions.DEFAULT);
        environment.advance(Duration.ofMinutes(9));
        assertThat(fake.openStreams()).isEqualTo(1);
        environment.advance(Duration.ofMinutes(11));
        settled(router, fake);
        forgotten.next();
        assertThat(failure(forgotten::next).getMessage()).contains("the stream was not read for 10 min");
    }

    @Test
    void manyStreamsShareOneTimer() {
        route(fake().streamThenStall(text("a")).build());
        int none = environment.scheduled();
        try (ChatStream first = open(CallOptions.DEFAULT);
                ChatStream second = open(CallOptions.DEFAULT)) {
            assertThat(first.next()).isEqualTo(second.next());
            assertThat(environment.scheduled()).isEqualTo(none + 1);
        }
        open(CallOptions.DEFAULT).close();
        assertThat(environment.scheduled()).isEqualTo(none + 1);
    }

    @Test
    void theStreamThatIsDueFirstIsReleasedFirst() {
        route(fake().streamThenStall(text("a")).build());
        open(CallOptions.DEFAULT);
        open(TWO_SECONDS);

        environment.advance(Duration.ofSeconds(3));
        assertThat(fake.openStreams()).isEqualTo(1);
        assertThat(calls).extracting(End::outcome).containsExactly(Outcome.ABANDONED);

        environment.advance(Duration.ofMinutes(10));
        assertThat(fake.openStreams()).isZero();
    }

    @Test
    void streamsAreWatchedAfterTheRouterWasClosed() {
        route(fake().streamThenStall(text("a")).build());
        open(TWO_SECONDS);
        router.close();
        assertThat(environment.scheduled()).isEqualTo(1);
        environment.advance(Duration.ofSeconds(3));
        assertThat(fake.openStreams()).isZero();
    }

    @Test
    void aStreamThatIsReadSlowlyIsNotForgotten() {
        route(fake().chunks("a", "b", "c", "d").build());
        try (ChatStream slow = open(CallOptions.DEFAULT)) {
            while (slow.next() != null) {
                environment.advance(Duration.ofMinutes(7));
            }
            assertThat(slow.text()).isEqualTo("abcd");
        }
        assertThat(calls).extracting(End::outcome).containsExactly(Outcome.SUCCESS);
    }

    @Test
    void aReaderThatStopsAtTheFinishReasonHasSucceeded() {
        route(fake().streamThenStall(text("done"), new ChatEvent.Finished(FinishReason.STOP))
                .build());
        try (ChatStream stream = open(TWO_SECONDS)) {
            while (!(stream.next() instanceof ChatEvent.Finished)) {
                assertThat(stream.text()).isEqualTo("done");
            }
        }
        assertThat(calls).extracting(End::outcome).containsExactly(Outcome.SUCCESS);
        assertThat(attempts).extracting(End::outcome).containsExactly(Outcome.SUCCESS);
    }

    @Test
    void aReaderThatForgetsToCloseAfterTheFinishReasonHasSucceeded() {
        route(fake().streamThenStall(text("done"), new ChatEvent.Finished(FinishReason.STOP))
                .build());
        ChatStream stream = open(TWO_SECONDS);
        while (!(stream.next() instanceof ChatEvent.Finished)) {
            assertThat(stream.text()).isEqualTo("done");
        }
        environment.advance(Duration.ofSeconds(3));
        assertThat(calls).extracting(End::outcome).containsExactly(Outcome.SUCCESS);
        assertThat(attempts).extracting(End::outcome).containsExactly(Outcome.SUCCESS);
    }

    @Test
    void aReaderThatStopsEarlierHasNotSucceeded() {
        route(fake().streamThenStall(text("a")).build());
        try (ChatStream stream = open(TWO_SECONDS)) {
            stream.next();
        }
        assertThat(calls).extracting(End::outcome).containsExactly(Outcome.ABANDONED);
    }

    @Test
    void aDeploymentThatHangsInTheMiddleUntilTheDeadlineIsNoticed() {
        route(fake().streamThenStall(text("a")).build());
        CallOptions options = CallOptions.builder()
                .timeouts(Timeouts.builder()
                        .total(Duration.ofSeconds(30))
                        .idle(Duration.ofMinutes(5))
                        .build())
                .build();
        try (ChatStream stream = open(options)) {
            stream.next();
            assertThat(failure(stream::next).kind()).isEqualTo(ErrorKind.DEADLINE);
        }
        assertThat(attempts).extracting(End::outcome).containsExactly(Outcome.FAILED);
        assertThat(breaker()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aLongAnswerThatTheDeadlineCutsBlamesNoDeployment() {
        String[] pieces = new String[60];
        Arrays.fill(pieces, "more ");
        route(fake().pace(Duration.ofSeconds(1)).chunks(pieces).build());
        CallOptions options =
                CallOptions.builder().timeout(Duration.ofSeconds(30)).build();
        try (ChatStream stream = open(options)) {
            assertThat(failure(stream::response).kind()).isEqualTo(ErrorKind.DEADLINE);
        }
        assertThat(attempts).extracting(End::outcome).containsExactly(Outcome.ABANDONED);
        assertThat(breaker()).isEqualTo(BreakerState.CLOSED);
    }
}
