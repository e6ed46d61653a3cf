package dev.aigw.api.batch;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Requests for one model, each with an id of yours, to be answered as a batch: chats, or embeddings. Immutable.
 *
 * <pre>{@code
 * BatchRequest.Builder batch = BatchRequest.builder("assistant");
 * documents.forEach((id, text) -> batch.chat(id, ChatRequest.of("assistant", "Summarize: " + text)));
 * BatchHandle handle = router.batches().submit(batch.build());
 * }</pre>
 *
 * <p>Ids are unique within the batch. Vendors differ in what an id may be: up to 64 of {@code A-Z a-z 0-9 _ -} suits
 * all. A batch that is larger than its vendor takes is submitted as several, under one handle.
 */
public final class BatchRequest implements ModelRequest {

    /** Submits a batch of chats; {@link BatchClient#submit} makes these calls. */
    public static final Operation<BatchRequest, BatchSubmitted> CHATS = Operation.builder(
                    "batch.chat", BatchRequest.class, BatchSubmitted.class)
            .build();

    /** Submits a batch of embeddings; {@link BatchClient#submit} makes these calls. */
    public static final Operation<BatchRequest, BatchSubmitted> EMBEDDINGS = Operation.builder(
                    "batch.embed", BatchRequest.class, BatchSubmitted.class)
            .build();

    /**
     * One request of a batch.
     *
     * @param id your id for it
     * @param request a {@link ChatRequest} or an {@link EmbeddingRequest}
     */
    public record Item(String id, ModelRequest request) {}

    private final String model;
    private final Operation<?, ?> itemOperation;
    private final List<Item> items;

    private BatchRequest(String model, List<Item> items) {
        this.model = model;
        this.items = List.copyOf(items);
        this.itemOperation = items.get(0).request() instanceof ChatRequest ? ChatRequest.CHAT : EmbeddingRequest.EMBED;
    }

    /**
     * Starts a batch without items.
     *
     * @param model the model that all requests are for, by the same name as in the requests
     */
    public static Builder builder(String model) {
        return new Builder(model);
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the requests, in the order in which they were added. */
    public List<Item> items() {
        return items;
    }

    /** Returns the operation of the items: {@link ChatRequest#CHAT} or {@link EmbeddingRequest#EMBED}. */
    public Operation<?, ?> itemOperation() {
        return itemOperation;
    }

    /** Returns the operation that submits this batch: {@link #CHATS} or {@link #EMBEDDINGS}. */
    public Operation<BatchRequest, BatchSubmitted> operation() {
        return itemOperation.equals(ChatRequest.CHAT) ? CHATS : EMBEDDINGS;
    }

    /**
     * Returns this batch with each request replaced by what {@code change} returns for it, such as one with a longer
     * prompt; the batch itself if it changes none.
     *
     * @param change returns a request of the same type
     * @throws IllegalArgumentException if one is of another type
     */
    public BatchRequest map(UnaryOperator<ModelRequest> change) {
        List<Item> changed = new ArrayList<>(items.size());
        boolean same = true;
        for (Item item : items) {
            ModelRequest request = change.apply(item.request());
            Builder.checkSameKind(item.id(), item.request(), request);
            same &= request == item.request();
            changed.add(new Item(item.id(), request));
        }
        return same ? this : new BatchRequest(model, changed);
    }

    /** Returns the model and the number of items. */
    @Override
    public String toString() {
        return "BatchRequest{model=" + model + ", operation=" + itemOperation + ", items=" + items.size() + "}";
    }

    /** Builds a {@link BatchRequest}. Not safe for use by several threads. */
    public static final class Builder {

        private final String model;
        private final List<Item> items = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /**
         * Adds a chat.
         *
         * @throws IllegalArgumentException if the id is blank, was added before or has a line break, the chat is for
         *     another model, or the batch has embeddings
         */
        public Builder chat(String id, ChatRequest request) {
            return add(id, Objects.requireNonNull(request, "request"));
        }

        /**
         * Adds texts to embed.
         *
         * @throws IllegalArgumentException if the id is blank, was added before or has a line break, the request is for
         *     another model, or the batch has chats
         */
        public Builder embedding(String id, EmbeddingRequest request) {
            return add(id, Objects.requireNonNull(request, "request"));
        }

        private Builder add(String id, ModelRequest request) {
            if (id.isBlank() || id.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "the id \"" + id + "\" is blank or has a control character: use letters, digits, _ and -");
            }
            if (!request.model().equals(model)) {
                throw new IllegalArgumentException("item \"" + id + "\" is for the model \"" + request.model()
                        + "\" and the batch for \"" + model + "\": submit one batch for each model");
            }
            ModelRequest first = items.isEmpty() ? null : items.get(0).request();
            checkSameKind(id, first, request);
            if (!ids.add(id)) {
                throw new IllegalArgumentException(
                        "the id \"" + id + "\" is added twice: results are matched by id, so give each item its own");
            }
            items.add(new Item(id, request));
            return this;
        }

        private static void checkSameKind(String id, @Nullable ModelRequest first, ModelRequest request) {
            if (first != null && first.getClass() != request.getClass()) {
                throw new IllegalArgumentException("item \"" + id + "\" is a "
                        + request.getClass().getSimpleName() + " and the batch has "
                        + first.getClass().getSimpleName() + "s: submit chats and embeddings as two batches");
            }
        }

        /**
         * Returns the request.
         *
         * @throws IllegalStateException if it has no items
         */
        public BatchRequest build() {
            SetOnce.required(items.isEmpty() ? null : items, "an item of the batch");
            return new BatchRequest(model, items);
        }
    }
}
