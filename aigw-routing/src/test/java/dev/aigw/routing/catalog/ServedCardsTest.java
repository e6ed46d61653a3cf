package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A deployment has the card of the vendor's model that its adapter serves. */
class ServedCardsTest {

    private static final ModelCards CARDS = ModelCards.none()
            .with(
                    "acme/large",
                    ModelCard.builder()
                            .capabilities(Capability.VISION)
                            .contextWindow(1000)
                            .price(Price.usdPerMillion("10", "20"))
                            .retention(Duration.ofDays(30))
                            .shutdown(LocalDate.of(2027, 1, 1))
                            .replacement("acme/larger")
                            .build());

    /** Serves another vendor's models under ids of its own. */
    private record Place(FakeProvider adapter, Function<String, ServedModel> ids, AtomicReference<ModelCard> seen)
            implements ProviderAdapter {

        @Override
        public String name() {
            return adapter.name();
        }

        @Override
        public ServedModel served(String model) {
            return ids.apply(model);
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return adapter.supports(operation);
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            seen.set(attempt.card());
            return adapter.call(operation, request, attempt);
        }
    }

    private static ModelCard card(
            ModelCards cards, Function<String, ServedModel> ids, Consumer<DeploymentBuilder> settings) {
        AtomicReference<ModelCard> seen = new AtomicReference<>();
        ProviderAdapter place =
                new Place(FakeProvider.builder("place").reply("x").build(), ids, seen);
        try (ModelRouter router = ModelRouter.builder()
                .provider(place)
                .cards(cards)
                .model("m", model -> model.deployment("place/us.acme.large", settings))
                .build()) {
            router.chat(ChatRequest.of("m", "x"));
            return seen.get();
        }
    }

    private static Function<String, ServedModel> elsewhere(@Nullable String factor) {
        return id -> ServedModel.elsewhere("acme/" + id.substring(id.lastIndexOf('.') + 1), factor);
    }

    private static BigDecimal input(ModelCard card) {
        return Objects.requireNonNull(Objects.requireNonNull(card.price()).perMillion(Bucket.INPUT));
    }

    @Test
    void itsFactsAndItsPriceAreThoseOfTheVendorsModel() {
        ModelCard card = card(CARDS, elsewhere("1.1"), deployment -> {});
        assertThat(card.has(Capability.VISION)).isTrue();
        assertThat(card.contextWindow()).isEqualTo(1000);
        assertThat(input(card)).isEqualByComparingTo("11");
    }

    @Test
    void anotherPlaceHasItsOwnDates() {
        ModelCard card = card(CARDS, elsewhere("1"), deployment -> {});
        assertThat(card.shutdown()).isNull();
        assertThat(card.replacement()).isNull();
        assertThat(card.retention()).isNull();
        ModelCard vendors = card(CARDS, id -> ServedModel.byVendor("acme/large"), deployment -> {});
        assertThat(vendors.shutdown()).isEqualTo(LocalDate.of(2027, 1, 1));
        assertThat(vendors.retention()).isEqualTo(Duration.ofDays(30));
        assertThat(input(vendors)).isEqualByComparingTo("10");
    }

    @Test
    void aPlaceWithUnknownPricesHasNone() {
        ModelCard card = card(CARDS, elsewhere(null), deployment -> {});
        assertThat(card.has(Capability.VISION)).isTrue();
        assertThat(card.price()).isNull();
        assertThat(card.priceDate()).isNull();
    }

    @Test
    void theDeploymentsFactorReplacesThatOfThePlace() {
        assertThat(input(card(CARDS, elsewhere("1.1"), deployment -> deployment.priceFactor("0.9"))))
                .isEqualByComparingTo("9");
        assertThat(input(card(CARDS, elsewhere(null), deployment -> deployment.priceFactor("1.1"))))
                .isEqualByComparingTo("11");
    }

    @Test
    void whatIsSaidOfTheDeploymentAndItsOwnCardComeFirst() {
        ModelCards more = CARDS.with(
                "place/us.acme.large",
                ModelCard.builder().price(Price.usdPerMillion("7", "8")).build());
        ModelCard card = card(more, elsewhere("1.1"), deployment -> deployment.contextWindow(500));
        assertThat(input(card)).isEqualByComparingTo("7");
        assertThat(card.contextWindow()).isEqualTo(500);
        assertThat(card.has(Capability.VISION)).isTrue();
    }

    @Test
    void anUnknownModelHasNoCard() {
        assertThat(card(CARDS, id -> ServedModel.elsewhere("acme/larg", "1"), deployment -> {}))
                .isEqualTo(ModelCard.UNKNOWN);
    }
}
