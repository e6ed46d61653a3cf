package dev.aigw.routing.cache.semantic;

import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.HeapSize;
import dev.aigw.routing.engine.call.Vectors;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The answers to questions that differ only in their wording, the oldest first. Guarded by the store's lock. */
final class Partition {

    private final ResultCache.Key key;
    private final long bytes;
    private final Deque<HeapStore.Answer> answers = new ArrayDeque<>();

    Partition(ResultCache.Key key) {
        this.key = key;
        this.bytes = HeapSize.of(key);
    }

    ResultCache.Key key() {
        return key;
    }

    /** Returns the bytes of what all its questions have in common. */
    long bytes() {
        return bytes;
    }

    Deque<HeapStore.Answer> answers() {
        return answers;
    }

    /** Returns the dimensions of its vectors; 0 if it has none. */
    int dimensions() {
        return answers.isEmpty() ? 0 : answers.getFirst().vector().length;
    }

    HeapStore.Answer oldest() {
        return answers.getFirst();
    }

    void add(HeapStore.Answer answer) {
        answers.addLast(answer);
    }

    /** Removes an answer, in most cases the oldest. */
    void remove(HeapStore.Answer answer) {
        answers.removeFirstOccurrence(answer);
    }

    /** Removes all answers, and returns how many bytes they had. */
    long clear() {
        long freed = 0;
        for (HeapStore.Answer answer : answers) {
            freed += answer.bytes();
        }
        answers.clear();
        return freed;
    }

    /** Returns the nearest answer, of equally near ones the newest. */
    SemanticStore.@Nullable Match nearest(float[] vector, Instant notBefore) {
        if (vector.length != dimensions()) {
            return null;
        }
        HeapStore.Answer best = null;
        float nearest = Float.NEGATIVE_INFINITY;
        for (HeapStore.Answer answer : answers) {
            float similarity = Vectors.dot(answer.vector(), 0, vector);
            if (similarity >= nearest && !answer.entry().storedAt().isBefore(notBefore)) {
                nearest = similarity;
                best = answer;
            }
        }
        return best == null ? null : new SemanticStore.Match(best.entry(), nearest);
    }
}
