package dev.aigw.routing.catalog;

import dev.aigw.api.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of models, by vendor and by the vendor's id: capabilities, windows, prices. A deployment has the card
 * of its adapter's name and its upstream model; what its builder says goes before. Immutable.
 *
 * <p>The {@link #builtIn()} cards are facts of one day. Refresh them from a price file, and add your own models:
 *
 * <pre>{@code
 * ModelCards cards = ModelCards.load(Path.of("model_prices_and_context_window.json"))
 *     .with("ours/sentiment", ModelCard.builder().price(Price.usdPerMillion("0.01", "0")).build())
 *     .orElse(ModelCards.builtIn());
 * ModelRouter.builder().cards(cards)
 * }</pre>
 */
public final class ModelCards {

    private static final ModelCards NONE = new ModelCards(List.of(), LocalDate.EPOCH);

    private final List<CardLayer> layers;
    private final LocalDate asOf;

    private ModelCards(List<CardLayer> layers, LocalDate asOf) {
        this.layers = List.copyOf(layers);
        this.asOf = asOf;
    }

    static ModelCards of(CardLayer layer, LocalDate asOf) {
        return new ModelCards(List.of(layer), asOf);
    }

    /** Returns cards for the models in common use at OpenAI, Anthropic, Google, Mistral and others. */
    public static ModelCards builtIn() {
        return BuiltIn.CARDS;
    }

    /** Returns no cards. */
    public static ModelCards none() {
        return NONE;
    }

    /**
     * Reads a price file, with the prices of today and those that it announces for later days: LiteLLM's
     * {@code model_prices_and_context_window.json}, the JSON of Pydantic's genai-prices, or one in the form of the
     * built-in cards. Which of them it is shows in the file.
     *
     * <p>LiteLLM tells the longest prompt and the longest answer apart; the window is their sum, so that no prompt that
     * might fit is kept away. Of prices that go by the time of day the one without a time is taken. What a vendor
     * charges more for long prompts is read from genai-prices only, and the factors of service tiers ({@code batch},
     * {@code flex}, {@code priority}) from LiteLLM only.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is none of these
     */
    public static ModelCards load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CardFile.read(in, file.toString(), LocalDate.now(ZoneOffset.UTC));
        }
    }

    /**
     * Returns these cards with one more, which goes before what was known under its name.
     *
     * @param name {@code vendor/model}, where the vendor is the name of an adapter
     */
    public ModelCards with(String name, ModelCard card) {
        return ModelCards.of(CardLayer.of(Map.of(name, card)), asOf).orElse(this);
    }

    /** Returns these cards, and {@code others} for models unknown here and for what a card here does not say. */
    public ModelCards orElse(ModelCards others) {
        List<CardLayer> all = new ArrayList<>(layers);
        all.addAll(others.layers);
        return new ModelCards(all, asOf);
    }

    /** Returns the day whose facts these are; for a file that does not say, the day it was read. */
    public LocalDate asOf() {
        return asOf;
    }

    /**
     * Returns the card of {@code vendor/model}, also where the id goes on with its date; {@link ModelCard#UNKNOWN} when
     * there is none.
     */
    public ModelCard find(String name) {
        ModelCard card = ModelCard.UNKNOWN;
        for (CardLayer layer : layers) {
            ModelCard known = layer.find(name);
            if (known != null) {
                card = card.orElse(known);
            }
        }
        return card;
    }

    private static final class BuiltIn {

        static final ModelCards CARDS = load();

        private static ModelCards load() {
            try (InputStream in = ModelCards.class.getResourceAsStream("models.json")) {
                return CardFile.read(
                        Objects.requireNonNull(in, "models.json"), "the built-in cards", LocalDate.now(ZoneOffset.UTC));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
