package dev.aigw.providers.fake;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's batch API in memory, for tests. It outlives the providers that use it, as a vendor does.
 *
 * <pre>{@code
 * FakeBatches vendor = new FakeBatches();
 * FakeProvider fake = FakeProvider.builder("fake").reply("hello").batches(vendor).build();
 * // ... submit a batch through a router that has fake as its provider
 * vendor.end(State.COMPLETED);
 * }</pre>
 *
 * <p>A batch runs until {@link #end} or, after {@link #endAfterPolls}, so many looks at its status. Results come in
 * another order than the items. Safe for use by many threads.
 */
public final class FakeBatches implements BatchSupport {

    private static final int SEED = 7;

    /** One batch. */
    private static final class Batch {

        private final List<BatchRequest.Item> items;
        private State state = State.RUNNING;
        private int pollsLeft = Integer.MAX_VALUE;

        Batch(List<BatchRequest.Item> items) {
            this.items = items;
        }
    }

    private final Map<String, Batch> batches = new LinkedHashMap<>();
    private final Map<String, Function<BatchRequest.Item, @Nullable BatchResult>> scripted = new LinkedHashMap<>();
    private final Deque<GatewayException> statusFailures = new ArrayDeque<>();
    private final Deque<GatewayException> refusals = new ArrayDeque<>();
    private int maxItems = Integer.MAX_VALUE;
    private int endAfterPolls = Integer.MAX_VALUE;
    private int breakAfter = Integer.MAX_VALUE;
    private int polls;
    private int open;

    /** Creates a vendor without batches. */
    public FakeBatches() {}

    /** Sets how many items one batch takes; larger ones are divided. */
    public synchronized FakeBatches maxItems(int items) {
        maxItems = items;
        return this;
    }

    /** Completes each batch submitted from now on at this look at its status. */
    public synchronized FakeBatches endAfterPolls(int looks) {
        endAfterPolls = looks;
        return this;
    }

    /** Fails the next look at a status. */
    public FakeBatches failStatus(ErrorKind kind) {
        return failStatus(GatewayException.of(kind, "planned"));
    }

    /** Fails the next look at a status. */
    public synchronized FakeBatches failStatus(GatewayException failure) {
        statusFailures.add(failure);
        return this;
    }

    /** Fails the next submission. */
    public synchronized FakeBatches refuse(ErrorKind kind) {
        refusals.add(GatewayException.of(kind, "planned"));
        return this;
    }

    /** Breaks the next reading of results after so many of them. */
    public synchronized FakeBatches breakResultsAfter(int results) {
        breakAfter = results;
        return this;
    }

    /** Fails the item of this id. */
    public FakeBatches fail(String id, ErrorKind kind) {
        return answer(id, item -> BatchResult.of(item.id(), GatewayException.of(kind, "planned")));
    }

    /** Forgets the item of this id: there is no result for it. */
    public FakeBatches lose(String id) {
        return answer(id, item -> null);
    }

    /** Answers the item of this id with what {@code answer} returns; null for nothing. */
    public synchronized FakeBatches answer(String id, Function<BatchRequest.Item, @Nullable BatchResult> answer) {
        scripted.put(id, answer);
        return this;
    }

    /** Ends all batches that have not ended. */
    public synchronized void end(State state) {
        for (Batch batch : batches.values()) {
            if (!batch.state.hasEnded()) {
                batch.state = state;
            }
        }
    }

    /** Returns the ids of all batches. */
    public synchronized List<String> ids() {
        return List.copyOf(batches.keySet());
    }

    /** Returns the items of all batches, as they were sent. */
    public synchronized List<BatchRequest.Item> items() {
        return batches.values().stream().flatMap(batch -> batch.items.stream()).toList();
    }

    /** Returns the state of a batch. */
    public synchronized State state(String id) {
        return batch(id).state;
    }

    /** Returns how often a status was asked for. */
    public synchronized int polls() {
        return polls;
    }

    /** Returns how many results were opened and not closed. */
    public synchronized int openResults() {
        return open;
    }

    private Batch batch(String id) {
        Batch batch = batches.get(id);
        if (batch == null) {
            throw GatewayException.of(ErrorKind.NOT_FOUND, "there is no batch " + id);
        }
        return batch;
    }

    @Override
    public boolean supports(Operation<?, ?> itemOperation) {
        return itemOperation.equals(ChatRequest.CHAT) || itemOperation.equals(EmbeddingRequest.EMBED);
    }

    @Override
    public synchronized BatchSubmitted submit(BatchRequest request, AttemptContext attempt) {
        GatewayException refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        List<BatchPart> parts = new ArrayList<>();
        List<BatchRequest.Item> items = request.items();
        for (int start = 0; start < items.size(); start += maxItems) {
            List<BatchRequest.Item> some = items.subList(start, (int) Math.min(items.size(), (long) start + maxItems));
            String id = "fake-batch-" + (batches.size() + 1);
            Batch batch = new Batch(some);
            batch.pollsLeft = endAfterPolls;
            batches.put(id, batch);
            parts.add(new BatchPart(id, some.stream().map(BatchRequest.Item::id).toList()));
        }
        return new BatchSubmitted(parts);
    }

    @Override
    public synchronized BatchStatus status(BatchPart part, AttemptContext attempt) {
        polls++;
        GatewayException failure = statusFailures.poll();
        if (failure != null) {
            throw failure;
        }
        Batch batch = batch(part.id());
        if (!batch.state.hasEnded() && --batch.pollsLeft <= 0) {
            batch.state = State.COMPLETED;
        }
        long failed = 0;
        long succeeded = 0;
        if (batch.state == State.COMPLETED) {
            for (BatchRequest.Item item : batch.items) {
                BatchResult result = result(item);
                failed += result == null || !result.succeeded() ? 1 : 0;
                succeeded += result != null && result.succeeded() ? 1 : 0;
            }
        }
        return BatchStatus.builder(batch.state)
                .raw(batch.state.name())
                .counts(batch.items.size(), succeeded, failed)
                .failure(
                        batch.state == State.FAILED
                                ? GatewayException.of(ErrorKind.INVALID_REQUEST, "the batch is refused")
                                : null)
                .build();
    }

    @Override
    public synchronized Source results(BatchPart part, AttemptContext attempt) {
        Batch batch = batch(part.id());
        List<BatchResult> results = new ArrayList<>();
        if (batch.state != State.FAILED) {
            for (BatchRequest.Item item : batch.items) {
                BatchResult result = result(item);
                if (result != null) {
                    results.add(result);
                }
            }
        }
        Collections.shuffle(results, new Random(SEED));
        int broken = breakAfter;
        breakAfter = Integer.MAX_VALUE;
        open++;
        return new Results(results, broken, attempt);
    }

    private @Nullable BatchResult result(BatchRequest.Item item) {
        Function<BatchRequest.Item, @Nullable BatchResult> script = scripted.get(item.id());
        if (script != null) {
            return script.apply(item);
        }
        if (item.request() instanceof EmbeddingRequest texts) {
            return BatchResult.of(item.id(), Answers.embed(texts));
        }
        ChatRequest chat = (ChatRequest) item.request();
        return BatchResult.of(
                item.id(),
                ChatResponse.builder()
                        .model(chat.model())
                        .text("answer to " + chat.lastUserText())
                        .usage(TokenUsage.of(100, 10))
                        .build());
    }

    @Override
    public synchronized void cancel(BatchPart part, AttemptContext attempt) {
        Batch batch = batch(part.id());
        if (!batch.state.hasEnded()) {
            batch.state = State.CANCELLED;
        }
    }

    private synchronized void closed() {
        open--;
    }

    private final class Results implements Source {

        private final Iterator<BatchResult> results;
        private final AttemptContext attempt;
        private int left;
        private boolean closed;

        Results(List<BatchResult> results, int left, AttemptContext attempt) {
            this.results = results.iterator();
            this.left = left;
            this.attempt = attempt;
        }

        @Override
        public @Nullable BatchResult next() {
            attempt.cancellation().throwIfCancelled();
            if (attempt.remainingNanos() <= 0) {
                throw GatewayException.of(ErrorKind.DEADLINE, "the call's deadline passed");
            }
            if (left-- <= 0) {
                throw GatewayException.of(ErrorKind.CONNECTION, "the connection broke");
            }
            return results.hasNext() ? results.next() : null;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                closed();
            }
        }
    }
}
