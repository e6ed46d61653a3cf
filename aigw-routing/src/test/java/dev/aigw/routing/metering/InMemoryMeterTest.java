package dev.aigw.routing.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.TokenMeter.MeterRecord;
import dev.aigw.api.spi.UsageLedger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void outcomesAreCounted() {
        for (Outcome outcome : List.of(Outcome.SUCCESS, Outcome.FAILED, Outcome.FAILED, Outcome.ABANDONED)) {
            meter.record(
                    new MeterRecord("c1", 1, "chat", "a", "d/1", ADA, Map.of(), outcome, TokenUsage.NONE, Cost.ZERO));
        }

        assertThat(meter.ledger().total()).isEqualTo(new UsageLedger.Sum(4, 2, 1, TokenUsage.NONE, Cost.ZERO, 0));
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
        TokenMeter small = new InMemoryMeter(2);
        for (int i = 0; i < 10; i++) {
            small.record(record("a", "d/1", Caller.ofTenant("t" + i), TokenUsage.of(1, 0), Cost.ZERO));
        }

        assertThat(small.ledger().rows()).hasSize(3);
        assertThat(small.ledger().byCaller().get(InMemoryMeter.OTHERS).attempts())
                .isEqualTo(8);
        assertThat(small.ledger().total().attempts()).isEqualTo(10);
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
        return new MeterRecord("c1", 1, "chat", model, deployment, caller, Map.of(), Outcome.SUCCESS, usage, cost);
    }

    private static Cost usd(String amount) {
        return Cost.usd(new BigDecimal(amount));
    }
}
