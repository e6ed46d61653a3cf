package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.End;
import dev.aigw.routing.VirtualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopedSourceTest {

    private static final ChatEvent STARTED = new ChatEvent.Started("r1", "gpt");
    private static final ChatEvent HELLO = new ChatEvent.TextDelta(0, "Hello");
    private static final ChatEvent WORLD = new ChatEvent.TextDelta(0, " world");
    private static final ChatEvent USAGE = new ChatEvent.UsageReported(TokenUsage.of(5, 2));
    private static final ChatEvent FINISHED = new ChatEvent.Finished(FinishReason.of(FinishReason.Kind.STOP, "stop"));

    /** Gives events and throws failures in order, then is at its end. */
    private static final class Script implements ChatEventSource {

        private final List<Object> steps;
        private int read;
        private int closed;

        private Script(Object... steps) {
            this.steps = List.of(steps);
        }

        @Override
        public @Nullable ChatEvent next() {
            if (read == steps.size()) {
                return null;
            }
            Object step = steps.get(read++);
            if (step instanceof RuntimeException failure) {
                throw failure;
            }
            if (step instanceof Error bug) {
                throw bug;
            }
            return (ChatEvent) step;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final VirtualEnvironment time = new VirtualEnvironment(1);
    private final Call call = new Call(
            Pipeline.builder(time, Timeouts.NONE).build(),
            ChatRequest.CHAT_STREAM,
            CallOptions.DEFAULT,
            "assistant",
            name -> null);
    private final Attempt attempt = new Attempt(call, null);
    private final List<End> ends = new ArrayList<>();

    @BeforeEach
    void watch() {
        call.add(ends::add);
        attempt.add(ends::add);
    }

    @Test
    void aStreamIsReadAheadToItsFirstContentAndNotFurther() {
        Script script = new Script(STARTED, HELLO, WORLD, FINISHED);
        ScopedSource source = ScopedSource.of(script, attempt);

        source.readToCommitPoint();

        assertThat(script.read).isEqualTo(2);
        assertThat(ends).isEmpty();
        assertThat(all(source)).containsExactly(STARTED, HELLO, WORLD, FINISHED);
    }

    @Test
    void aStreamWithoutContentIsReadToItsEndAndNotPast() {
        Script script = new Script(STARTED, FINISHED);
        ScopedSource source = ScopedSource.of(script, attempt);

        source.readToCommitPoint();

        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(Outcome.SUCCESS));
        assertThat(all(source)).containsExactly(STARTED, FINISHED);
        assertThat(source.next()).isNull();
    }

    @Test
    void aStreamReadToItsEndHasSucceededWithWhatItReported() {
        ScopedSource source = ScopedSource.of(
                new Script(
                        HELLO,
                        new ChatEvent.ReasoningDelta(1, "hm", false),
                        new ChatEvent.ToolArgumentsDelta(2, "{}"),
                        new ChatEvent.Details("flex", Map.of()),
                        USAGE),
                call);
        time.advance(Duration.ofSeconds(2));

        all(source);
        source.close();

        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.SUCCESS);
            assertThat(end.usage()).isEqualTo(TokenUsage.of(5, 2));
            assertThat(end.outputChars()).isEqualTo(9);
            assertThat(end.serviceTier()).isEqualTo("flex");
            assertThat(end.firstContentNanos()).isEqualTo(2_000_000_000L);
        });
    }

    @Test
    void aStreamThatIsClosedInTheMiddleIsAbandonedWithWhatItReportedSoFar() {
        Script script = new Script(HELLO, USAGE, WORLD, FINISHED);
        ScopedSource source = ScopedSource.of(script, call);

        source.next();
        source.next();
        source.close();

        assertThat(script.closed).isPositive();
        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(end.usage()).isEqualTo(TokenUsage.of(5, 2));
            assertThat(end.outputChars()).isEqualTo(5);
        });
    }

    @Test
    void aFailureBeforeTheFirstContentIsTheAttemptsOwn() {
        GatewayException overloaded = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        Script script = new Script(STARTED, overloaded);

        assertThatThrownBy(ScopedSource.of(script, attempt)::readToCommitPoint).isSameAs(overloaded);

        assertThat(script.closed).isPositive();
        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end.failure()).isSameAs(overloaded));
    }

    @Test
    void theCallsFailureHasTheCallsRoute() {
        Script script = new Script(HELLO, GatewayException.of(ErrorKind.STREAM_INTERRUPTED, "cut"));
        ScopedSource source = ScopedSource.of(script, call);
        source.next();

        assertThatThrownBy(source::next).isInstanceOfSatisfying(GatewayException.class, e -> {
            assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            assertThat(e.route()).isNotNull();
        });

        assertThat(script.closed).isPositive();
        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(Outcome.FAILED));
    }

    @Test
    void aBugEndsTheScopeAndClosesTheStreamToo() {
        Script throwing = new Script(new IllegalStateException("bug"));
        assertThatThrownBy(ScopedSource.of(throwing, attempt)::next).isInstanceOf(GatewayException.class);

        Script dying = new Script(new StackOverflowError());
        assertThatThrownBy(ScopedSource.of(dying, call)::next).isInstanceOf(StackOverflowError.class);

        assertThat(throwing.closed).isPositive();
        assertThat(dying.closed).isPositive();
        assertThat(ends).hasSize(2).allSatisfy(end -> assertThat(end.outcome()).isEqualTo(Outcome.FAILED));
    }

    private static List<ChatEvent> all(ChatEventSource source) {
        List<ChatEvent> events = new ArrayList<>();
        for (ChatEvent event = source.next(); event != null; event = source.next()) {
            events.add(event);
        }
        return events;
    }
}
