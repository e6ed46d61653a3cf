package dev.aigw.providers.kit;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * How many texts a vendor embeds in one call. A larger request is split into several calls, made one after the other,
 * and their results are joined: vectors in the order of the request, usage summed.
 *
 * <pre>{@code
 * static final EmbeddingBatches LIMITS = EmbeddingBatches.of(96);
 *
 * EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
 *     return LIMITS.call(request, attempt, this::embedOnce);
 * }
 * }</pre>
 *
 * <p>All calls of a request share the attempt's timeout, deadline and cancellation; each has its own idempotency key.
 * When one fails, the request fails with its failure. Immutable.
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
     * Returns a maximum number of texts per call.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static EmbeddingBatches of(int maxInputs) {
        return new EmbeddingBatches(maxInputs, Long.MAX_VALUE);
    }

    /**
     * Returns this maximum with one for the total bytes of the texts in UTF-8. It is a safe bound for vendors that
     * limit the total tokens: a token of a byte-level vocabulary is at least one byte. A larger text is sent in its own
     * call.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public EmbeddingBatches maxBytes(long maxBytes) {
        return new EmbeddingBatches(maxInputs, maxBytes);
    }

    /**
     * Makes the calls that a request needs; a single one with the unchanged request if it is within the limits.
     *
     * @param upstream makes one call, which must return a vector for each of its texts
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

    /** Returns the length in UTF-8; each surrogate of a pair counts half of four bytes. */
    private static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
