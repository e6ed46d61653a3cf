package dev.aigw.routing.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools of a loop: how they run beside each other, are approved, time out and stop. */
class ToolThreadsTest extends ToolLoopHarness {

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** A tool that takes as many seconds as its argument says. */
    private Tool slow() {
        return Tool.of("slow", "Takes its time.", City.class, (city, context) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            environment.await(Duration.ofSeconds(Long.parseLong(city.name())).toNanos(), context.cancellation());
            running.decrementAndGet();
            context.cancellation().throwIfCancelled();
            return "after " + city.name();
        });
    }

    private static ChatResponse slowCalls(int... seconds) {
        dev.aigw.api.chat.ToolCall[] calls = new dev.aigw.api.chat.ToolCall[seconds.length];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = call("" + i, "slow", "{\"name\":\"" + seconds[i] + "\"}");
        }
        return calls(calls);
    }

    private Duration since(long start) {
        return Duration.ofNanos(environment.nanoTime() - start);
    }

    @ParameterizedTest
    @EnumSource
    void toolsRunBesideEachOtherAndTheirResultsAreInTheOrderOfTheCalls(Run way) {
        simulate(fake().reply(slowCalls(3, 1, 2)).reply(answer("done")), router -> {
            long start = environment.nanoTime();
            ToolRun run = run(way, loop(router).tools(slow()).build());

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(3));
            assertThat(texts(run.messages())).containsExactly("after 3", "after 1", "after 2");
            assertThat(run.rounds().get(0).outcomes().get(1).duration()).isEqualTo(Duration.ofSeconds(1));
            if (way != Run.ASYNC) {
                assertThat(events.stream()
                                .filter(ToolEvent.Returned.class::isInstance)
                                .map(each -> ((ToolEvent.Returned) each)
                                        .outcome()
                                        .call()
                                        .id()))
                        .as("events come as tools end")
                        .containsExactly("1", "2", "0");
            }
        });
    }

    @Test
    void noMoreToolsRunAtOnceThanAllowed() {
        simulate(fake().reply(slowCalls(2, 2, 2, 2)).reply(answer("done")), router -> {
            long start = environment.nanoTime();
            run(Run.PLAIN, loop(router).tools(slow()).parallel(2).build());

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(4));
            assertThat(most).hasValue(2);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aToolThatTimesOutIsStoppedAndTheLoopGoesOn(Run way) {
        simulate(fake().reply(slowCalls(50, 1)).reply(answer("done")), router -> {
            long start = environment.nanoTime();
            ToolRun run = run(
                    way,
                    loop(router)
                            .tools(slow())
                            .toolTimeout(Duration.ofSeconds(5))
                            .build());

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(5));
            assertThat(run.text()).isEqualTo("done");
            assertThat(texts(run.messages())).containsExactly("The tool slow timed out after 5 s.", "after 1");
            assertThat(run.rounds().get(0).outcomes().get(0).status()).isEqualTo(ToolOutcome.Status.TIMED_OUT);
        });
        assertThat(running).hasValue(0);
    }

    @Test
    void aToolsOwnTimeoutComesFirst() {
        simulate(fake().reply(slowCalls(90)).reply(answer("done")), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(slow().withTimeout(Duration.ofMinutes(2)))
                            .toolTimeout(Duration.ofSeconds(5))
                            .build());

            assertThat(texts(run.messages())).containsExactly("after 90");
        });
    }

    @ParameterizedTest
    @EnumSource
    void theTimeOfTheWholeEndsToolsAndKeepsTheConversation(Run way) {
        simulate(fake().reply(slowCalls(50, 1)).reply(answer("never")), router -> {
            long start = environment.nanoTime();
            ToolRun run = run(
                    way,
                    loop(router).tools(slow()).timeout(Duration.ofSeconds(7)).build());

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(7));
            assertThat(run.end()).isEqualTo(ToolRun.End.TIME);
            assertThat(results(run.messages())).hasSize(2);
            assertThat(texts(run.messages()).get(1)).isEqualTo("after 1");
            assertThat(failure(run::text).kind()).isEqualTo(ErrorKind.DEADLINE);
        });
        assertThat(running).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void theTimeOfTheWholeEndsAModelCall(Run way) {
        FakeProvider.Builder script = fake().reply(slowCalls(1)).hang();
        simulate(script, router -> {
            long start = environment.nanoTime();
            ToolRun run = run(
                    way,
                    loop(router).tools(slow()).timeout(Duration.ofSeconds(7)).build());

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(7));
            assertThat(run.end()).isEqualTo(ToolRun.End.TIME);
            assertThat(texts(run.messages())).containsExactly("after 1");
            assertThat(run.route().attempts()).hasSize(2);
        });
    }

    @Test
    void withoutAnyReplyTheTimeOfTheWholeIsAFailure() {
        simulate(fake().hang(), router -> {
            GatewayException failure = failure(() -> run(
                    Run.PLAIN,
                    loop(router).tools(slow()).timeout(Duration.ofSeconds(7)).build()));

            assertThat(failure.kind()).isEqualTo(ErrorKind.DEADLINE);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCancellationStopsTheToolsAndKeepsTheConversation(Run way) {
        simulate(fake().reply(slowCalls(50, 1)).reply(answer("never")), router -> {
            Cancellation cancellation = new Cancellation();
            environment.schedule(Duration.ofSeconds(3).toNanos(), cancellation::cancel);
            long start = environment.nanoTime();
            GatewayException failure = failure(() -> run(
                    way,
                    loop(router).tools(slow()).build(),
                    ChatRequest.of("m", "Well?"),
                    CallOptions.builder().cancellation(cancellation).build()));

            assertThat(since(start)).isEqualTo(Duration.ofSeconds(3));
            assertThat(failure.kind()).isEqualTo(ErrorKind.CANCELLED);
            ToolRun run = ToolRun.of(failure);
            assertThat(run).isNotNull();
            assertThat(results(run.messages())).hasSize(2);
            assertThat(texts(run.messages()).get(1)).isEqualTo("after 1");
        });
        assertThat(running).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "STREAM_ASYNC"})
    void cancellingTheFutureStopsTheTools(Run way) {
        simulate(fake().reply(slowCalls(50)).reply(answer("never")), router -> {
            ToolLoop loop = loop(router).tools(slow()).build();
            ChatRequest request = ChatRequest.of("m", "Well?");
            CompletableFuture<ToolRun> future = way == Run.ASYNC
                    ? loop.runAsync(request)
                    : loop.streamAsync(request, CallOptions.DEFAULT, event -> {});
            environment.schedule(Duration.ofSeconds(3).toNanos(), () -> future.cancel(true));
            long start = environment.nanoTime();

            assertThatThrownBy(() -> environment.join(future))
                    .isInstanceOf(java.util.concurrent.CancellationException.class);
            assertThat(since(start)).isEqualTo(Duration.ofSeconds(3));
        });
        assertThat(running).hasValue(0);
    }

    @Test
    void aToolIsInterruptedWhenItTimesOut() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Boolean> flag = new AtomicReference<>();
        ExecutorService one = Executors.newSingleThreadExecutor();
        FakeProvider fake = FakeProvider.builder("fake")
                .reply(calls(weather("1", "Oslo")))
                .reply(answer("done"))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/big"))
                .build()) {
            Tool deaf = Tool.of("weather", "d", City.class, city -> {
                try {
                    never.await();
                } finally {
                    interrupted.countDown();
                }
                return "never";
            });
            ToolLoop loop = ToolLoop.builder(router)
                    .executor(one)
                    .tools(deaf.withTimeout(Duration.ofMillis(20)))
                    .build();

            assertThat(loop.run("m", "Well?").text()).isEqualTo("done");
            interrupted.await();
            CountDownLatch after = new CountDownLatch(1);
            one.execute(() -> {
                flag.set(Thread.currentThread().isInterrupted());
                after.countDown();
            });
            after.await();
            assertThat(flag).as("the thread is as it was for what it does next").hasValue(false);
        } finally {
            one.shutdown();
        }
    }

    @Test
    void toolsOnAnExecutorOfTheApplicationHaveTheContextOfTheCaller() {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        List<String> seen = new ArrayList<>();
        ExecutorService one = Executors.newSingleThreadExecutor();
        FakeProvider fake = FakeProvider.builder("fake")
                .reply(calls(weather("1", "Oslo")))
                .reply(answer("done"))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/big"))
                .contextPropagation(ContextPropagation.of(tenant))
                .build()) {
            Tool asks = Tool.of("weather", "d", City.class, city -> {
                seen.add(tenant.get());
                return "cold";
            });
            tenant.set("acme");

            assertThat(ToolLoop.builder(router)
                            .executor(one)
                            .tools(asks)
                            .build()
                            .run("m", "Well?")
                            .text())
                    .isEqualTo("done");
            assertThat(seen).containsExactly("acme");
        } finally {
            tenant.remove();
            one.shutdown();
        }
    }

    @Test
    void anInterruptStopsTheToolAndKeepsTheConversation() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread loopThread = Thread.currentThread();
        ExecutorService one = Executors.newSingleThreadExecutor();
        FakeProvider fake = FakeProvider.builder("fake")
                .reply(calls(weather("1", "Oslo")))
                .reply(answer("never"))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/big"))
                .build()) {
            Tool waits = Tool.of("weather", "d", City.class, city -> {
                loopThread.interrupt();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    stopped.countDown();
                }
                return "never";
            });
            ToolLoop loop = ToolLoop.builder(router).executor(one).tools(waits).build();

            GatewayException failure = failure(() -> loop.run("m", "Well?"));
            assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
            assertThat(failure.kind()).isEqualTo(ErrorKind.CANCELLED);
            assertThat(ToolRun.of(failure)).isNotNull();
            stopped.await();
        } finally {
            one.shutdown();
        }
    }

    @Test
    void pastTheTimeOfTheWholeNoToolStarts() {
        simulate(fake().reply(slowCalls(1, 2)), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(slow())
                            .timeout(Duration.ofSeconds(5))
                            .approveBy(request -> {
                                environment.await(Duration.ofSeconds(3).toNanos(), new Cancellation());
                                return ToolDecision.allow();
                            })
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.TIME);
            assertThat(most).as("tools that ran").hasValue(0);
        });
    }

    @Test
    void anExecutorThatRefusesAToolEndsTheLoop() {
        with(fake().reply(slowCalls(1)), router -> {
            ToolLoop loop = loop(router)
                    .executor(task -> {
                        throw new RejectedExecutionException("full");
                    })
                    .tools(slow())
                    .build();

            GatewayException failure = failure(() -> run(Run.PLAIN, loop));
            assertThat(failure.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            assertThat(failure).hasMessageContaining("slow");
            assertThat(ToolRun.of(failure)).isNotNull();
        });
    }

    @Test
    void aToolMayAnswerLater() {
        CompletableFuture<String> later = new CompletableFuture<>();
        simulate(fake().reply(calls(weather("1", "Oslo"))).reply(answer("done")), router -> {
            environment.schedule(Duration.ofSeconds(4).toNanos(), () -> later.complete("sun"));
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(Tool.of("weather", "d", City.class, city -> later))
                            .build());

            assertThat(texts(run.messages())).containsExactly("sun");
        });
    }

    @Test
    void aToolThatAnswersTooLateIsCancelled() {
        CompletableFuture<String> never = new CompletableFuture<>();
        simulate(fake().reply(calls(weather("1", "Oslo"))).reply(answer("done")), router -> {
            run(
                    Run.PLAIN,
                    loop(router)
                            .tools(Tool.of("weather", "d", City.class, city -> never))
                            .build());

            assertThat(never).isCancelled();
        });
    }

    @Test
    void aToolKnowsItsCallAndMayCallModelsInItsName() {
        Caller ada = Caller.builder().tenant("acme").user("ada").build();
        List<CallOptions> own = new ArrayList<>();
        simulate(fake().reply(calls(weather("1", "Oslo"))).reply(answer("done")), router -> {
            Tool tool = Tool.of("weather", "d", City.class, (city, context) -> {
                assertThat(context.caller()).isEqualTo(ada);
                assertThat(context.call()).isEqualTo(weather("1", "Oslo"));
                assertThat(context.round()).isEqualTo(1);
                assertThat(context.remaining()).isEqualTo(Duration.ofSeconds(60));
                own.add(context.options());
                return "sun";
            });
            run(
                    Run.PLAIN,
                    loop(router).tools(tool).build(),
                    ChatRequest.of("m", "Well?"),
                    CallOptions.builder()
                            .caller(ada)
                            .tag("a", "b")
                            .idempotencyKey("k")
                            .build());

            CallOptions options = own.get(0);
            assertThat(options.caller()).isEqualTo(ada);
            assertThat(options.tags()).containsEntry("a", "b");
            assertThat(options.idempotencyKey()).isNull();
            assertThat(options.sessionKey()).isNull();
            assertThat(options.timeouts().total()).isEqualTo(Duration.ofSeconds(60));
        });
    }

    @Test
    void aResultMayBeAnyValueOrParts() {
        ContentPart.Image image = new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"));
        record Sky(String state, int degrees) {}
        List<Object> values = new ArrayList<>(
                List.of(new Sky("sun", 19), List.of(1, 2), image, List.of(new ContentPart.Text("a cat"), image), true));
        values.add(null);
        values.add(ToolOutput.error("ask again tomorrow"));
        dev.aigw.api.chat.ToolCall[] calls = new dev.aigw.api.chat.ToolCall[values.size()];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = weather("" + i, "" + i);
        }
        with(fake().reply(calls(calls)).reply(answer("done")), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(Tool.of(
                                    "weather", "d", City.class, city -> values.get(Integer.parseInt(city.name()))))
                            .build());

            List<ContentPart.ToolResult> results = results(run.messages());
            assertThat(results.get(0).text()).isEqualTo("{\"state\":\"sun\",\"degrees\":19}");
            assertThat(results.get(1).text()).isEqualTo("[1,2]");
            assertThat(results.get(2).content()).containsExactly(image);
            assertThat(results.get(3).content()).containsExactly(new ContentPart.Text("a cat"), image);
            assertThat(results.get(4).text()).isEqualTo("true");
            assertThat(results.get(5).text()).isEqualTo("null");
            assertThat(results.get(6).isError()).isTrue();
        });
    }

    // ------------------------------------------------------------------------------------------------------- approval

    @ParameterizedTest
    @EnumSource
    void aDeniedCallIsAnsweredWithTheReason(Run way) {
        with(fake().reply(slowCalls(1, 2)).reply(answer("done")), router -> {
            List<String> asked = new ArrayList<>();
            ToolRun run = run(
                    way,
                    loop(router)
                            .tools(slow())
                            .approveBy(request -> {
                                asked.add(request.call().id());
                                return request.call().id().equals("0")
                                        ? ToolDecision.deny("too fast")
                                        : ToolDecision.allow();
                            })
                            .build());

            assertThat(asked).containsExactly("0", "1");
            assertThat(texts(run.messages())).containsExactly("This call was not approved: too fast", "after 2");
            assertThat(run.rounds().get(0).outcomes().get(0).status()).isEqualTo(ToolOutcome.Status.DENIED);
            assertThat(run.text()).isEqualTo("done");
        });
    }

    @Test
    void aRuleMayGoByWhatATooLSaysAboutItself() {
        with(
                fake().reply(calls(call("1", "read", "{}"), call("2", "delete", "{}")))
                        .reply(answer("done")),
                router -> {
                    ToolRun run = run(
                            Run.PLAIN,
                            loop(router)
                                    .tools(
                                            Tool.of("read", "d", () -> "text").withHints(ToolHints.READ_ONLY),
                                            Tool.of("delete", "d", () -> "gone"))
                                    .approve(request -> !request.hints().mayDestroy())
                                    .build());

                    assertThat(texts(run.messages()))
                            .containsExactly("text", "This call was not approved: it is not permitted");
                });
    }

    @Test
    void anApprovalMayComeLater() {
        CompletableFuture<ToolDecision> decision = new CompletableFuture<>();
        simulate(fake().reply(slowCalls(1)).reply(answer("done")), router -> {
            environment.schedule(Duration.ofMinutes(10).toNanos(), () -> decision.complete(ToolDecision.allow()));
            long start = environment.nanoTime();
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router).tools(slow()).approveAsync(request -> decision).build());

            assertThat(run.text()).isEqualTo("done");
            assertThat(since(start)).isEqualTo(Duration.ofSeconds(601));
        });
    }

    @Test
    void anApprovalThatDoesNotComeIsCancelledAtTheTimeOfTheWhole() {
        CompletableFuture<ToolDecision> never = new CompletableFuture<>();
        simulate(fake().reply(slowCalls(1)), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(slow())
                            .timeout(Duration.ofMinutes(1))
                            .approveAsync(request -> never)
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.TIME);
            assertThat(results(run.messages())).hasSize(1);
        });
        assertThat(never).isCancelled();
    }

    @ParameterizedTest
    @EnumSource
    void anApprovalMayEndTheLoopBeforeAnyToolRuns(Run way) {
        with(fake().reply(slowCalls(1, 2)), router -> {
            ToolRun run = run(
                    way,
                    loop(router)
                            .tools(slow())
                            .approveBy(request -> request.call().id().equals("1")
                                    ? ToolDecision.stop("ask a person")
                                    : ToolDecision.allow())
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.STOPPED);
            assertThat(run.reason()).contains("ask a person");
            assertThat(run.pendingCalls()).hasSize(2);
            assertThat(results(run.messages())).hasSize(2);
            assertThat(most).hasValue(0);
        });
    }

    @Test
    void anApprovalThatThrowsRunsNothing() {
        with(fake().reply(slowCalls(1)), router -> {
            IllegalStateException bug = new IllegalStateException("bug");
            ToolLoop loop = loop(router)
                    .tools(slow())
                    .approve(request -> {
                        throw bug;
                    })
                    .build();
            GatewayException failure = failure(() -> run(Run.PLAIN, loop));

            assertThat(failure.kind()).isEqualTo(ErrorKind.INTERNAL);
            assertThat(failure).hasCause(bug);
            assertThat(most).hasValue(0);
        });
    }

    // ------------------------------------------------------------------------------------------------------ streaming

    @Test
    void oneStreamGoesOverAllRounds() {
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo")).toBuilder()
                        .parts(List.of(new ContentPart.Text("Let me see. "), weather("1", "Oslo")))
                        .build())
                .chunks("It is ", "cold.")
                .build();
        try (ModelRouter router = router(fake)) {
            ToolRun run = run(Run.STREAM, loop(router).tools(weather()).build());

            StringBuilder text = new StringBuilder();
            events.forEach(event -> text.append(event.text()));
            assertThat(text).hasToString("Let me see. It is cold.");
            assertThat(run.text()).isEqualTo("It is cold.");
            assertThat(events.stream()
                            .filter(event -> !(event instanceof ToolEvent.Delta))
                            .map(event -> event.getClass().getSimpleName() + event.round()))
                    .containsExactly("RoundBegan1", "Replied1", "Called1", "Returned1", "RoundBegan2", "Replied2");
            assertThat(events)
                    .anyMatch(event -> event instanceof ToolEvent.Delta delta
                            && delta.event() instanceof ChatEvent.ToolCallStarted);
            settled(router, fake);
        }
    }

    @Test
    void closingAStreamStopsTheModel() {
        FakeProvider fake =
                fake().streamThenStall(new ChatEvent.TextDelta(0, "a")).build();
        try (ModelRouter router = router(fake)) {
            ToolStream stream = loop(router).tools(weather()).build().stream(ChatRequest.of("m", "Well?"));
            String text = "";
            for (ToolEvent event = stream.next(); event != null && text.isEmpty(); event = stream.next()) {
                text = event.text();
                if (!text.isEmpty()) {
                    break;
                }
            }
            assertThat(fake.openStreams()).isEqualTo(1);
            stream.close();

            assertThat(failure(stream::next).kind()).isEqualTo(ErrorKind.CANCELLED);
            assertThat(failure(stream::result).kind()).isEqualTo(ErrorKind.CANCELLED);
            settled(router, fake);
        }
    }

    @Test
    void closingAStreamStopsTheTools() {
        simulate(fake().reply(slowCalls(50)), router -> {
            ToolStream stream = loop(router).tools(slow()).build().stream(ChatRequest.of("m", "Well?"));
            environment.schedule(Duration.ofSeconds(3).toNanos(), stream::close);

            assertThat(failure(stream::result).kind()).isEqualTo(ErrorKind.CANCELLED);
        });
        assertThat(running).hasValue(0);
    }

    @Test
    void aStreamThatBreaksLeavesWhatArrived() {
        GatewayException broken = GatewayException.of(ErrorKind.STREAM_INTERRUPTED, "broken");
        with(
                fake().reply(calls(weather("1", "Oslo"))).streamThenFail(broken, new ChatEvent.TextDelta(0, "It is")),
                router -> {
                    GatewayException failure = failure(() -> run(
                            Run.STREAM,
                            loop(router).tools(weather()).build(),
                            ChatRequest.of("m", "Well?"),
                            CallOptions.builder()
                                    .streamRecovery(dev.aigw.api.StreamRecovery.FAIL)
                                    .build()));

                    ToolRun run = ToolRun.of(failure);
                    assertThat(run).isNotNull();
                    assertThat(run.interrupted()).isNotNull();
                    assertThat(run.interrupted().text()).isEqualTo("It is");
                    assertThat(run.messages()).hasSize(3);
                });
    }

    @Test
    void aListenerThatThrowsEndsTheLoop() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("done")), router -> {
            IllegalStateException bug = new IllegalStateException("bug");
            assertThatThrownBy(() -> loop(router)
                            .tools(weather())
                            .build()
                            .run(ChatRequest.of("m", "Well?"), CallOptions.DEFAULT, event -> {
                                throw bug;
                            }))
                    .isSameAs(bug);
        });
    }

    @Test
    void anyClientWillDo() {
        List<Caller> callers = new ArrayList<>();
        with(fake().reply("hi"), router -> {
            ToolLoop loop = ToolLoop.builder(new Noting(router, options -> callers.add(options.caller())))
                    .tools(weather())
                    .build();

            loop.run(
                    ChatRequest.of("m", "Well?"),
                    CallOptions.builder().caller(Caller.ofTenant("acme")).build());
            assertThat(ToolLoop.builder(router.as(Caller.ofTenant("acme")))
                            .tools(weather())
                            .build()
                            .run("m", "Well?")
                            .text())
                    .isEqualTo("hi");
        });
        assertThat(callers).containsExactly(Caller.ofTenant("acme"));
    }
}
