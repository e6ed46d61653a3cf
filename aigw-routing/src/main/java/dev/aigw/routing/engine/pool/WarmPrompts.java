package dev.aigw.routing.engine.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import dev.aigw.api.spi.RoutingStrategy.WarmPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which deployments have lately served a session, and how much of its prompt their prompt caches then had, by
 * the usage they reported. It keeps hashes and counts, no prompts. Bounded: the {@value #SESSIONS} sessions used last,
 * {@value #PLACES} deployments each, none longer than its vendor's cache lives. Each JVM has its own.
 *
 * <p>A cache has what was read from it and written to it. Of a vendor that reports only reads, and so writes by itself
 * and at no cost, it has the whole prompt.
 *
 * <p>Safe for use by many threads. Of calls of one session at once, the one that ends last counts.
 */
public final class WarmPrompts {

    private static final int SESSIONS = 10_000;
    private static final int PLACES = 8;
    private static final long ABSENT = -1;

    /** What most vendors cache at least, and how long the shortest-lived caches live. */
    private static final int USUAL_MINIMUM = 1_024;

    private static final Duration USUAL_LIFETIME = Duration.ofMinutes(5);
    private static final Duration LONG_LIFETIME = Duration.ofHours(1);

    private static final Comparator<WarmPrompt> MOST_FIRST =
            Comparator.comparingLong(WarmPrompt::tokens).reversed().thenComparing(WarmPrompt::deployment);

    /** What one deployment's cache has of a session. */
    private record Place(String deployment, long tokens, long lifetimeNanos, long endNanos) {
        boolean isOver(long nowNanos) {
            return nowNanos - endNanos >= 0;
        }
    }

    private final Cache<String, List<Place>> sessions =
            Caffeine.newBuilder().maximumSize(SESSIONS).executor(Runnable::run).build();

    WarmPrompts() {}

    /** Returns the deployments whose caches have the beginning of a session's prompt, the one with most first. */
    List<WarmPrompt> of(String session, long nowNanos) {
        List<Place> places = sessions.getIfPresent(session);
        if (places == null) {
            return List.of();
        }
        List<WarmPrompt> warm = new ArrayList<>(places.size());
        for (Place place : places) {
            if (!place.isOver(nowNanos)) {
                warm.add(new WarmPrompt(place.deployment, place.tokens));
            }
        }
        warm.sort(MOST_FIRST);
        return warm;
    }

    /**
     * Notes that a deployment has served a session.
     *
     * @param facts what is known of its model
     * @param promptTokens the estimated tokens of the prompt, in which the cached part is remembered
     * @param usage what the deployment reported
     */
    void served(
            String session,
            String deployment,
            WireFacts facts,
            long promptTokens,
            TokenUsage usage,
            long nowNanos) {
        if (usage.provenance() != TokenUsage.Provenance.REPORTED || usage.inputTokens() == 0) {
            return;
        }
        double share = (double) cached(usage, facts) / usage.inputTokens();
        long tokens = Math.min(promptTokens, Math.round(promptTokens * share));
        sessions.asMap()
                .compute(
                        session,
                        (key, known) -> with(known, deployment, tokens, lifetime(usage, facts), nowNanos));
    }

    private static @Nullable List<Place> with(
            @Nullable List<Place> known, String deployment, long tokens, long lifetimeNanos, long nowNanos) {
        List<Place> places = new ArrayList<>(2);
        long lifetime = lifetimeNanos;
        for (Place place : known == null ? List.<Place>of() : known) {
            if (place.isOver(nowNanos)) {
                continue;
            }
            if (place.deployment.equals(deployment)) {
                lifetime = Math.max(lifetime, place.lifetimeNanos); // reading it prolongs what was written
            } else if (places.size() < PLACES - 1) {
                places.add(place);
            }
        }
        if (tokens > 0) {
            places.add(0, new Place(deployment, tokens, lifetime, nowNanos + lifetime));
        }
        return places.isEmpty() ? null : List.copyOf(places);
    }

    private static long cached(TokenUsage usage, WireFacts facts) {
        long read = usage.getOr(Bucket.CACHE_READ, ABSENT);
        boolean reportsWrites = usage.getOr(Bucket.CACHE_WRITE, ABSENT) != ABSENT
                || usage.getOr(Bucket.CACHE_WRITE_LONG, ABSENT) != ABSENT;
        if (reportsWrites) {
            return Math.max(0, read) + written(usage);
        }
        Integer minimum = facts.cacheMinimum();
        boolean byItself = read > 0
                || (read == 0
                        && !Boolean.TRUE.equals(facts.cacheMarks())
                        && usage.inputTokens() >= (minimum == null ? USUAL_MINIMUM : minimum));
        return byItself ? usage.inputTokens() : 0;
    }

    private static long written(TokenUsage usage) {
        return usage.getOrZero(Bucket.CACHE_WRITE) + usage.getOrZero(Bucket.CACHE_WRITE_LONG);
    }

    private static long lifetime(TokenUsage usage, WireFacts facts) {
        List<Duration> offered = facts.cacheLifetimes();
        Duration shortest = offered.isEmpty() ? USUAL_LIFETIME : offered.get(0);
        if (usage.getOrZero(Bucket.CACHE_WRITE_LONG) == 0) {
            return shortest.toNanos();
        }
        return (offered.size() > 1 ? offered.get(1) : LONG_LIFETIME).toNanos();
    }
}
