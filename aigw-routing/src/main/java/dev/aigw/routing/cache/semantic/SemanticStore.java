package dev.aigw.routing.cache.semantic;

import dev.aigw.api.spi.ResultCache;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers by the meaning of their questions. The store in the heap compares with every question of a partition,
 * which suits some tens of thousands; use a custom index for more. Implementations are safe for use by many threads and
 * never call a model.
 */
public interface SemanticStore {

    /**
     * An answer that was found.
     *
     * @param entry the answer
     * @param similarity the similarity of the questions: 1 for the same meaning, about 0 for unrelated ones
     */
    record Match(ResultCache.Entry entry, double similarity) {}

    /**
     * Returns the answer with the nearest question, however far away, or null if there is none.
     *
     * @param partition what must be equal: scope, model, conditions, and all of the request except the question's
     *     wording
     * @param vector the question, of unit length
     * @param notBefore excludes answers stored earlier
     */
    @Nullable
    Match nearest(ResultCache.Key partition, float[] vector, Instant notBefore);

    /**
     * Stores an answer under its question, a vector of unit length that is not changed afterwards.
     *
     * @param timeToLive how long after it was stored the answer may be returned; a store forgets it afterwards
     */
    void put(ResultCache.Key partition, float[] vector, ResultCache.Entry entry, Duration timeToLive);

    /** Returns the number of stored answers, approximately. */
    long size();
}
