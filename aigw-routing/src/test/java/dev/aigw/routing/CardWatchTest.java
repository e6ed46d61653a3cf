package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Cancellation;
import dev.aigw.api.DailyHours;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.WatchedCards;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CardWatchTest extends RouterHarness {

    private static final Duration DAY = Duration.ofDays(1);

    private final FakeProvider old =
            FakeProvider.builder("old").reply("from old").build();
    private final FakeProvider fresh =
            FakeProvider.builder("new").reply("from new").build();

    CardWatchTest() {
        super(1);
    }

    private void pass(Duration time) {
        environment.sleep(time.toNanos(), new Cancellation());
    }

    /** Returns a card whose model is shut down so many days after the virtual clock's first day. */
    private static ModelCard endingOnDay(int day) {
        return ModelCard.builder()
                .price(Price.usdPerMillion("1", "1"))
                .shutdown(LocalDate.EPOCH.plusDays(day))
                .replacement("new/model")
                .build();
    }

    private ModelRouter.Builder router(ModelCards cards) {
        return builder(old, fresh)
                .cards(cards)
                .strategy(RoutingStrategies.ordered())
                .model("m", model -> model.deployment("old/model").deployment("new/model"));
    }

    @ParameterizedTest
    @EnumSource
    void aModelIsAskedLastFromTheDayOfItsShutdown(Way way) {
        try (ModelRouter router =
                router(ModelCards.none().with("old/model", endingOnDay(2))).build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("from old");

            pass(DAY.multipliedBy(2));

            assertThat(way.chat(router, "m").text()).isEqualTo("from new");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aModelThatWasShutDownIsStillAskedWhereThereIsNoOther(Way way) {
        try (ModelRouter router = builder(old)
                .cards(ModelCards.none().with("old/model", endingOnDay(0)))
                .model("m", model -> model.deployment("old/model"))
                .build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("from old");
        }
    }

    @Test
    void explainAndSnapshotShowTheShutdown() {
        try (ModelRouter router =
                router(ModelCards.none().with("old/model", endingOnDay(0))).build()) {
            assertThat(router.explain(ChatRequest.of("m", "hi")).toString())
                    .contains("its model was shut down on 1970-01-01, and another deployment can serve");
            assertThat(router.snapshot().models().get(0).deployments().get(0).shutdown())
                    .isEqualTo(LocalDate.EPOCH);
        }
    }

    @Test
    void aShutdownIsReportedOnceBeforeAndOnceOnItsDay() {
        List<RouterEvent.ModelShutdown> events = new ArrayList<>();
        try (ModelRouter router = router(ModelCards.none().with("old/model", endingOnDay(40)))
                .listener(event -> {
                    if (event instanceof RouterEvent.ModelShutdown shutdown) {
                        events.add(shutdown);
                    }
                })
                .build()) {
            pass(DAY.multipliedBy(9));
            assertThat(events).as("more than 30 days before").isEmpty();

            pass(DAY.multipliedBy(2));
            router.update(table -> table.alias("other", "m"));
            pass(DAY.multipliedBy(20));
            LocalDate day = LocalDate.EPOCH.plusDays(40);
            assertThat(events).containsExactly(new RouterEvent.ModelShutdown("old/model", day, "new/model", false));

            pass(DAY.multipliedBy(20));
            assertThat(events.subList(1, events.size()))
                    .containsExactly(new RouterEvent.ModelShutdown("old/model", day, "new/model", true));
        }
    }

    @Test
    void cardsAreReadAgainAndReachTheNextCallWhole() {
        AtomicReference<ModelCards> supplied = new AtomicReference<>(ModelCards.none());
        try (ModelRouter router = builder(old)
                .cards(ModelCards.watch(supplied::get, Duration.ofHours(6)).orElse(ModelCards.builtIn()))
                .model("m", model -> model.deployment("old/model"))
                .build()) {
            supplied.set(ModelCards.none()
                    .with("old/model", ModelCard.builder().contextWindow(1).build()));
            router.chat("m", "a question of several tokens");

            pass(Duration.ofHours(6));

            assertThatThrownBy(() -> router.chat("m", "a question of several tokens"))
                    .hasMessageContaining("its context window is 1 tokens");
        }
    }

    @Test
    void cardsThatCannotBeReadAgainStay() {
        AtomicReference<ModelCards> supplied =
                new AtomicReference<>(ModelCards.none().with("old/model", endingOnDay(0)));
        try (ModelRouter router = builder(old, fresh)
                .cards(ModelCards.watch(
                        () -> {
                            ModelCards cards = supplied.get();
                            if (cards == null) {
                                throw new IllegalArgumentException("not a file of cards");
                            }
                            return cards;
                        },
                        Duration.ofHours(1)))
                .strategy(RoutingStrategies.ordered())
                .model("m", model -> model.deployment("old/model").deployment("new/model"))
                .build()) {
            supplied.set(null);
            pass(Duration.ofHours(2));
            assertThat(router.chat("m", "hi").text()).isEqualTo("from new");

            supplied.set(ModelCards.none());
            pass(Duration.ofHours(1));
            assertThat(router.chat("m", "hi").text()).as("read again later").isEqualTo("from old");
        }
    }

    @Test
    void routersThatShareWatchedCardsAllGetTheNewOnes() {
        AtomicReference<ModelCards> supplied = new AtomicReference<>(ModelCards.none());
        WatchedCards cards = ModelCards.watch(supplied::get, Duration.ofHours(1));
        try (ModelRouter one = router(cards);
                ModelRouter other = router(cards)) {
            supplied.set(ModelCards.none().with("old/model", endingOnDay(0)));

            pass(Duration.ofHours(1));

            assertThat(one.chat("m", "hi").text()).isEqualTo("from new");
            assertThat(other.chat("m", "hi").text()).isEqualTo("from new");
        }
    }

    private ModelRouter router(WatchedCards cards) {
        return builder(old, fresh)
                .cards(cards)
                .strategy(RoutingStrategies.ordered())
                .model("m", model -> model.deployment("old/model").deployment("new/model"))
                .build();
    }

    @Test
    void aListenerMayReplaceTheModelThatIsShutDownWhileAnotherThreadUpdates() throws Exception {
        AtomicReference<ModelRouter> built = new AtomicReference<>();
        CountDownLatch updating = new CountDownLatch(1);
        CountDownLatch reported = new CountDownLatch(1);
        try (ModelRouter router = router(ModelCards.none().with("old/model", endingOnDay(40)))
                .listener(event -> {
                    if (event instanceof RouterEvent.ModelShutdown) {
                        reported.countDown();
                        await(updating);
                        Objects.requireNonNull(built.get())
                                .update(table -> table.replaceModel("m", model -> model.deployment("new/model")));
                    }
                })
                .build()) {
            built.set(router);
            Thread other = new Thread(() -> router.update(table -> {
                updating.countDown();
                await(reported);
                table.alias("other", "m");
            }));
            other.start();
            pass(DAY.multipliedBy(20));
            other.join(10_000);
            assertThat(other.isAlive()).isFalse();
            assertThat(router.chat("other", "hi").text()).isEqualTo("from new");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theNoticeAndTheAgeOfPricesMayBeForever() {
        List<RouterEvent> events = new ArrayList<>();
        Duration forever = ChronoUnit.FOREVER.getDuration();
        ModelCard card = endingOnDay(10_000).toBuilder()
                .priceDate(LocalDate.EPOCH.minusDays(10_000))
                .build();
        try (ModelRouter router = router(ModelCards.none().with("old/model", card))
                .shutdownNotice(forever)
                .maxPriceAge(forever)
                .listener(events::add)
                .build()) {
            assertThat(router.chat("m", "hi").text()).isEqualTo("from old");
            assertThat(events).hasAtLeastOneElementOfType(RouterEvent.ModelShutdown.class);
        }
    }

    @Test
    void aWatchedFileIsReadAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("prices.json");
        String list = "{\"m\": {\"litellm_provider\": \"old\", \"input_cost_per_token\": 1e-06}}";
        Files.writeString(file, list);
        var cards = ModelCards.watch(file, Duration.ofHours(1));

        Files.writeString(file, list.replace("1e-06", "2e-06"));
        cards.refresh();
        assertThat(input(cards.current())).isEqualByComparingTo("2");

        Files.writeString(file, "half a fi");
        cards.refresh();
        assertThat(input(cards.current())).isEqualByComparingTo("2");
    }

    private static BigDecimal input(ModelCards cards) {
        return Objects.requireNonNull(
                Objects.requireNonNull(cards.find("old/m").price()).perMillion(Bucket.INPUT));
    }

    @ParameterizedTest
    @EnumSource
    void theLowestCostIsThatOfTheHour(Way way) {
        ModelCards cards = ModelCards.none()
                .with(
                        "old/model",
                        ModelCard.builder()
                                .price(Price.usdPerMillion("1", "1")
                                        .during(DailyHours.utc("06:00", "10:00"), Price.usdPerMillion("3", "3")))
                                .build())
                .with(
                        "new/model",
                        ModelCard.builder().price(Price.usdPerMillion("2", "2")).build());
        try (ModelRouter router = builder(old, fresh)
                .cards(cards)
                .strategy(RoutingStrategies.lowestCost())
                .model("m", model -> model.deployment("old/model").deployment("new/model"))
                .build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("from old");
            pass(Duration.ofHours(7));
            assertThat(way.chat(router, "m").text()).isEqualTo("from new");
            pass(Duration.ofHours(7));
            assertThat(way.chat(router, "m").text()).isEqualTo("from old");
        }
    }

    @Test
    void refusesAnIntervalThatIsNotPositive() {
        assertThatThrownBy(() -> ModelCards.watch(ModelCards::none, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive");
    }
}
