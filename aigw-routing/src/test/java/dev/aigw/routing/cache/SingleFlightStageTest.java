package dev.aigw.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.StageLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SingleFlightStageTest {

    private static final ChatRequest QUESTION = ChatRequest.of("assistant", "Why is the sky blue?");
    private static final ChatResponse ANSWER = ChatResponse.of("Rayleigh scattering");

    private final FakeClock clock = new FakeClock();
    private SingleFlightStage stage = new SingleFlightStage(new CacheKeys(CacheKeys.Sharing.TENANT), false, clock);
    private final StageLab lab = new StageLab(clock);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What was sent to a model and waits for the test to answer it. */
    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();

    private record Sent(Call call, CompletableFuture<ModelReply> reply) {}

    /** A call in its thread. */
    private record Running(Call call, Future<ModelReply> future, Thread thread) {

        ModelReply reply() throws Exception {
            return future.get(10, TimeUnit.SECONDS);
        }

        GatewayException failure() {
            ExecutionException thrown =
                    catchThrowableOfType(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
            return (GatewayException) thrown.getCause();
        }
    }

    @AfterEach
    void nothingIsLeftUnderWay() throws Exception {
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(stage.underWay()).isZero();
        assertThat(sent).isEmpty();
    }

    @Test
    void identicalCallsShareOneReply() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent call = sent.take();
        List<Running> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(waiting(CallOptions.DEFAULT));
        }

        call.reply().complete(ANSWER);

        assertThat(leader.reply()).isSameAs(ANSWER);
        assertThat(leader.call().get(CallFacts.SOURCE)).isNull();
        for (Running other : others) {
            assertThat(other.reply()).isSameAs(ANSWER);
            assertThat(other.call().get(CallFacts.SOURCE)).isEqualTo(Route.Source.SHARED);
        }
    }

    @Test
    void aCallAfterTheOthersAreOverIsMadeAnew() throws Exception {
        answer(start(CallOptions.DEFAULT));
        answer(start(CallOptions.DEFAULT));
    }

    @Test
    void callsOfOtherTenantsOrWishesAreNotJoined() throws Exception {
        List<Running> apart = List.of(
                start(CallOptions.DEFAULT),
                start(CallOptions.builder().caller(Caller.ofTenant("acme")).build()),
                start(CallOptions.builder().cache(CacheDirective.NO_STORE).build()),
                start(CallOptions.builder().cache(CacheDirective.REFRESH).build()),
                start(CallOptions.builder().cache(CacheDirective.BYPASS).build()));

        for (int i = 0; i < apart.size(); i++) {
            sent.take().reply().complete(ANSWER);
        }

        for (Running call : apart) {
            assertThat(call.reply()).isSameAs(ANSWER);
        }
    }

    @Test
    void callsThatAllowOtherDeploymentsAreNotJoined() throws Exception {
        List<Running> apart = List.of(
                start(CallOptions.DEFAULT),
                start(CallOptions.builder().region("eu").build()),
                start(CallOptions.builder().requireTags("audited").build()),
                start(CallOptions.builder()
                        .maxPrice(Price.usdPerMillion("1", "1"))
                        .build()),
                start(CallOptions.builder().maxRetention(Duration.ZERO).build()));

        for (int i = 0; i < apart.size(); i++) {
            sent.take().reply().complete(ANSWER);
        }

        for (Running call : apart) {
            assertThat(call.reply()).isSameAs(ANSWER);
        }
    }

    @Test
    void samplesAreNotJoined() throws Exception {
        ChatRequest sample = QUESTION.toBuilder().temperature(0.7).build();

        List<Running> samples = List.of(start(sample), start(sample), start(sample));
        for (int i = 0; i < samples.size(); i++) {
            sent.take().reply().complete(ChatResponse.of("sample " + i));
        }

        assertThat(Set.of(
                        samples.get(0).reply(),
                        samples.get(1).reply(),
                        samples.get(2).reply()))
                .hasSize(3);
    }

    @Test
    void samplesAreJoinedWhenSet() throws Exception {
        stage = new SingleFlightStage(new CacheKeys(CacheKeys.Sharing.TENANT), true, clock);
        assertAreJoined(QUESTION.toBuilder().temperature(0.7).build());
    }

    @Test
    void chatsThatAskForTheSameAnswerAreJoined() throws Exception {
        assertAreJoined(QUESTION.toBuilder().temperature(0.0).build());
        assertAreJoined(QUESTION.toBuilder().temperature(0.7).seed(7).build());
    }

    private void assertAreJoined(ChatRequest request) throws Exception {
        Running leader = start(request);
        Sent call = sent.take();
        Running other = start(request);
        await(() -> stage.waiting() > 0);
        call.reply().complete(ANSWER);
        assertThat(leader.reply()).isSameAs(ANSWER);
        assertThat(other.reply()).isSameAs(ANSWER);
    }

    @Test
    void callersWithoutAUserAreNotJoinedWhereUsersDoNotShare() throws Exception {
        stage = new SingleFlightStage(new CacheKeys(CacheKeys.Sharing.USER), false, clock);

        List<Running> apart = List.of(start(CallOptions.DEFAULT), start(CallOptions.DEFAULT));
        for (int i = 0; i < apart.size(); i++) {
            sent.take().reply().complete(ANSWER);
        }

        for (Running call : apart) {
            assertThat(call.reply()).isSameAs(ANSWER);
        }
    }

    @Test
    void streamsAreNotJoined() throws Exception {
        Operation<?, ?> streamed = ChatRequest.CHAT_STREAM;
        List<ChatStream> streams = List.of(ChatStream.replay(ANSWER), ChatStream.replay(ANSWER));
        AtomicInteger next = new AtomicInteger();

        for (ChatStream stream : streams) {
            assertThat(stage.apply(lab.hop(
                            streamed, QUESTION, CallOptions.DEFAULT, call -> streams.get(next.getAndIncrement()))))
                    .isSameAs(stream);
        }
    }

    @Test
    void aFailureIsSharedAndEachGetsItsOwnException() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent call = sent.take();
        Running one = waiting(CallOptions.DEFAULT);
        Running two = waiting(CallOptions.DEFAULT);

        call.reply()
                .completeExceptionally(GatewayException.builder(ErrorKind.SERVER_ERROR, "down")
                        .status(500)
                        .build());

        GatewayException original = leader.failure();
        GatewayException first = one.failure();
        GatewayException second = two.failure();
        assertThat(first).isNotSameAs(original).isNotSameAs(second);
        assertThat(first.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        assertThat(second.status()).isEqualTo(500);
    }

    @Test
    void aCancelledWaiterLeavesTheOthersAlone() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent call = sent.take();
        Running impatient = waiting(CallOptions.DEFAULT);
        Running patient = waiting(CallOptions.DEFAULT);

        impatient.call().cancellation().cancel();
        assertThat(impatient.failure().kind()).isEqualTo(ErrorKind.CANCELLED);

        call.reply().complete(ANSWER);
        assertThat(patient.reply()).isSameAs(ANSWER);
        assertThat(leader.reply()).isSameAs(ANSWER);
    }

    @Test
    void aWaiterGivesUpAtItsOwnDeadline() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent call = sent.take();
        CallOptions late = CallOptions.builder()
                .timeouts(Timeouts.total(Duration.ofNanos(1)))
                .build();

        assertThat(start(late).failure().kind()).isEqualTo(ErrorKind.DEADLINE);

        call.reply().complete(ANSWER);
        assertThat(leader.reply()).isSameAs(ANSWER);
    }

    @Test
    void anInterruptedWaiterIsCancelled() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent call = sent.take();
        Running interrupted = waiting(CallOptions.DEFAULT);

        interrupted.thread().interrupt();
        assertThat(interrupted.failure().kind()).isEqualTo(ErrorKind.CANCELLED);

        call.reply().complete(ANSWER);
        assertThat(leader.reply()).isSameAs(ANSWER);
    }

    @Test
    void whenTheLeaderIsCancelledOneWaiterLeadsTheRest() throws Exception {
        assertOneWaiterTakesOver(GatewayException.of(ErrorKind.CANCELLED, "the caller cancelled the call"));
    }

    @Test
    void whenTheLeadersTimeIsUpOneWaiterLeadsTheRest() throws Exception {
        assertOneWaiterTakesOver(GatewayException.of(ErrorKind.DEADLINE, "over"));
    }

    @Test
    void whenTheLeaderBreaksByABugOneWaiterLeadsTheRest() throws Exception {
        assertOneWaiterTakesOver(new IllegalArgumentException("a bug"));
    }

    private void assertOneWaiterTakesOver(RuntimeException end) throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent first = sent.take();
        Running one = waiting(CallOptions.DEFAULT);
        Running two = waiting(CallOptions.DEFAULT);

        first.reply().completeExceptionally(end);
        assertThat(catchThrowableOfType(ExecutionException.class, leader::reply))
                .hasRootCause(end);
        Sent second = sent.take();
        Running follower = second.call() == one.call() ? two : one;
        await(() -> stage.waiting() == 1);
        second.reply().complete(ANSWER);

        assertThat(one.reply()).isSameAs(ANSWER);
        assertThat(two.reply()).isSameAs(ANSWER);
        assertThat(follower.call().get(CallFacts.SOURCE)).isEqualTo(Route.Source.SHARED);
    }

    @Test
    void aLimitOfTheLeadersCallerIsNotTheWaiters() throws Exception {
        Running leader = start(user("ada"));
        Sent first = sent.take();
        Running colleague = waiting(user("bob"));
        Running same = waiting(user("ada"));

        first.reply().completeExceptionally(GatewayException.of(ErrorKind.BUDGET_EXCEEDED, "spent"));

        assertThat(leader.failure().kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
        assertThat(same.failure().kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
        sent.take().reply().complete(ANSWER);
        assertThat(colleague.reply()).isSameAs(ANSWER);
    }

    @Test
    void aTimeoutThatOnlyTheLeaderSetIsNotTheWaiters() throws Exception {
        Running leader = start(CallOptions.builder()
                .timeouts(Timeouts.total(Duration.ofSeconds(1)))
                .build());
        Sent first = sent.take();
        Running patient = waiting(CallOptions.DEFAULT);

        first.reply().completeExceptionally(GatewayException.of(ErrorKind.TIMEOUT, "silent"));

        assertThat(leader.failure().kind()).isEqualTo(ErrorKind.TIMEOUT);
        sent.take().reply().complete(ANSWER);
        assertThat(patient.reply()).isSameAs(ANSWER);
    }

    @Test
    void aSubstitutesReplyIsSharedWithTheSameCallerAloneAndSaysSo() throws Exception {
        Running leader = start(user("ada"));
        Sent first = sent.take();
        Running same = waiting(user("ada"));
        Running colleague = waiting(user("bob"));

        first.call().switchTo(lab.model("assistant-small"));
        first.reply().complete(ANSWER);

        assertThat(leader.reply()).isSameAs(ANSWER);
        assertThat(same.reply()).isSameAs(ANSWER);
        assertThat(same.call().route().warnings()).singleElement().asString().contains("assistant-small");
        ChatResponse own = ChatResponse.of("for Bob");
        sent.take().reply().complete(own);
        assertThat(colleague.reply()).isSameAs(own);
    }

    @Test
    void aLimitOfTheLeadersTagsIsNotTheWaiters() throws Exception {
        CallOptions leads = CallOptions.builder().tag("feature", "a").build();
        assertNotShared(
                leads,
                CallOptions.builder().tag("feature", "b").build(),
                GatewayException.of(ErrorKind.BUDGET_EXCEEDED, "feature a has spent its budget"));
    }

    @Test
    void aFailureIsNotSharedWithACallThatMayUseOtherModels() throws Exception {
        GatewayException down = GatewayException.of(ErrorKind.SERVER_ERROR, "down");
        assertNotShared(CallOptions.builder().fallbacks().build(), CallOptions.DEFAULT, down);
        assertNotShared(CallOptions.DEFAULT, CallOptions.builder().fallbacks("b").build(), down);
    }

    @Test
    void aFailureIsNotSharedWithACallThatMayTryMoreOften() throws Exception {
        assertNotShared(
                CallOptions.builder().maxAttempts(1).build(),
                CallOptions.DEFAULT,
                GatewayException.of(ErrorKind.OVERLOADED, "busy"));
    }

    private void assertNotShared(CallOptions leads, CallOptions waits, GatewayException failure) throws Exception {
        Running leader = start(leads);
        Sent first = sent.take();
        Running waiter = waiting(waits);

        first.reply().completeExceptionally(failure);

        assertThat(leader.failure().kind()).isEqualTo(failure.kind());
        sent.take().reply().complete(ANSWER);
        assertThat(waiter.reply()).isSameAs(ANSWER);
    }

    @Test
    void aSubstitutesReplyIsNotSharedWithACallThatAllowsOtherModels() throws Exception {
        Running leader = start(CallOptions.DEFAULT);
        Sent first = sent.take();
        Running strict = waiting(CallOptions.builder().fallbacks().build());

        first.call().switchTo(lab.model("assistant-small"));
        first.reply().complete(ANSWER);

        assertThat(leader.reply()).isSameAs(ANSWER);
        ChatResponse own = ChatResponse.of("of the model asked for");
        sent.take().reply().complete(own);
        assertThat(strict.reply()).isSameAs(own);
    }

    private static CallOptions user(String user) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").user(user).build())
                .build();
    }

    private void answer(Running call) throws Exception {
        sent.take().reply().complete(ANSWER);
        assertThat(call.reply()).isSameAs(ANSWER);
    }

    private Hop hop(ChatRequest request, CallOptions options) {
        return lab.hop(ChatRequest.CHAT, request, options, call -> {
            Sent sending = new Sent(call, new CompletableFuture<>());
            sent.add(sending);
            try {
                return sending.reply().get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw (RuntimeException) e.getCause();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private Running start(CallOptions options) throws Exception {
        return start(QUESTION, options);
    }

    private Running start(ChatRequest request) throws Exception {
        return start(request, CallOptions.DEFAULT);
    }

    private Running start(ChatRequest request, CallOptions options) throws Exception {
        Hop hop = hop(request, options);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<ModelReply> future = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            return stage.apply(hop);
        });
        return new Running(hop.call(), future, thread.get(10, TimeUnit.SECONDS));
    }

    /** Starts a call and returns once it waits for another. */
    private Running waiting(CallOptions options) throws Exception {
        int before = stage.waiting();
        Running running = start(options);
        await(() -> stage.waiting() > before);
        return running;
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
