package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.deployment.Charging.Payer;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.resilience.HedgePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who pays for attempts beyond a call's first. */
class ChargingTest extends RouterHarness {

    private static final Caller ACME = Caller.ofTenant("acme");

    private final List<MeterRecord> records = new ArrayList<>();
    private final TokenMeter meter = new TokenMeter() {
        @Override
        public void record(MeterRecord record) {
            records.add(record);
        }

        @Override
        public UsageLedger ledger() {
            return UsageLedger.EMPTY;
        }
    };
    private final Limits limits = Limits.builder()
            .limit("budget", limit -> limit.cost(Cost.usd(new BigDecimal("1")))
                    .per(Window.calendar(Window.Unit.DAY))
                    .by(Dimension.TENANT))
            .limit("deployment", limit -> limit.tokens(1_000_000)
                    .per(Window.calendar(Window.Unit.DAY))
                    .by(Dimension.DEPLOYMENT))
            .build();
    private final FakeProvider fake = fake().model("slow", script -> script.delay(Duration.ofSeconds(5))
                    .reply(answer()))
            .model("broken", script -> script.fail(ErrorKind.CONTEXT_TOO_LONG))
            .model("shaky", script -> script.fail(ErrorKind.MALFORMED_RESPONSE).reply(answer()))
            .reply(answer())
            .build();

    ChargingTest() {
        super(4);
    }

    private static ChatResponse answer() {
        return ChatResponse.of("hello").toBuilder().usage(TokenUsage.of(1_000, 1_000)).build();
    }

    private ModelRouter router(Charging charging) {
        return builder(fake)
                .model("hedged", model -> model.deployment("fake/slow", it -> it.price(Price.usdPerMillion("1", "1")))
                        .deployment("fake/fast", it -> it.price(Price.usdPerMillion("1", "1")))
                        .strategy(RoutingStrategies.ordered()))
                .model("frail", model -> model.deployment("fake/broken", it -> it.price(Price.usdPerMillion("1", "1")))
                        .fallback("spare"))
                .model("spare", model -> model.deployment("fake/spare", it -> it.price(Price.usdPerMillion("1", "1"))))
                .model("shaky", model -> model.deployment("fake/shaky", it -> it.price(Price.usdPerMillion("1", "1"))))
                .hedge(HedgePolicy.builder().delay(Duration.ofSeconds(1)).build())
                .meter(meter)
                .limits(limits)
                .charging(charging)
                .build();
    }

    private String paid(ModelRouter router, String model) {
        records.clear();
        environment.simulate(() -> router.chat(
                ChatRequest.builder().model(model).user("hi").maxOutputTokens(10).build(),
                CallOptions.builder().caller(ACME).build()));
        return records.stream()
                .map(record -> record.deployment() + " " + record.caller().tenant())
                .sorted()
                .toList()
                .toString();
    }

    private BigDecimal budgetUsed() {
        return limits.usage(ACME).get(0).used();
    }

    @Test
    void theCallerPaysForEverythingByDefault() {
        try (ModelRouter router = router(Charging.defaults())) {
            assertThat(paid(router, "hedged")).isEqualTo("[fake/fast acme, fake/slow acme]");
            assertThat(paid(router, "frail")).isEqualTo("[fake/broken acme, fake/spare acme]");
            assertThat(paid(router, "shaky")).isEqualTo("[fake/shaky acme, fake/shaky acme]");
            settled(router, fake);
        }
    }

    @Test
    void theHousePaysForItsHedges() {
        try (ModelRouter router =
                router(Charging.builder().hedges(Payer.HOUSE).build())) {
            assertThat(paid(router, "hedged")).isEqualTo("[fake/fast (house), fake/slow acme]");
            assertThat(budgetUsed()).isLessThan(new BigDecimal("0.001")); // the first attempt's, which was stopped
            assertThat(paid(router, "frail")).isEqualTo("[fake/broken acme, fake/spare acme]");
            assertThat(limits.usage())
                    .filteredOn(usage -> usage.key().containsValue("fake/fast"))
                    .singleElement()
                    .satisfies(usage -> assertThat(usage.used()).isEqualByComparingTo("2000"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void retriesAndFallbacksArePaidAsConfigured(Payer payer) {
        Charging charging = Charging.builder()
                .retries(payer)
                .fallbacks(payer)
                .house(Caller.ofTenant("us"))
                .build();
        String who = payer == Payer.HOUSE ? "us" : "acme";
        try (ModelRouter router = router(charging)) {
            assertThat(paid(router, "frail")).isEqualTo("[fake/broken acme, fake/spare " + who + "]");
            assertThat(paid(router, "shaky"))
                    .isEqualTo(payer == Payer.HOUSE ? "[fake/shaky acme, fake/shaky us]" : "[fake/shaky acme, fake/shaky acme]");
            assertThat(budgetUsed().compareTo(new BigDecimal("0.002")) >= 0).isEqualTo(payer == Payer.CALLER);
            settled(router, fake);
        }
    }
}
