package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.Price;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits of tiers, and what a caller has left of them. */
class TierTest extends RouterHarness {

    private static final Caller KEY_1 =
            Caller.builder().tenant("acme").key("k1").tier("gold").build();
    private static final Caller KEY_2 =
            Caller.builder().tenant("acme").key("k2").tier("gold").build();
    private static final Caller FREE = Caller.builder().tenant("acme").tier("free").build();

    private final Limits limits = Limits.builder()
            .tier(Tier.named("gold").requestsPerMinute(3).tokensPerDay(1_000).usdPerMonth("0.10"))
            .tier(Tier.named("free").requestsPerMinute(1))
            .limit("all", limit -> limit.requests(100).per(Window.rolling(Duration.ofMinutes(1))))
            .limit("by tag", limit -> limit.requests(100)
                    .per(Window.rolling(Duration.ofMinutes(1)))
                    .by(Dimension.tag("feature")))
            .build();
    private final FakeProvider fake = fake().reply(ChatResponse.of("hello").toBuilder()
                    .usage(TokenUsage.of(10, 20))
                    .build())
            .build();
    private final ModelRouter router = builder(fake)
            .model("m", model -> model.deployment("fake/m", it -> it.price(Price.usdPerMillion("10", "20"))))
            .limits(limits)
            .build();

    TierTest() {
        super(11);
    }

    @AfterEach
    void close() {
        settled(router, fake);
        router.close();
    }

    private void ask(Caller caller) {
        router.chat(
                ChatRequest.builder().model("m").user("hi").maxOutputTokens(50).build(),
                CallOptions.builder().caller(caller).build());
    }

    @Test
    void eachKeyHasTheWholeOfItsTier() {
        for (int i = 0; i < 3; i++) {
            ask(KEY_1);
            ask(KEY_2);
        }
        assertThat(failure(() -> ask(KEY_1)).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        assertThat(failure(() -> ask(KEY_1))).hasMessageContaining("gold requests per minute");

        ask(FREE);
        assertThat(failure(() -> ask(FREE)).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        for (int i = 0; i < 5; i++) {
            ask(Caller.ofTenant("of no tier"));
        }
    }

    @Test
    void aCallerWithoutAKeyHasIt() {
        Caller ada = Caller.builder().tenant("acme").user("ada").tier("free").build();
        Caller named = Caller.builder().key("acme/ada").tier("free").build();
        ask(FREE);
        ask(ada);
        ask(named);

        for (Caller each : List.of(FREE, ada, named)) {
            assertThat(failure(() -> ask(each)).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        }
    }

    @Test
    void aCallerSeesWhatItHasLeft() {
        ask(KEY_1);

        assertThat(limits.usage(KEY_1))
                .extracting(LimitUsage::limit)
                .containsExactly("gold requests per minute", "gold tokens per day", "gold USD per month", "all");
        LimitUsage tokens = limits.usage(KEY_1).get(1);
        assertThat(tokens.used()).isEqualByComparingTo("30");
        assertThat(tokens.remaining()).isEqualByComparingTo("970");
        assertThat(tokens.key()).containsEntry("holder", "key k1");
        LimitUsage money = limits.usage(KEY_1).get(2);
        assertThat(money.used()).isEqualByComparingTo("0.0005");
        assertThat(money.maximum()).isEqualByComparingTo("0.10");
        assertThat(limits.usage(KEY_2).get(1).used()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(limits.usage(KEY_2).get(1).remaining()).isEqualByComparingTo("1000");
        assertThat(limits.usage(FREE)).extracting(LimitUsage::limit).containsExactly("free requests per minute", "all");
    }

    @Test
    void aSpentBudgetIsRefusedAndComesBackNextMonth() {
        Limits small = Limits.builder()
                .tier(Tier.named("gold").zone(ZoneId.of("Europe/Berlin")).usdPerMonth("0.0015"))
                .build();
        try (ModelRouter poor = builder(fake)
                .model("m", model -> model.deployment("fake/m", it -> it.price(Price.usdPerMillion("10", "20"))))
                .limits(small)
                .build()) {
            CallOptions options = CallOptions.builder().caller(KEY_1).build();
            ChatRequest request =
                    ChatRequest.builder().model("m").user("hi").maxOutputTokens(20).build();
            poor.chat(request, options);
            poor.chat(request, options);
            poor.chat(request, options);
            assertThat(failure(() -> poor.chat(request, options)).kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
            assertThat(small.usage(KEY_1).get(0).remaining()).isEqualByComparingTo("0");

            environment.advance(Duration.ofDays(32));
            poor.chat(request, options);
        }
    }

    @Test
    void whatIsNoTierIsRefused() {
        assertThatThrownBy(() -> Tier.named(" ")).hasMessageContaining("blank");
        assertThatThrownBy(() -> Limits.builder().tier(Tier.named("gold"))).hasMessageContaining("has no limit");
        assertThatThrownBy(() -> Limits.builder().tier(Tier.named("gold").usdPerDay("much")))
                .hasMessageContaining("write it as");
        assertThatThrownBy(() -> Limits.builder()
                        .tier(Tier.named("gold").requestsPerDay(1))
                        .tier(Tier.named("gold").requestsPerDay(2)))
                .hasMessageContaining("two limits \"gold requests per day\"");
    }

    @Test
    void aTierMayHaveALimitOfItsOwn() {
        Tier tier = Tier.named("gold").limit("embeddings", limit -> limit.requests(5)
                .per(Window.rolling(Duration.ofMinutes(1)))
                .where(Dimension.OPERATION, "embed"));

        assertThat(Limits.builder().tier(tier).build()).isNotNull();
        assertThat(tier).hasToString("Tier{gold, limits=[gold embeddings]}");
    }
}
