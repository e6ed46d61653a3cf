package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ModelCard;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.catalog.Catalog;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.WatchedCards;
import dev.aigw.routing.engine.call.Events;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads watched cards again at their interval, and checks every day for prices that are old and models that are shut
 * down; it warns once of each. Safe for use by many threads.
 */
final class CardWatch {

    private static final Logger log = LoggerFactory.getLogger(CardWatch.class);
    private static final Duration DAY = Duration.ofDays(1);

    private final Environment environment;
    private final Events events;
    private final Duration shutdownNotice;
    private final Duration maxPriceAge;
    private final Set<String> warnedOf = new HashSet<>();
    private boolean warnedOfAge;
    private @Nullable Catalog models;
    private Cancellation.@Nullable Registration daily;
    private Cancellation.@Nullable Registration reading;
    private boolean closed;

    CardWatch(Environment environment, Events events, Duration shutdownNotice, Duration maxPriceAge) {
        this.environment = environment;
        this.events = events;
        this.shutdownNotice = shutdownNotice;
        this.maxPriceAge = maxPriceAge;
    }

    /**
     * Reads {@code cards} again at their interval, and passes them to {@code onChange} if they are not those in use.
     *
     * @param used the cards in use; other routers may refresh {@code cards} too
     */
    synchronized void read(WatchedCards cards, ModelCards used, Consumer<ModelCards> onChange) {
        if (!closed) {
            reading = environment.schedule(
                    cards.interval().toNanos(),
                    () -> submit(() -> refresh(cards, used, onChange), () -> read(cards, used, onChange)));
        }
    }

    private void refresh(WatchedCards cards, ModelCards used, Consumer<ModelCards> onChange) {
        ModelCards next = used;
        try {
            ModelCards now = cards.refresh();
            if (now != used) {
                onChange.accept(now);
                next = now;
            }
        } catch (RuntimeException e) {
            log.error("the model cards read again make no valid routing table; the previous ones stay in use", e);
        } finally {
            read(cards, next, onChange);
        }
    }

    /** From now on, checks these models: at once and every day. */
    void check(Catalog table) {
        synchronized (this) {
            models = table;
            if (daily == null && hasDates(table)) {
                again();
            }
        }
        checkNow();
    }

    private static boolean hasDates(Catalog table) {
        return table.models().values().stream()
                .flatMap(model -> model.pool().deployments().stream())
                .map(LiveDeployment::card)
                .anyMatch(card -> card.shutdown() != null || card.priceDate() != null);
    }

    private synchronized void again() {
        if (!closed) {
            daily = environment.schedule(DAY.toNanos(), () -> {
                again();
                submit(this::checkNow, () -> {});
            });
        }
    }

    /** Runs in the timer's thread, where nothing may block. */
    private void submit(Runnable task, Runnable otherwise) {
        try {
            environment.executor().execute(task);
        } catch (RejectedExecutionException full) {
            log.warn("the executor has no thread to check the model cards; the next interval tries again", full);
            otherwise.run();
        }
    }

    private void checkNow() {
        List<RouterEvent> found = new ArrayList<>();
        synchronized (this) {
            if (models != null) {
                check(models, found);
            }
        }
        found.forEach(events::publish); // outside of the lock: a listener may change the table
    }

    private void check(Catalog table, List<RouterEvent> found) {
        LocalDate today = LocalDate.ofInstant(environment.now(), ZoneOffset.UTC);
        Set<String> old = new TreeSet<>();
        LocalDate oldest = today;
        for (Model model : table.models().values()) {
            for (LiveDeployment deployment : model.pool().deployments()) {
                ModelCard card = deployment.card();
                if (card.shutdown() != null) {
                    checkShutdown(deployment, card, card.shutdown(), today, found);
                }
                LocalDate known = card.priceDate();
                if (known != null && ChronoUnit.DAYS.between(known, today) > maxPriceAge.toDays()) {
                    old.add(deployment.definition().adapter().name() + "/" + deployment.upstreamModel());
                    oldest = known.isBefore(oldest) ? known : oldest;
                }
            }
        }
        if (!old.isEmpty() && !warnedOfAge) {
            warnedOfAge = true;
            log.warn(
                    "the prices of {} are as of {} and may have changed: load newer ones by ModelCards.load or"
                            + " ModelCards.watch, or allow their age by maxPriceAge",
                    old,
                    oldest);
        }
    }

    private void checkShutdown(
            LiveDeployment deployment, ModelCard card, LocalDate day, LocalDate today, List<RouterEvent> found) {
        long daysLeft = ChronoUnit.DAYS.between(today, day);
        boolean past = daysLeft <= 0;
        if (!past && daysLeft > shutdownNotice.toDays()) {
            return;
        }
        if (!warnedOf.add(deployment.id() + "|" + day + "|" + past)) {
            return;
        }
        String replacement = card.replacement() == null ? "" : "; the vendor recommends " + card.replacement();
        if (past) {
            log.warn(
                    "the model of deployment {} was shut down on {}: it is asked after all others{}",
                    deployment.id(),
                    day,
                    replacement);
        } else {
            log.warn(
                    "the model of deployment {} will be shut down on {}, in {} days{}",
                    deployment.id(),
                    day,
                    daysLeft,
                    replacement);
        }
        found.add(new RouterEvent.ModelShutdown(deployment.id(), day, card.replacement(), past));
    }

    synchronized void close() {
        closed = true;
        if (daily != null) {
            daily.close();
        }
        if (reading != null) {
            reading.close();
        }
    }
}
