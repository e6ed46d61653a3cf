package dev.aigw.routing.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Capability;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPolling;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.rollout.Shadow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchesTest extends RouterHarness {

    /** A dollar a million tokens either way, half in batches. */
    private static final Price PRICE = Price.usdPerMillion("1", "1").tier(Price.BATCH, "0.5");

    private final FakeBatches vendor = new FakeBatches();
    private final List<MeterRecord> records = new ArrayList<>();

    BatchesTest() {
        super(42);
    }

    private ModelRouter.Builder routing(FakeProvider fake) {
        return builder(fake)
                .model("m", model -> model.deployment("fake/up", deployment -> deployment.price(PRICE)))
                .meter(Meters.builder().recentCalls(10).listener(records::add).build());
    }

    private ModelRouter router() {
        return routing(fake().reply("plain").batches(vendor).build()).build();
    }

    private static BatchRequest chats(int count) {
        BatchRequest.Builder batch = BatchRequest.builder("m");
        for (int i = 0; i < count; i++) {
            batch.chat("item-" + i, ChatRequest.of("m", "question " + i));
        }
        return batch.build();
    }

    private static List<BatchResult> read(ModelRouter router, BatchHandle handle) {
        List<BatchResult> read = new ArrayList<>();
        try (BatchResults results = router.batches().results(handle)) {
            results.forEach(read::add);
        }
        return read;
    }

    private static Map<String, BatchResult> byId(List<BatchResult> results) {
        Map<String, BatchResult> byId = new HashMap<>();
        for (BatchResult result : results) {
            assertThat(byId.put(result.id(), result)).as(result.id()).isNull();
        }
        return byId;
    }

    @Test
    void eachItemHasItsOwnAnswerWhateverTheOrderOfTheVendorsFile() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(50));
            vendor.end(State.COMPLETED);

            Map<String, BatchResult> results = byId(read(router, handle));

            assertThat(results).hasSize(50);
            for (int i = 0; i < 50; i++) {
                assertThat(results.get("item-" + i).chat().text()).isEqualTo("answer to question " + i);
            }
            assertThat(vendor.openResults()).isZero();
            settled(router);
        }
    }

    @Test
    void aStoredHandleIsReadByANewRouterAfterARestart() {
        String stored;
        try (ModelRouter before = router()) {
            BatchHandle handle = before.batches()
                    .submit(
                            chats(7),
                            CallOptions.builder()
                                    .caller(Caller.ofTenant("acme"))
                                    .tag("job", "nightly")
                                    .build());
            stored = handle.text();
        }
        vendor.end(State.COMPLETED);

        try (ModelRouter after = router()) {
            BatchHandle handle = BatchHandle.parse(stored);

            assertThat(read(after, handle)).hasSize(7).allMatch(BatchResult::succeeded);
            assertThat(records).hasSize(7).allSatisfy(record -> {
                assertThat(record.caller()).isEqualTo(Caller.ofTenant("acme"));
                assertThat(record.tags()).containsEntry("job", "nightly");
                assertThat(record.deployment()).isEqualTo("fake/up");
            });
        }
    }

    @Test
    void eachItemIsMeteredOnceAtTheBatchPrice() {
        vendor.fail("item-1", ErrorKind.CONTENT_FILTERED);
        TokenMeter meter =
                Meters.builder().recentCalls(10).listener(records::add).build();
        try (ModelRouter router = builder(fake().reply("plain").batches(vendor).build())
                .model("m", model -> model.deployment("fake/up", deployment -> deployment.price(PRICE)))
                .meter(meter)
                .build()) {
            BatchHandle handle = router.batches().submit(chats(3));
            assertThat(meter.ledger().rows()).as("a submission costs nothing").isEmpty();
            vendor.end(State.COMPLETED);

            read(router, handle);
            read(router, handle);

            assertThat(records).hasSize(3);
            assertThat(records.stream().map(MeterRecord::attempt)).containsExactlyInAnyOrder(1, 2, 3);
            assertThat(records.stream().filter(record -> record.outcome() == Outcome.FAILED))
                    .singleElement()
                    .satisfies(record -> assertThat(record.cost()).isEqualTo(Cost.ZERO));
            UsageLedger.Sum sum = meter.call(handle.id());
            assertThat(sum.usage().totalTokens()).isEqualTo(220);
            assertThat(sum.cost().amount()).as("half of 220 millionths").isEqualByComparingTo("0.00011");
        }
    }

    @Test
    void aHandleThatSaysMeteredIsNotMeteredAgainAfterARestart() {
        BatchHandle read;
        try (ModelRouter before = router()) {
            BatchHandle handle = before.batches().submit(chats(3));
            vendor.end(State.COMPLETED);
            try (BatchResults results = before.batches().results(handle)) {
                assertThat(results.handle().metered()).isFalse();
                results.forEach(result -> {});
                read = BatchHandle.parse(results.handle().text());
            }
        }
        assertThat(read.metered()).isTrue();
        assertThat(records).hasSize(3);

        try (ModelRouter after = router()) {
            assertThat(read(after, read)).hasSize(3);
            assertThat(records).hasSize(3);
        }
    }

    @Test
    void aRecordThatComesAgainAfterACrashHasTheSameCallIdAndAttempt() {
        String stored;
        try (ModelRouter before = router()) {
            stored = before.batches().submit(chats(2)).text();
            vendor.end(State.COMPLETED);
            read(before, BatchHandle.parse(stored));
        }
        try (ModelRouter after = router()) {
            read(after, BatchHandle.parse(stored));
        }

        assertThat(records.subList(2, 4)).containsExactlyElementsOf(records.subList(0, 2));
    }

    @Test
    void aPriceWithoutABatchTierMakesTheCostUnknown() {
        try (ModelRouter router = builder(fake().reply("plain").batches(vendor).build())
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/up", deployment -> deployment.price(Price.usdPerMillion("1", "1"))))
                .meter(Meters.builder().listener(records::add).build())
                .build()) {
            BatchHandle handle = router.batches().submit(chats(1));
            vendor.end(State.COMPLETED);
            read(router, handle);

            assertThat(records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.cost()).isEqualTo(Cost.UNKNOWN));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"COMPLETED", "CANCELLED", "EXPIRED", "FAILED"})
    void itemsWithoutAResultFailAsTheBatchEnded(State end) {
        vendor.lose("item-1");
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(3));
            vendor.end(end);

            Map<String, BatchResult> results = byId(read(router, handle));

            assertThat(results).hasSize(3);
            GatewayException lost = results.get("item-1").failure();
            assertThat(lost).isNotNull();
            assertThat(lost.kind())
                    .isEqualTo(
                            switch (end) {
                                case CANCELLED -> ErrorKind.CANCELLED;
                                case EXPIRED -> ErrorKind.TIMEOUT;
                                case FAILED -> ErrorKind.INVALID_REQUEST;
                                default -> ErrorKind.MALFORMED_RESPONSE;
                            });
            assertThat(results.get("item-0").succeeded()).isEqualTo(end != State.FAILED);
        }
    }

    @Test
    void everyItemEndsOnceWhateverTheVendorLosesRepeatsBreaksAndMakesUp() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            FakeBatches wild = new FakeBatches().maxItems(1 + random.nextInt(9));
            int count = 1 + random.nextInt(30);
            for (int i = 0; i < count; i++) {
                String other = "item-" + random.nextInt(count);
                switch (random.nextInt(6)) {
                    case 0 -> wild.lose("item-" + i);
                    case 1 -> wild.fail("item-" + i, ErrorKind.SERVER_ERROR);
                    case 2 ->
                        wild.answer(
                                "item-" + i,
                                item -> BatchResult.of(
                                        other, GatewayException.of(ErrorKind.CONTEXT_TOO_LONG, "another's")));
                    case 3 ->
                        wild.answer(
                                "item-" + i,
                                item -> BatchResult.of(
                                        "made-up", GatewayException.of(ErrorKind.SERVER_ERROR, "nobody's")));
                    default -> {}
                }
            }
            wild.breakResultsAfter(random.nextInt(10));
            records.clear();
            try (ModelRouter router =
                    routing(fake().reply("plain").batches(wild).build()).build()) {
                BatchHandle handle = router.batches().submit(chats(count));
                wild.end(random.nextBoolean() ? State.COMPLETED : State.EXPIRED);

                assertThat(byId(read(router, handle))).as("seed " + seed).hasSize(count);
                assertThat(records).as("seed " + seed).hasSize(count);
                assertThat(wild.openResults()).as("seed " + seed).isZero();
            }
        }
    }

    @Test
    void resultsGoOnWhereTheConnectionBroke() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(20));
            vendor.end(State.COMPLETED);
            vendor.breakResultsAfter(8);

            try (BatchResults results = router.batches().results(handle)) {
                List<BatchResult> read = new ArrayList<>();
                results.forEach(read::add);
                assertThat(byId(read)).hasSize(20);
                assertThat(read).allMatch(BatchResult::succeeded);
                assertThat(results.warnings()).isEmpty();
            }
            assertThat(records).hasSize(20);
        }
    }

    @Test
    void readingTakesAsLongAsItTakesAndStopsWhenItIsCancelled() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(3));
            vendor.end(State.COMPLETED);
            Cancellation cancellation = new Cancellation();
            CallOptions options = CallOptions.builder()
                    .timeouts(Timeouts.builder()
                            .total(Duration.ofNanos(1))
                            .idle(Duration.ofSeconds(5))
                            .build())
                    .cancellation(cancellation)
                    .build();

            try (BatchResults results = router.batches().results(handle, options)) {
                Iterator<BatchResult> iterator = results.iterator();
                assertThat(iterator.next().succeeded()).isTrue();
                cancellation.cancel();
                assertThat(failure(iterator::next).kind()).isEqualTo(ErrorKind.CANCELLED);
            }
            assertThat(vendor.openResults()).isZero();
        }
    }

    @Test
    void resultsAreRefusedBeforeTheBatchHasEndedAndReadOnce() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));

            GatewayException early = failure(() -> router.batches().results(handle));
            assertThat(early.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(early).hasMessageContaining("await it");

            vendor.end(State.COMPLETED);
            try (BatchResults results = router.batches().results(handle)) {
                assertThat(results.iterator().hasNext()).isTrue();
                assertThatThrownBy(results::iterator).isInstanceOf(IllegalStateException.class);
            }
            assertThat(vendor.openResults()).isZero();
        }
    }

    @Test
    void aLargeBatchIsDividedAndIsOneToItsReader() {
        vendor.maxItems(4);
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(10));
            assertThat(handle.parts()).hasSize(3);
            assertThat(router.batches().status(handle).total()).isEqualTo(10);
            vendor.end(State.COMPLETED);

            BatchStatus status = router.batches().status(handle);
            assertThat(status.state()).isEqualTo(State.COMPLETED);
            assertThat(status.succeeded()).isEqualTo(10);
            assertThat(byId(read(router, handle))).hasSize(10);
        }
    }

    @Test
    void cancellingStopsEachPart() {
        vendor.maxItems(1);
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(2));

            assertThat(router.batches().cancel(handle).state()).isEqualTo(State.CANCELLED);
            assertThat(vendor.ids()).allMatch(id -> vendor.state(id) == State.CANCELLED);
        }
    }

    @Test
    void embeddingsAreABatchToo() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches()
                    .submit(BatchRequest.builder("m")
                            .embedding("e", EmbeddingRequest.of("m", "one", "two"))
                            .build());
            vendor.end(State.COMPLETED);

            assertThat(read(router, handle))
                    .singleElement()
                    .satisfies(result ->
                            assertThat(result.embedding().embeddings()).hasSize(2));
            assertThat(records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.operation()).isEqualTo("embed"));
        }
    }

    @Test
    void aDeploymentThatTakesNoBatchesIsPassedOver() {
        FakeProvider plain = FakeProvider.builder("plain").reply("no batches").build();
        FakeProvider fake = fake().reply("plain").batches(vendor).build();
        try (ModelRouter router = builder(plain, fake)
                .model("m", model -> model.deployment("plain/up").deployment("fake/up"))
                .build()) {
            assertThat(router.batches().submit(chats(1)).deployment()).isEqualTo("fake/up");
        }
        try (ModelRouter router =
                builder(plain).model("m", model -> model.deployment("plain/up")).build()) {
            GatewayException none = failure(() -> router.batches().submit(chats(1)));
            assertThat(none.kind()).isEqualTo(ErrorKind.NO_ROUTE);
            assertThat(none).hasMessageContaining("does not support batch.chat");
        }
    }

    @Test
    void oneItemThatNeedsACapabilityDecidesForTheWholeBatch() {
        FakeProvider fake = fake().reply("plain").batches(vendor).build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/blind", deployment -> deployment.lacks(Capability.VISION))
                                .deployment("fake/seeing")
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            BatchRequest batch = BatchRequest.builder("m")
                    .chat("text", ChatRequest.of("m", "hello"))
                    .chat(
                            "picture",
                            ChatRequest.builder("m")
                                    .message(Message.user(
                                            "what is it?",
                                            new ContentPart.Image(Media.ofUrl("https://example.org/a.png"))))
                                    .build())
                    .build();

            assertThat(router.batches().submit(batch).deployment()).isEqualTo("fake/seeing");
        }
    }

    @Test
    void aDeploymentThatIsNotDeclaredAnyMoreIsNamed() {
        BatchHandle handle;
        try (ModelRouter before = router()) {
            handle = before.batches().submit(chats(1));
        }
        try (ModelRouter after = builder(fake().reply("plain").batches(vendor).build())
                .model("other", model -> model.deployment("fake/else"))
                .build()) {
            GatewayException lost = failure(() -> after.batches().status(handle));
            assertThat(lost.kind()).isEqualTo(ErrorKind.NO_ROUTE);
            assertThat(lost).hasMessageContaining("fake/up").hasMessageContaining("declare the model \"m\"");
        }
    }

    @Test
    void anotherVendorGetsNoExtraFieldsThatWereNotMeantForIt() {
        FakeBatches second = new FakeBatches();
        FakeProvider first = FakeProvider.builder("first")
                .batches(vendor.refuse(ErrorKind.OVERLOADED))
                .reply("plain")
                .build();
        FakeProvider other =
                FakeProvider.builder("other").batches(second).reply("plain").build();
        try (ModelRouter router = builder(first, other)
                .model(
                        "m",
                        model -> model.deployment("first/up")
                                .deployment("other/up")
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            ChatRequest chat = ChatRequest.builder("m")
                    .user("hello")
                    .extra("own", 1)
                    .extra("other", "meant", 2)
                    .build();

            BatchHandle handle = router.batches()
                    .submit(BatchRequest.builder("m").chat("a", chat).build());

            assertThat(handle.deployment()).isEqualTo("other/up");
            assertThat(second.items().get(0).request().extra()).isEqualTo(Map.of("meant", 2));
            assertThat(handle.warnings()).anyMatch(warning -> warning.contains("[own]"));
        }
    }

    @Test
    void whatMayHaveBeenSubmittedIsNotSubmittedAgain() {
        FakeBatches second = new FakeBatches();
        FakeProvider first = FakeProvider.builder("first")
                .batches(vendor.refuse(ErrorKind.UNCONFIRMED))
                .reply("plain")
                .build();
        FakeProvider other =
                FakeProvider.builder("other").batches(second).reply("plain").build();
        try (ModelRouter router = builder(first, other)
                .model("spare", model -> model.deployment("other/up"))
                .model("m", model -> model.deployment("first/up").fallback("spare"))
                .build()) {
            assertThat(failure(() -> router.batches().submit(chats(1))).kind()).isEqualTo(ErrorKind.UNCONFIRMED);
            assertThat(second.ids()).isEmpty();
            assertThat(vendor.ids()).isEmpty();
        }
    }

    @Test
    void aShadowGetsNoCopyOfABatch() {
        FakeProvider fake = fake().reply("plain").batches(vendor).build();
        try (ModelRouter router = builder(fake)
                .model("shadow", model -> model.deployment("fake/shadow"))
                .model(
                        "m",
                        model -> model.deployment("fake/up")
                                .shadow(Shadow.builder("shadow").share(1).build()))
                .build()) {
            environment.simulate(() -> router.batches().submit(chats(1)));

            assertThat(vendor.ids()).hasSize(1);
        }
    }

    // ---- limits

    private ModelRouter limited(Limits limits) {
        return routing(fake().reply("plain").batches(vendor).build())
                .limits(limits)
                .build();
    }

    private static Limits budget(String dollars) {
        return Limits.builder()
                .limit(
                        "budget",
                        limit -> limit.cost(Cost.usd(new BigDecimal(dollars))).per(Window.calendar(Window.Unit.MONTH)))
                .build();
    }

    private static BatchRequest bounded(int count) {
        BatchRequest.Builder batch = BatchRequest.builder("m");
        for (int i = 0; i < count; i++) {
            batch.chat(
                    "item-" + i,
                    ChatRequest.builder("m")
                            .user("hello")
                            .maxOutputTokens(1_000)
                            .build());
        }
        return batch.build();
    }

    @Test
    void aBudgetReservesTheBatchPriceOfAllItemsAndIsSettledWithTheResults() {
        Limits limits = budget("1");
        try (ModelRouter router = limited(limits)) {
            BatchHandle handle = router.batches().submit(bounded(10));
            BigDecimal reserved = limits.usage().get(0).reserved();
            assertThat(reserved).isBetween(new BigDecimal("0.005"), new BigDecimal("0.0052"));
            vendor.end(State.COMPLETED);

            read(router, handle);

            assertThat(limits.usage().get(0).reserved()).isEqualByComparingTo("0");
            assertThat(limits.usage().get(0).used()).isEqualByComparingTo("0.00055");
            read(router, handle);
            assertThat(limits.usage().get(0).used()).isEqualByComparingTo("0.00055");
        }
    }

    @Test
    void aRouterThatClosesChargesWhatItsBatchesHaveReserved() {
        Limits limits = budget("1");
        String stored;
        try (ModelRouter before = limited(limits)) {
            stored = before.batches().submit(bounded(10)).text();
        }
        BigDecimal charged = limits.usage().get(0).used();
        assertThat(charged).isBetween(new BigDecimal("0.005"), new BigDecimal("0.0052"));
        assertThat(limits.usage().get(0).reserved()).isEqualByComparingTo("0");
        vendor.end(State.COMPLETED);

        try (ModelRouter after = router()) {
            read(after, BatchHandle.parse(stored));
        }
        assertThat(limits.usage().get(0).used()).isEqualByComparingTo(charged);
    }

    @Test
    void aBatchThatABudgetCannotPayIsNotSubmitted() {
        try (ModelRouter router = limited(budget("0.001"))) {
            GatewayException refused = failure(() -> router.batches().submit(bounded(10)));

            assertThat(refused.kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
            assertThat(vendor.ids()).isEmpty();
        }
    }

    @Test
    void concurrencyIsFreeAgainOnceABatchIsSubmitted() {
        Limits limits =
                Limits.builder().limit("one", limit -> limit.concurrency(1)).build();
        try (ModelRouter router = limited(limits)) {
            router.batches().submit(chats(1));
            router.batches().submit(chats(1));

            assertThat(vendor.ids()).hasSize(2);
        }
    }

    // ---- waiting

    private enum Waiting {
        BLOCKING,
        ASYNC
    }

    private BatchStatus await(Waiting how, ModelRouter router, BatchHandle handle, BatchPolling polling) {
        if (how == Waiting.BLOCKING) {
            return router.batches().await(handle, polling);
        }
        try {
            return environment.join(router.batches().awaitAsync(handle, polling));
        } catch (CompletionException e) {
            throw (GatewayException) e.getCause();
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingPollsLessAndLessOftenUntilTheEnd(Waiting how) {
        vendor.endAfterPolls(20);
        List<State> seen = new ArrayList<>();
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            long start = environment.nanoTime();

            BatchStatus status = await(
                    how,
                    router,
                    handle,
                    BatchPolling.builder()
                            .onStatus(each -> seen.add(each.state()))
                            .build());

            assertThat(status.state()).isEqualTo(State.COMPLETED);
            assertThat(vendor.polls()).isEqualTo(20);
            assertThat(seen).hasSize(20).endsWith(State.COMPLETED);
            Duration waited = Duration.ofNanos(environment.nanoTime() - start);
            assertThat(waited).isBetween(Duration.ofMinutes(40), Duration.ofMinutes(90));
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingSurvivesFailuresThatPassAndNoOthers(Waiting how) {
        vendor.endAfterPolls(3);
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            for (ErrorKind kind : List.of(
                    ErrorKind.RATE_LIMITED,
                    ErrorKind.CONNECTION,
                    ErrorKind.SERVER_ERROR,
                    ErrorKind.OVERLOADED,
                    ErrorKind.TIMEOUT)) {
                vendor.failStatus(kind);
            }
            assertThat(await(how, router, handle, BatchPolling.DEFAULT).state()).isEqualTo(State.COMPLETED);

            vendor.failStatus(ErrorKind.AUTHENTICATION);
            assertThat(failure(() -> await(how, router, handle, BatchPolling.DEFAULT))
                            .kind())
                    .isEqualTo(ErrorKind.AUTHENTICATION);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingKeepsToThePauseThatTheVendorAsksFor(Waiting how) {
        vendor.endAfterPolls(2);
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            vendor.failStatus(GatewayException.builder(ErrorKind.RATE_LIMITED, "planned")
                    .retryAfter(Duration.ofMinutes(20))
                    .build());
            long start = environment.nanoTime();

            await(how, router, handle, BatchPolling.DEFAULT);

            assertThat(Duration.ofNanos(environment.nanoTime() - start))
                    .isBetween(Duration.ofMinutes(20), Duration.ofMinutes(21));
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingGivesUpAfterTooManyFailuresInARow(Waiting how) {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            for (int i = 0; i < 4; i++) {
                vendor.failStatus(ErrorKind.CONNECTION);
            }

            assertThat(failure(() -> await(
                                    how,
                                    router,
                                    handle,
                                    BatchPolling.builder().maxFailures(3).build()))
                            .kind())
                    .isEqualTo(ErrorKind.CONNECTION);
            assertThat(vendor.polls()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingEndsAtItsDeadlineAfterALastLook(Waiting how) {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            long start = environment.nanoTime();

            GatewayException late = failure(() -> await(
                    how,
                    router,
                    handle,
                    BatchPolling.builder().deadline(Duration.ofMinutes(7)).build()));

            assertThat(late.kind()).isEqualTo(ErrorKind.DEADLINE);
            assertThat(late).hasMessageContaining("it goes on");
            assertThat(environment.nanoTime() - start)
                    .isEqualTo(Duration.ofMinutes(7).toNanos());
            assertThat(vendor.state(vendor.ids().get(0))).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void cancellingTheWaitLeavesTheBatchRunning() {
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            Cancellation cancellation = new Cancellation();
            CompletableFuture<BatchStatus> waiting = router.batches()
                    .awaitAsync(
                            handle,
                            BatchPolling.builder().cancellation(cancellation).build());
            CompletableFuture<BatchStatus> other = router.batches().awaitAsync(handle, BatchPolling.DEFAULT);
            assertThat(environment.scheduled()).isEqualTo(2);

            cancellation.cancel();
            other.cancel(true);

            assertThat(failure(() -> rethrow(waiting)).kind()).isEqualTo(ErrorKind.CANCELLED);
            assertThat(other.isCancelled()).isTrue();
            assertThat(environment.scheduled()).isZero();
            assertThat(vendor.state(vendor.ids().get(0))).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void aRouterThatClosesEndsTheWaiting() {
        CompletableFuture<BatchStatus> waiting;
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            waiting = router.batches().awaitAsync(handle, BatchPolling.DEFAULT);
        }

        assertThat(failure(() -> rethrow(waiting)).kind()).isEqualTo(ErrorKind.ROUTER_CLOSED);
    }

    private static void rethrow(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CancellationException e) {
            throw new AssertionError("cancelled", e);
        } catch (CompletionException e) {
            throw (GatewayException) e.getCause();
        }
    }

    @Test
    void aReplyWithoutUsageIsNotFree() {
        vendor.answer(
                "item-0",
                item -> BatchResult.of(
                        item.id(), ChatResponse.builder().text("no usage").build()));
        try (ModelRouter router = router()) {
            BatchHandle handle = router.batches().submit(chats(1));
            vendor.end(State.COMPLETED);
            read(router, handle);

            assertThat(records).singleElement().satisfies(record -> {
                assertThat(record.usage()).isEqualTo(TokenUsage.NONE);
                assertThat(record.cost()).isEqualTo(Cost.UNKNOWN);
            });
        }
    }
}
