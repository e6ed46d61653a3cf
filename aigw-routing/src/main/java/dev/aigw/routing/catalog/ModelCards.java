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
 * Known facts about models, by vendor and vendor's id: capabilities, context windows, prices. A deployment has the card
 * of its adapter's name and its upstream model; its builder's settings take precedence. Immutable.
 *
 * <p>The {@link #builtIn()} cards are as of one day. Refresh them from a price file, and add your own models:
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
     * {@code model_prices_and_context_window.json}, the JSON of Pydantic's genai-prices, or one in the format of the
     * built-in cards. The format is detected.
     *
     * <p>LiteLLM lists the longest prompt and the longest answer separately; the window is their sum, so that no prompt
     * that might fit is refused. Where prices depend on the time of day, the price without a time is used. Surcharges
     * for long prompts are read only from genai-prices, and the factors of service tiers ({@code batch}, {@code flex},
     * {@code priority}) only from LiteLLM.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is in none of these formats
     */
    public static ModelCards load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CardFile.read(in, file.toString(), LocalDate.now(ZoneOffset.UTC));
        }
    }

    /**
     * Returns these cards with one more, which takes precedence over an earlier one of the same name.
     *
     * @param name {@code vendor/model}, where the vendor is the name of an adapter
     */
    public ModelCards with(String name, ModelCard card) {
        return ModelCards.of(CardLayer.of(Map.of(name, card)), asOf).orElse(this);
    }

    /**
     * Returns these cards, with {@code others} for models that are missing here and for facts that a card here lacks.
     */
    public ModelCards orElse(ModelCards others) {
        List<CardLayer> all = new ArrayList<>(layers);
        all.addAll(others.layers);
        return new ModelCards(all, asOf);
    }

    /** Returns the date of these facts; for a file without a date, the day it was read. */
    public LocalDate asOf() {
        return asOf;
    }

    /**
     * Returns the card of {@code vendor/model}, with or without a date suffix; {@link ModelCard#UNKNOWN} if there is
     * none.
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
