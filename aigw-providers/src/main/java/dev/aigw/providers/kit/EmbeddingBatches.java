package dev.aigw.providers.kit;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * How many texts a vendor embeds in one call. A request with more is split over several calls, one after the other, and
 * put together again: vectors in the order of the request, usage summed.
 *
 * <pre>{@code
 * static final EmbeddingBatches LIMITS = EmbeddingBatches.of(96);
 *
 * EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
 *     return LIMITS.call(request, attempt, this::embedOnce);
 * }
 * }</pre>
 *
 * <p>All calls of a request share the attempt's time limit, deadline and cancellation; each has an idempotency key of
 * its own. When one fails, the request fails as it did. Immutable.
 */
public final class EmbeddingBatches {

    private final int maxInputs;
    private final long maxBytes;

    private EmbeddingBatches(int maxInputs, long maxBytes) {
        if (maxInputs < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a batch of at most " + maxInputs + " inputs and " + maxBytes + " bytes: use 1 or more of each");
        }
        this.maxInputs = maxInputs;
        this.maxBytes = maxBytes;
    }

    /**
     * Returns a limit on the number of texts.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static EmbeddingBatches of(int maxInputs) {
        return new EmbeddingBatches(maxInputs, Long.MAX_VALUE);
    }

    /**
     * Returns this limit and one on the texts' sum in bytes of UTF-8, which is a safe bound for vendors that limit the
     * sum in tokens: a token of a byte-level vocabulary is at least a byte. A text that is larger goes alone.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public EmbeddingBatches maxBytes(long maxBytes) {
        return new EmbeddingBatches(maxInputs, maxBytes);
    }

    /**
     * Makes the calls a request takes; one with the request as it is, if that is within the limits.
     *
     * @param upstream makes one call, which returns a vector for each of its texts
     */
    public EmbeddingResponse call(
            EmbeddingRequest request,
            AttemptContext attempt,
            BiFunction<EmbeddingRequest, AttemptContext, EmbeddingResponse> upstream) {
        List<String> inputs = request.inputs();
        int end = endOfBatch(inputs, 0);
        if (end == inputs.size()) {
            return upstream.apply(request, attempt);
        }
        DividedAttempt batches = new DividedAttempt(attempt);
        List<float[]> vectors = new ArrayList<>(inputs.size());
        TokenUsage usage = TokenUsage.NONE;
        String model = null;
        for (int start = 0; start < inputs.size(); start = end) {
            end = endOfBatch(inputs, start);
            EmbeddingRequest part =
                    request.toBuilder().inputs(inputs.subList(start, end)).build();
            EmbeddingResponse reply = upstream.apply(part, batches.next());
            vectors.addAll(reply.embeddings());
            usage = usage.plus(reply.usage());
            model = model == null ? reply.model() : model;
        }
        return EmbeddingResponse.builder()
                .model(model)
                .embeddings(vectors)
                .usage(usage)
                .build();
    }

    private int endOfBatch(List<String> inputs, int start) {
        int last = (int) Math.min(inputs.size(), (long) start + maxInputs);
        if (maxBytes == Long.MAX_VALUE) {
            return last;
        }
        long bytes = bytes(inputs.get(start));
        for (int end = start + 1; end < last; end++) {
            bytes += bytes(inputs.get(end));
            if (bytes > maxBytes) {
                return end;
            }
        }
        return last;
    }

    /** Returns the length in UTF-8: a surrogate of a pair stands for half of four bytes. */
    private static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
