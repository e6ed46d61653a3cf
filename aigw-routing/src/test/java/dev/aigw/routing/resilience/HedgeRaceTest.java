package dev.aigw.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.StageLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A race alone: each competitor does what its test says, in virtual time. */
class HedgeRaceTest {

    private static final long HEDGE_AFTER = Duration.ofSeconds(1).toNanos();

    private final VirtualEnvironment environment = new VirtualEnvironment(9);
    private final StageLab lab = new StageLab(environment);
    private final List<String> log = new ArrayList<>();
    private HedgeRace race;
    private int started;

    private interface Competitor {
        ModelReply run();
    }

    /** Runs a race of these competitors, the second of which is a hedge. */
    private ModelReply race(Competitor... competitors) {
        List<ModelReply> won = new ArrayList<>();
        List<RuntimeException> thrown = new ArrayList<>();
        environment.simulate(() -> {
            Hop hop = lab.hop(
                    ChatRequest.CHAT,
                    ChatRequest.of("m", "hello"),
                    CallOptions.DEFAULT,
                    call -> run(call, competitors));
            lab.spread(hop.call(), competitors.length);
            race = new HedgeRace(
                    hop,
                    hop.call(),
                    new HedgeBudget(1),
                    new TriedDeployments(RetryPolicy.defaults()),
                    competitors.length - 1);
            try {
                won.add(race.run());
                log.add("won");
            } catch (RuntimeException e) {
                thrown.add(e);
            }
        });
        if (!thrown.isEmpty()) {
            throw thrown.get(0);
        }
        return won.get(0);
    }

    private ModelReply run(Call call, Competitor[] competitors) {
        int number = started++;
        race.asked(call.currentModel().pool().deployments().get(number), HEDGE_AFTER);
        return competitors[number].run();
    }

    private void pass(int seconds) {
        environment.await(Duration.ofSeconds(seconds).toNanos(), new Cancellation());
    }

    private Competitor after(int seconds, Supplier<ModelReply> reply) {
        return () -> {
            pass(seconds);
            return reply.get();
        };
    }

    private static Supplier<ModelReply> text(String text) {
        return () -> ChatResponse.of(text);
    }

    private static Supplier<ModelReply> failure(ErrorKind kind) {
        return () -> {
            throw GatewayException.of(kind, "scripted");
        };
    }

    private GatewayException lost(Competitor... competitors) {
        return catchThrowableOfType(GatewayException.class, () -> race(competitors));
    }

    @Test
    void theFirstAnswerWins() {
        assertThat(((ChatResponse) race(after(5, text("first")), after(1, text("hedge")))).text())
                .isEqualTo("hedge");
    }

    @Test
    void theFirstAttemptMayOvertakeItsHedge() {
        assertThat(((ChatResponse) race(after(2, text("first")), after(5, text("hedge")))).text())
                .isEqualTo("first");
        assertThat(started).isEqualTo(2);
    }

    @Test
    void anAnswerInTimeIsNotRaced() {
        race(after(0, text("first")), after(0, text("hedge")));
        assertThat(started).isEqualTo(1);
    }

    @Test
    void anErrorLeavesTheRaceToTheOther() {
        assertThat(((ChatResponse) race(after(2, failure(ErrorKind.SERVER_ERROR)), after(5, text("hedge")))).text())
                .isEqualTo("hedge");
    }

    @Test
    void aFailureThatNoOtherCanCureEndsTheRaceAtOnce() {
        GatewayException e = lost(after(2, failure(ErrorKind.INVALID_REQUEST)), after(50, text("hedge")));
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(started).as("the hedge was under way").isEqualTo(2);
    }

    @Test
    void whenAllFailARefusalNeverHidesAFailure() {
        GatewayException e =
                lost(after(2, failure(ErrorKind.SERVER_ERROR)), after(5, failure(ErrorKind.LIMIT_EXCEEDED)));
        assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    }

    @Test
    void aReplyThatComesTooLateIsClosed() {
        race(after(5, () -> ChatStream.of(new Watched())), after(1, text("hedge")));
        assertThat(log).containsExactly("closed", "won");
    }

    @Test
    void aBugOfTheFirstIsThrownAndTheHedgesReplyIsClosed() {
        Throwable bug = catchThrowable(() -> race(
                after(2, () -> {
                    throw new IllegalStateException("oops");
                }),
                after(3, () -> ChatStream.of(new Watched()))));
        assertThat(bug).hasMessageContaining("oops");
        assertThat(log).containsExactly("closed");
    }

    private final class Watched implements ChatEventSource {
        @Override
        public ChatEvent next() {
            throw new AssertionError("nobody reads it");
        }

        @Override
        public void close() {
            log.add("closed");
        }
    }
}
