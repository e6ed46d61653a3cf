package dev.aigw.routing.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Cost;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** A call costs what the tier costs that served it, whole and streamed, in the ledger and in budgets. */
class ServedTierTest {

    private static final ChatRequest QUESTION = ChatRequest.builder("m")
            .user("hi")
            .serviceTier("priority")
            .maxOutputTokens(100)
            .build();

    private final TokenMeter meter = Meters.inMemory();
    private final Limits limits = Limits.builder()
            .limit("budget", limit -> limit.cost(usd("1")).per(Window.calendar(Window.Unit.DAY)))
            .build();

    private static Cost usd(String amount) {
        return Cost.usd(new BigDecimal(amount));
    }

    private ModelRouter router(String servedTier) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> ChatResponse.builder()
                        .text("Hello there")
                        .usage(TokenUsage.of(1000, 100))
                        .serviceTier(servedTier)
                        .build())
                .build();
        Price price = Price.usdPerMillion("1", "10").tier("priority", "2").tier("flex", "0.5");
        return ModelRouter.builder()
                .provider(adapter)
                .model("m", model -> model.deployment("fake/x", deployment -> deployment.price(price)))
                .meter(meter)
                .limits(limits)
                .build();
    }

    private void assertCosts(Cost expected) {
        assertThat(meter.ledger().total().cost()).isEqualTo(expected);
        assertThat(limits.usage().get(0).used()).isEqualByComparingTo(expected.amount());
        assertThat(limits.usage().get(0).reserved()).isZero();
    }

    @Test
    void aDowngradedCallCostsWhatItWasServedAt() {
        try (ModelRouter router = router("default")) {
            router.chat(QUESTION);
        }
        assertCosts(usd("0.002"));
    }

    @Test
    void aStreamCostsWhatItSaysItIsServedAt() {
        try (ModelRouter router = router("flex");
                ChatStream stream = router.stream(QUESTION)) {
            assertThat(stream.response().serviceTier()).isEqualTo("flex");
        }
        assertCosts(usd("0.001"));
    }

    @Test
    void anAbandonedStreamCostsWhatItHadSaid() {
        try (ModelRouter router = router("flex");
                ChatStream stream = router.stream(QUESTION)) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.Details) {
                    break;
                }
            }
        }
        assertThat(meter.ledger().total().abandoned()).isOne();
        assertThat(meter.ledger().total().cost().isKnown()).isTrue();
    }

    @Test
    void aTierOfUnknownPriceMakesTheCostUnknown() {
        try (ModelRouter router = router("provisioned_throughput")) {
            router.chat(QUESTION);
        }
        assertThat(meter.ledger().total().unpriced()).isOne();
    }
}
