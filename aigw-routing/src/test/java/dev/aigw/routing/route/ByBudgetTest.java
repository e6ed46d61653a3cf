package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceStore;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.LimitBuilder;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ByBudgetTest {

    private static final CallOptions ACME = of("acme", CallOptions.Priority.NORMAL);

    private final VirtualEnvironment environment = new VirtualEnvironment(4);

    private static CallOptions of(String tenant, CallOptions.Priority priority) {
        return CallOptions.builder()
                .caller(Caller.ofTenant(tenant))
                .priority(priority)
                .build();
    }

    /** A dollar a tenant and month, and all tenants' calls in an hour. */
    private static Limits limits(Consumer<LimitBuilder> more) {
        return Limits.builder()
                .limit("team", limit -> {
                    limit.cost(Cost.usd(BigDecimal.ONE))
                            .per(Window.calendar(Window.Unit.MONTH))
                            .by(Dimension.TENANT);
                    more.accept(limit);
                })
                .limit("calls", limit -> limit.requests(1_000_000).per(Window.rolling(Duration.ofHours(1))))
                .build();
    }

    /** Each answer of large costs 10 cents, of small 1 cent, and reserves as much. */
    private ModelRouter.Builder router(Limits limits, ModelSelector selector) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> ChatResponse.builder()
                        .text(attempt.model())
                        .usage(TokenUsage.of(0, 1_000))
                        .build())
                .build();
        return ModelRouter.builder()
                .provider(adapter)
                .limits(limits)
                .model(
                        "large",
                        model -> model.deployment("fake/large", at -> at.price(Price.usdPerMillion("0", "100"))))
                .model("small", model -> model.deployment("fake/small", at -> at.price(Price.usdPerMillion("0", "10"))))
                .model("m", model -> model.route(selector));
    }

    private static ChatRequest ask() {
        return ChatRequest.builder("m").user("hi").maxOutputTokens(1_000).build();
    }

    @Test
    void aCallerWhoseBudgetRunsLowGetsTheCheaperModelAndOthersDoNot() {
        Limits limits = limits(limit -> {});
        ModelSelector selector =
                Routes.byBudget(limits.gauge()).atLeast(0.5, "large").otherwise("small");
        try (ModelRouter router =
                router(limits, selector).environment(environment).build()) {
            List<String> served = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                served.add(router.chat(ask(), ACME).text());
            }
            assertThat(served)
                    .as("a dollar, less 10 cents a call")
                    .containsExactly("large", "large", "large", "large", "large", "large", "small", "small");
            assertThat(router.chat(ask(), of("globex", CallOptions.Priority.NORMAL))
                            .text())
                    .isEqualTo("large");
            assertThat(router.explain(ChatRequest.CHAT, ask(), ACME).selections())
                    .containsExactly(new ModelSelector.Selection("small", "38 percent of the budget left"));
            environment.advance(Duration.ofDays(31));
            assertThat(router.chat(ask(), ACME).text()).as("the next month").isEqualTo("large");
        }
    }

    @Test
    void itIsACondition() {
        Limits limits = limits(limit -> {});
        ModelSelector selector = Routes.rules()
                .when(Condition.budgetBelow(0.8, limits.gauge("team")), "small")
                .otherwise("large");
        try (ModelRouter router =
                router(limits, selector).environment(environment).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(router.chat(ask(), ACME).text()).isEqualTo("large");
            }
            assertThat(router.chat(ask(), ACME).text()).isEqualTo("small");
            assertThat(router.explain(ChatRequest.CHAT, ask(), ACME)
                            .selections()
                            .get(0)
                            .reason())
                    .isEqualTo("less than 80 percent of the budget left");
        }
    }

    @Test
    void whatIsLeftIsLeftOfThePartThatTheCallersPriorityMayUse() {
        Limits limits = limits(limit -> limit.share(CallOptions.Priority.LOW, 0.5));
        BudgetGauge gauge = limits.gauge();
        ModelSelector large = Routes.rules().otherwise("large");
        try (ModelRouter router = router(limits, large).environment(environment).build()) {
            assertThat(gauge.left(query(ACME))).isEqualTo(1);
            for (int i = 0; i < 4; i++) {
                router.chat(ask(), ACME);
            }
            assertThat(gauge.left(query(ACME))).isEqualTo(0.6);
            assertThat(gauge.left(query(of("acme", CallOptions.Priority.LOW))))
                    .as("10 of 50 cents")
                    .isCloseTo(0.2, within(1e-9));
        }
    }

    private static ModelSelector.Query query(CallOptions options) {
        return ModelSelector.Query.builder(ask())
                .callId("c1")
                .options(options)
                .promptTokens(1)
                .now(Instant.EPOCH)
                .random(new Random(1))
                .build();
    }

    @Test
    void whatAnotherRouterHasUsedOfASharedBudgetIsNotLeft() {
        Map<List<String>, Allowance> fleet = new ConcurrentHashMap<>();
        AllowanceStore store = (spec, of) -> fleet.computeIfAbsent(spec.key(), any -> spec.local(of));
        Supplier<Limits> limits = () -> Limits.builder()
                .limit(
                        "team",
                        limit -> limit.cost(Cost.usd(BigDecimal.ONE))
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT))
                .shared(store)
                .build();
        Limits here = limits.get();
        Limits there = limits.get();
        ModelSelector large = Routes.rules().otherwise("large");
        try (ModelRouter one = router(here, large).environment(environment).build();
                ModelRouter other = router(
                                there,
                                Routes.byBudget(there.gauge())
                                        .atLeast(0.7, "large")
                                        .otherwise("small"))
                        .environment(environment)
                        .build()) {
            for (int i = 0; i < 4; i++) {
                one.chat(ask(), ACME);
            }
            assertThat(there.gauge().left(query(ACME))).isEqualTo(0.6);
            assertThat(other.chat(ask(), ACME).text()).isEqualTo("small");
        }
    }

    @Test
    void manyAtOnceSpendTheLastOfABudgetOnTheCheaperModel() throws Exception {
        int threads = 24;
        Limits limits = limits(limit -> {});
        ModelSelector selector =
                Routes.byBudget(limits.gauge()).atLeast(0.5, "large").otherwise("small");
        AtomicInteger large = new AtomicInteger();
        AtomicInteger small = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (ModelRouter router = router(limits, selector).build()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                done.add(pool.submit(() -> {
                    for (int call = 0; call < 20; call++) {
                        try {
                            boolean expensive = router.chat(ask(), ACME).text().equals("large");
                            (expensive ? large : small).incrementAndGet();
                        } catch (GatewayException e) {
                            assertThat(e.kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
                            refused.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
            BigDecimal used = limits.usage().stream()
                    .filter(usage -> usage.limit().equals("team"))
                    .findFirst()
                    .orElseThrow()
                    .used();
            assertThat(used).isLessThanOrEqualTo(BigDecimal.ONE);
            assertThat(large.get() * 10 + small.get())
                    .as("cents served")
                    .isEqualTo(used.movePointRight(2).intValueExact());
            assertThat(large)
                    .as("six, and those chosen before the six had reserved")
                    .hasValueBetween(5, 10);
            assertThat(refused).hasValue(threads * 20 - large.get() - small.get());
            assertThat(selector.select(query(ACME)))
                    .isNotNull()
                    .extracting(ModelSelector.Selection::model)
                    .isEqualTo("small");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void badInputFailsWithItsFix() {
        Limits onlyByModel = Limits.builder()
                .limit(
                        "by-model",
                        limit -> limit.cost(Cost.usd(BigDecimal.ONE))
                                .per(Window.calendar(Window.Unit.DAY))
                                .by(Dimension.MODEL))
                .build();
        assertThatThrownBy(onlyByModel::gauge).hasMessageContaining("add one with .limit(");
        assertThatThrownBy(() -> onlyByModel.gauge("by-model")).hasMessageContaining("depends on the model");
        assertThatThrownBy(() -> onlyByModel.gauge("other")).hasMessageContaining("limits are [by-model]");
        BudgetGauge gauge = query -> 1;
        assertThatThrownBy(() -> Condition.budgetBelow(0, gauge)).hasMessageContaining("such as 0.2");
        assertThatThrownBy(() -> Routes.byBudget(gauge).otherwise("a")).hasMessageContaining("atLeast(share, model)");
        assertThatThrownBy(() -> Routes.byBudget(gauge).atLeast(1.5, "a")).hasMessageContaining("up to 1");
        assertThatThrownBy(() -> Routes.byBudget(gauge).atLeast(0.5, "a").atLeast(0.5, "b"))
                .hasMessageContaining("twice");
        ModelSelector broken = Routes.byBudget(query -> {
                    throw new IllegalStateException("no account");
                })
                .atLeast(0.5, "large")
                .otherwise("small");
        try (ModelRouter router = router(limits(limit -> {}), broken).build()) {
            assertThatThrownBy(() -> router.chat(ask(), ACME))
                    .hasMessageContaining("bug in the route of model \"m\"")
                    .hasMessageContaining("no account");
        }
    }
}
