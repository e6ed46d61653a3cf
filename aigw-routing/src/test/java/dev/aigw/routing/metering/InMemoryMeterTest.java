package dev.aigw.routing.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryMeterTest {

    private static final Caller ADA = Caller.ofTenant("acme");

    private final TokenMeter meter = Meters.inMemory();

    @Test
    void nothingRecordedIsAnEmptyLedger() {
        assertThat(meter.ledger()).isEqualTo(UsageLedger.EMPTY);
        assertThat(meter.ledger().total()).isEqualTo(UsageLedger.Sum.ZERO);
    }

    @Test
    void eachModelDeploymentAndCallerHasItsRow() {
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), Cost.ZERO));
        meter.record(record("b", "d/1", ADA, TokenUsage.of(2, 1), Cost.ZERO));
        meter.record(record("a", "d/2", ADA, TokenUsage.of(4, 1), Cost.ZERO));
        meter.record(record("a", "d/1", Caller.ANONYMOUS, TokenUsage.of(8, 1), Cost.ZERO));
        meter.record(record("a", "d/1", ADA, TokenUsage.of(16, 1), Cost.ZERO));

        UsageLedger ledger = meter.ledger();
        assertThat(ledger.rows()).hasSize(4);
        assertThat(ledger.byModel().get("a").usage().inputTokens()).isEqualTo(29);
        assertThat(ledger.byDeployment().get("d/2").usage().inputTokens()).isEqualTo(4);
        assertThat(ledger.byCaller().get(Caller.ANONYMOUS).usage().inputTokens())
                .isEqualTo(8);
        assertThat(ledger.total().attempts()).isEqualTo(5);
    }

    @Test
    void tagsThatAreKeptApartHaveTheirSums() {
        TokenMeter tagged = Meters.builder().tag("feature").tag("arm").build();
        tagged.record(tagged("c1", 1, Map.of("feature", "summary", "arm", "b", "noise", "1"), 1));
        tagged.record(tagged("c2", 1, Map.of("feature", "summary", "arm", "a", "noise", "2"), 2));
        tagged.record(tagged("c3", 1, Map.of(), 4));

        UsageLedger ledger = tagged.ledger();
        assertThat(ledger.rows()).hasSize(3);
        assertThat(ledger.byTag("feature").get("summary").usage().inputTokens()).isEqualTo(3);
        assertThat(ledger.byTag("feature").get("").usage().inputTokens()).isEqualTo(4);
        assertThat(ledger.byTag("arm").get("b").usage().inputTokens()).isEqualTo(1);
        assertThat(ledger.total().attempts()).isEqualTo(3);
    }

    @Test
    void recentCallsCanBeAskedForTheirSum() {
        TokenMeter keeping = Meters.builder().recentCalls(100).build();
        keeping.record(tagged("c1", 1, Map.of(), 1));
        keeping.record(tagged("c1", 2, Map.of(), 2));
        keeping.record(tagged("c2", 1, Map.of(), 4));

        UsageLedger.Sum first = Objects.requireNonNull(keeping.call("c1"));
        assertThat(first.attempts()).isEqualTo(2);
        assertThat(first.usage().inputTokens()).isEqualTo(3);
        assertThat(keeping.call("c9")).isNull();
        assertThat(meter.call("c1")).as("a meter that keeps no calls").isNull();
    }

    @Test
    void eachRecordIsPassedOnOnceAndAFailingListenerHarmsNoCall() {
        List<String> billed = new ArrayList<>();
        TokenMeter exporting = Meters.builder()
                .listener(record -> {
                    throw new IllegalStateException("the billing system is down");
                })
                .listener(record -> billed.add(record.callId() + "/" + record.attempt()))
                .build();
        exporting.record(tagged("c1", 1, Map.of(), 1));
        exporting.record(tagged("c1", 2, Map.of(), 1));

        assertThat(billed).containsExactly("c1/1", "c1/2");
        assertThat(exporting.ledger().total().attempts()).isEqualTo(2);
    }

    private static MeterRecord tagged(String call, int attempt, Map<String, String> tags, long input) {
        return MeterRecord.builder()
                .callId(call)
                .attempt(attempt)
                .operation("chat")
                .model("a")
                .deployment("d/1")
                .caller(ADA)
                .tags(tags)
                .outcome(Outcome.SUCCESS)
                .usage(TokenUsage.of(input, 0))
                .cost(Cost.ZERO)
                .build();
    }

    @Test
    void outcomesAreCounted() {
        for (Outcome outcome : List.of(Outcome.SUCCESS, Outcome.FAILED, Outcome.FAILED, Outcome.ABANDONED)) {
            meter.record(MeterRecord.builder()
                    .callId("c1")
                    .operation("chat")
                    .model("a")
                    .deployment("d/1")
                    .caller(ADA)
                    .outcome(outcome)
                    .cost(Cost.ZERO)
                    .build());
        }

        assertThat(meter.ledger().total())
                .isEqualTo(UsageLedger.Sum.builder()
                        .attempts(4)
                        .failed(2)
                        .abandoned(1)
                        .build());
    }

    @Test
    void absentBucketsStayAbsentAndOneEstimateMarksTheSum() {
        meter.record(record("a", "d/1", ADA, TokenUsage.builder().input(0).build(), Cost.ZERO));
        assertThat(total().usage()).isEqualTo(TokenUsage.builder().input(0).build());

        meter.record(record(
                "a",
                "d/1",
                ADA,
                TokenUsage.builder()
                        .reasoning(5)
                        .provenance(Provenance.ESTIMATED)
                        .build(),
                Cost.ZERO));
        assertThat(total().usage().get(Bucket.OUTPUT)).isEmpty();
        assertThat(total().usage().get(Bucket.REASONING)).hasValue(5);
        assertThat(total().usage().provenance()).isEqualTo(Provenance.ESTIMATED);
    }

    @Test
    void anUnknownCostIsCountedAndDoesNotHideTheKnownOnes() {
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), usd("0.1")));
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), Cost.UNKNOWN));
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), usd("0.2")));

        assertThat(total().cost()).isEqualTo(usd("0.3"));
        assertThat(total().unpriced()).isEqualTo(1);
    }

    @Test
    void aCostInAnotherCurrencyThanTheRowsIsCountedAsMissing() {
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), usd("0.1")));
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), Cost.of(BigDecimal.ONE, "EUR")));

        assertThat(total().cost()).isEqualTo(usd("0.1"));
        assertThat(total().unpriced()).isEqualTo(1);
    }

    @Test
    void aLedgerIsASnapshot() {
        UsageLedger before = meter.ledger();
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 1), Cost.ZERO));

        assertThat(before.rows()).isEmpty();
    }

    @Test
    void callersBeyondTheMaximumArePutTogether() {
        TokenMeter small = Meters.builder().maximumRows(20).build(); // 17, 2 by model, and the last one
        for (int i = 0; i < 100; i++) {
            small.record(record("a", "d/1", Caller.ofTenant("t" + i), TokenUsage.of(1, 0), usd("0.1")));
        }

        assertThat(small.ledger().rows()).hasSize(18);
        assertThat(small.ledger().byCaller().get(InMemoryMeter.OTHERS).attempts())
                .isEqualTo(83);
        assertThat(small.ledger().byModel().get("a").attempts()).isEqualTo(100);
        assertThat(small.ledger().total().cost()).isEqualTo(usd("10.0"));
    }

    @Test
    void inventedModelNamesEndInOneRowAndAllSumsStayExact() {
        TokenMeter meter = Meters.builder().maximumRows(1_000).tag("feature").build();
        for (int i = 0; i < 250_000; i++) {
            meter.record(record("d/" + i, "d/" + i, Caller.ofTenant("t" + i % 7), TokenUsage.of(2, 1), usd("0.01")));
        }

        UsageLedger ledger = meter.ledger();
        assertThat(ledger.rows()).hasSize(1_000);
        assertThat(ledger.byModel().get(InMemoryMeter.OTHER).attempts()).isEqualTo(250_000 - 999);
        assertThat(ledger.total().attempts()).isEqualTo(250_000);
        assertThat(ledger.total().usage()).isEqualTo(TokenUsage.of(500_000, 250_000));
        assertThat(ledger.total().cost()).isEqualTo(usd("2500.00"));
    }

    @Test
    void namesThatAreVeryLongGetNoRowsOfTheirOwn() {
        TokenMeter meter = Meters.builder().maximumRows(100).build();
        String padding = "x".repeat(1_000_000);
        for (int i = 0; i < 50; i++) {
            meter.record(record("a", "d/1", Caller.ofTenant(padding + i), TokenUsage.of(1, 0), Cost.ZERO));
        }
        meter.record(record("a", "d/1", ADA, TokenUsage.of(1, 0), Cost.ZERO));

        assertThat(meter.ledger().rows()).hasSize(2);
        assertThat(meter.ledger().byCaller().get(InMemoryMeter.OTHERS).attempts())
                .isEqualTo(50);
        assertThat(meter.ledger().byCaller().get(ADA).attempts()).isEqualTo(1);
    }

    @Test
    void theMaximumHoldsWhileManyThreadsAddRows() throws Exception {
        TokenMeter small = Meters.builder().maximumRows(100).build();
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            done.add(pool.submit(() -> {
                start.await();
                for (int i = 0; i < 2_000; i++) { // the same names in each thread
                    small.record(record("m" + i, "d/1", ADA, TokenUsage.of(1, 0), Cost.ZERO));
                }
                return null;
            }));
        }
        for (Future<?> task : done) {
            task.get(30, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(small.ledger().rows()).hasSizeLessThanOrEqualTo(100);
        assertThat(small.ledger().total().attempts()).isEqualTo(threads * 2_000L);
    }

    @Test
    void namesOfVendorsToolsAreBoundedAndTheirUsesAreNot() {
        for (int i = 0; i < 1_000; i++) {
            TokenUsage usage =
                    TokenUsage.builder().input(1).serverTool("tool" + i, 2).build();
            meter.record(record("a", "d/1", ADA, usage, Cost.ZERO));
        }

        Map<String, Long> uses = total().usage().serverToolUses();
        assertThat(uses).hasSize(101).containsEntry("(others)", 1_800L).containsEntry("tool0", 2L);
    }

    @Test
    void sumsAreExactHoweverManyThreadsRecord() throws Exception {
        int threads = 16;
        int each = 5_000;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Caller caller = Caller.ofTenant("t" + t % 3);
            done.add(pool.submit(() -> {
                start.await();
                for (int i = 0; i < each; i++) {
                    meter.record(record(
                            "a",
                            "d/" + i % 2,
                            caller,
                            TokenUsage.of(3, 2),
                            i % 10 == 0 ? Cost.UNKNOWN : usd("0.0001")));
                }
                return null;
            }));
        }
        for (Future<?> task : done) {
            task.get(30, TimeUnit.SECONDS);
        }
        pool.shutdown();

        long all = (long) threads * each;
        assertThat(meter.ledger().rows()).hasSize(6);
        assertThat(total().attempts()).isEqualTo(all);
        assertThat(total().usage()).isEqualTo(TokenUsage.of(3 * all, 2 * all));
        assertThat(total().unpriced()).isEqualTo(all / 10);
        assertThat(total().cost())
                .isEqualTo(Cost.usd(new BigDecimal("0.0001").multiply(BigDecimal.valueOf(all * 9 / 10))));
    }

    private UsageLedger.Sum total() {
        return meter.ledger().total();
    }

    private static MeterRecord record(String model, String deployment, Caller caller, TokenUsage usage, Cost cost) {
        return MeterRecord.builder()
                .callId("c1")
                .operation("chat")
                .model(model)
                .deployment(deployment)
                .caller(caller)
                .outcome(Outcome.SUCCESS)
                .usage(usage)
                .cost(cost)
                .build();
    }

    private static Cost usd(String amount) {
        return Cost.usd(new BigDecimal(amount));
    }
}
