package dev.aigw.routing.cache.semantic;

import dev.aigw.api.spi.ResultCache;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers by the meaning of their questions. The one in the heap compares with every question of a partition,
 * which is right for some ten thousands; an index of one's own serves beyond. Implementations are safe for use by many
 * threads and never call a model.
 */
public interface SemanticStore {

    /**
     * An answer found.
     *
     * @param entry the answer
     * @param similarity how alike the questions are: 1 for the same meaning, about 0 for unrelated ones
     */
    record Match(ResultCache.Entry entry, double similarity) {}

    /**
     * Returns the answer whose question is nearest, however far that is, or null when there is none.
     *
     * @param partition what must be the same: tenant, model, and all of the request but the question's wording
     * @param vector the question, of unit length
     * @param notBefore leaves out what was stored before
     */
    @Nullable
    Match nearest(ResultCache.Key partition, float[] vector, Instant notBefore);

    /** Stores an answer under its question, a vector of unit length that is not changed afterwards. */
    void put(ResultCache.Key partition, float[] vector, ResultCache.Entry entry);

    /** Returns the answers stored, roughly. */
    long size();
}
