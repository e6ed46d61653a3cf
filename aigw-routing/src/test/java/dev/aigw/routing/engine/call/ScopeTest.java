package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.End;
import dev.aigw.routing.VirtualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScopeTest {

    private final VirtualEnvironment time = new VirtualEnvironment(1);
    private final Scope scope = new Scope(time);
    private final List<String> ran = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();

    @Test
    void actionsRunOnceLastRegisteredFirst() {
        IntStream.range(0, 9).forEach(i -> scope.add(end -> ran.add("a" + i)));

        assertThat(scope.end(Outcome.SUCCESS, null, null)).isTrue();
        assertThat(scope.end(Outcome.FAILED, null, null)).as("a second end").isFalse();

        assertThat(ran).containsExactly("a8", "a7", "a6", "a5", "a4", "a3", "a2", "a1", "a0");
    }

    @Test
    void whatIsRegisteredAfterTheEndRunsAtOnceWithThatEnd() {
        scope.end(Outcome.ABANDONED, null, null);
        scope.add(ends::add);

        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(Outcome.ABANDONED));
    }

    @Test
    void whatAnActionRegistersRunsToo() {
        scope.add(end -> scope.add(again -> ran.add("inner")));
        scope.add(end -> ran.add("outer"));

        scope.end(Outcome.SUCCESS, null, null);

        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void anActionThatThrowsDoesNotKeepTheOthersFromRunning() {
        scope.add(end -> ran.add("first"));
        scope.add(end -> {
            throw new IllegalStateException("broken");
        });
        scope.add(end -> ran.add("last"));

        scope.end(Outcome.SUCCESS, null, null);

        assertThat(ran).containsExactly("last", "first");
    }

    @Test
    void anEndKnowsTheReplyAndItsUsageOrElseWhatTheStreamHasReportedSoFar() {
        scope.add(ends::add);
        StreamProgress before = new StreamProgress();
        before.usage(TokenUsage.of(1, 1));
        scope.streams(before);
        ChatResponse reply =
                ChatResponse.builder().text("x").usage(TokenUsage.of(7, 3)).build();
        scope.end(Outcome.SUCCESS, reply, null);

        Scope streamed = new Scope(time);
        streamed.add(ends::add);
        StreamProgress progress = new StreamProgress();
        streamed.streams(progress);
        progress.usage(TokenUsage.of(5, 2));
        progress.serviceTier("flex");
        progress.delivered(4);
        progress.delivered(6);
        streamed.end(Outcome.ABANDONED, null, null);

        assertThat(ends.get(0).reply()).isSameAs(reply);
        assertThat(ends.get(0).usage()).isEqualTo(TokenUsage.of(7, 3));
        assertThat(ends.get(1).usage()).isEqualTo(TokenUsage.of(5, 2));
        assertThat(ends.get(1).serviceTier()).isEqualTo("flex");
        assertThat(ends.get(1).outputChars()).isEqualTo(10);
    }

    @Test
    void timesAreCountedFromTheBeginning() {
        scope.add(ends::add);
        time.advance(Duration.ofSeconds(5));
        scope.begin();
        StreamProgress progress = new StreamProgress();
        scope.streams(progress);
        time.advance(Duration.ofSeconds(2));
        progress.firstContent(scope.elapsedNanos());
        time.advance(Duration.ofSeconds(1));
        progress.firstContent(scope.elapsedNanos()); // the first one counts
        scope.end(Outcome.SUCCESS, null, null);

        assertThat(ends.get(0).durationNanos()).isEqualTo(3_000_000_000L);
        assertThat(ends.get(0).firstContentNanos()).isEqualTo(2_000_000_000L);
    }

    @Test
    void contentThatIsThereInNoTimeIsStillContent() {
        scope.add(ends::add);
        StreamProgress progress = new StreamProgress();
        scope.streams(progress);
        progress.firstContent(0);
        scope.end(Outcome.SUCCESS, null, null);

        assertThat(ends.get(0).firstContentNanos()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void whatTheCallerBroughtAboutIsAbandonedAndAnyOtherFailureFailed(ErrorKind kind) {
        scope.add(ends::add);
        GatewayException failure = GatewayException.of(kind, "why");
        scope.fail(scope.outcomeOf(failure), failure);

        boolean byCaller = kind == ErrorKind.CANCELLED || kind == ErrorKind.DEADLINE;
        assertThat(ends.get(0).outcome()).isEqualTo(byCaller ? Outcome.ABANDONED : Outcome.FAILED);
        assertThat(ends.get(0).failure()).isSameAs(failure);
    }

    @Test
    void manyThreadsThatRegisterAndEndItRunEachActionOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Scope raced = new Scope(time);
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            CompletableFuture<?>[] threads = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> {
                        for (int action = 0; action < 10; action++) {
                            raced.add(end -> runs.incrementAndGet());
                        }
                        if (raced.end(Outcome.SUCCESS, null, null)) {
                            ended.incrementAndGet();
                        }
                    }))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(threads).get();

            assertThat(ended).hasValue(1);
            assertThat(runs).hasValue(40);
        }
    }
}
