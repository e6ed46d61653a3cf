package dev.aigw.routing.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cards that a router reads again at an interval, so that new prices reach it without a restart. Calls that begin after
 * a change see all of it. Safe for use by many threads.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .cards(ModelCards.watch(Path.of("prices.json"), Duration.ofHours(6)).orElse(ModelCards.builtIn()))
 * }</pre>
 *
 * <p>If reading fails, or a deployment's card is gone, the known cards stay and the failure is logged.
 */
public final class WatchedCards {

    private static final Logger log = LoggerFactory.getLogger(WatchedCards.class);

    private final Supplier<ModelCards> supplier;
    private final Duration every;
    private volatile ModelCards current;

    private WatchedCards(Supplier<ModelCards> supplier, ModelCards current, Duration every) {
        if (every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("cards are watched every " + every + ": use a positive duration");
        }
        this.supplier = supplier;
        this.current = current;
        this.every = every;
    }

    static WatchedCards of(Supplier<ModelCards> supplier, Duration every) {
        return new WatchedCards(supplier, supplied(supplier), every);
    }

    static WatchedCards of(ModelCards first, Path file, Duration every) {
        return new WatchedCards(() -> load(file), first, every);
    }

    private static ModelCards load(Path file) {
        try {
            return ModelCards.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelCards supplied(Supplier<ModelCards> supplier) {
        return Objects.requireNonNull(supplier.get(), "the supplier of cards returned null");
    }

    /** Returns these cards, with {@code others} for what is missing here, as {@link ModelCards#orElse} does. */
    public WatchedCards orElse(ModelCards others) {
        return new WatchedCards(() -> supplied(supplier).orElse(others), current.orElse(others), every);
    }

    /** Returns the cards that were read last. */
    public ModelCards current() {
        return current;
    }

    /** Returns the interval. */
    public Duration interval() {
        return every;
    }

    /** Reads the cards again; for the router. Logs a failure and returns the known cards then. */
    public ModelCards refresh() {
        try {
            current = supplied(supplier);
        } catch (RuntimeException e) {
            log.warn("the model cards cannot be read again; those of {} stay in use", current.asOf(), e);
        }
        return current;
    }
}
