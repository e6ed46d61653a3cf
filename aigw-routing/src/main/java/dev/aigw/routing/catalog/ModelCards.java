package dev.aigw.routing.catalog;

import dev.aigw.api.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Known facts about models, by vendor and vendor's id: capabilities, context windows, prices. A deployment has the card
 * of its adapter's name and its upstream model, and for what that lacks, the card of the vendor's model that its adapter
 * {@linkplain dev.aigw.api.spi.ProviderAdapter#served serves} under that id; its builder's settings take precedence.
 * Immutable.
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
        return new ModelCards(List.of(layer.dated(asOf)), asOf);
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
     * <p>Of genai-prices, take {@code prices/new_data/v2/data.json}: the older {@code prices/data.json} is frozen since
     * 25 July 2026, and loading it logs a warning. LiteLLM lists the longest prompt and the longest answer separately;
     * the window is their sum, so that no prompt that might fit is refused. A price of cache writes for an hour that is
     * not listed is taken as twice the input. Charges per request, per page, per second and per character are not read.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is in none of these formats
     */
    public static ModelCards load(Path file) throws IOException {
        LocalDate written = LocalDate.ofInstant(Files.getLastModifiedTime(file).toInstant(), ZoneOffset.UTC);
        try (InputStream in = Files.newInputStream(file)) {
            return CardFile.read(in, file.toString(), LocalDate.now(ZoneOffset.UTC), written);
        }
    }

    /**
     * Reads a price file as {@link #load} does, and again at an interval while a router that uses it is open.
     *
     * @throws IOException if the file cannot be read now
     * @throws IllegalArgumentException if it is in none of the formats, or {@code every} is not positive
     * @see WatchedCards
     */
    public static WatchedCards watch(Path file, Duration every) throws IOException {
        return WatchedCards.of(load(file), file, every);
    }

    /**
     * Gets cards from a supplier, such as one that downloads a price list, and again at an interval while a router that
     * uses them is open.
     *
     * @throws IllegalArgumentException if {@code every} is not positive
     * @see WatchedCards
     */
    public static WatchedCards watch(Supplier<ModelCards> supplier, Duration every) {
        return WatchedCards.of(supplier, every);
    }

    /**
     * Returns these cards with one more, which takes precedence over an earlier one of the same name.
     *
     * @param name {@code vendor/model}, where the vendor is the name of an adapter
     */
    public ModelCards with(String name, ModelCard card) {
        return new ModelCards(List.of(CardLayer.of(Map.of(name, card))), asOf).orElse(this);
    }

    /**
     * Returns these cards, with {@code others} for models that are missing here and for facts that a card here lacks.
     */
    public ModelCards orElse(ModelCards others) {
        List<CardLayer> all = new ArrayList<>(layers);
        all.addAll(others.layers);
        return new ModelCards(all, asOf);
    }

    /**
     * Returns the date of these facts: the newest one that the file names, else the day on which the file was last
     * changed. Each card has the date of its own price, {@link ModelCard#priceDate()}.
     */
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

    /** Returns the names that are listed, as {@code vendor/model}, in alphabetical order; a rule may match more. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        layers.forEach(layer -> names.addAll(layer.byName().keySet()));
        return Collections.unmodifiableSet(names);
    }

    private static final class BuiltIn {

        static final ModelCards CARDS = load();

        private static ModelCards load() {
            try (InputStream in = ModelCards.class.getResourceAsStream("models.json")) {
                LocalDate today = LocalDate.now(ZoneOffset.UTC);
                return CardFile.read(Objects.requireNonNull(in, "models.json"), "the built-in cards", today, today);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
