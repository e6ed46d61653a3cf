package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves chats from streams, or streams from chats, and submits batches. */
final class DerivingAdapter implements ProviderAdapter {

    private final ProviderAdapter adapter;
    private final @Nullable BatchSupport batches;
    private final boolean chat;
    private final boolean stream;

    private DerivingAdapter(ProviderAdapter adapter, @Nullable BatchSupport batches, boolean chat, boolean stream) {
        this.adapter = adapter;
        this.batches = batches;
        this.chat = chat;
        this.stream = stream;
    }

    static ProviderAdapter of(ProviderAdapter adapter) {
        boolean chat = adapter.supports(ChatRequest.CHAT);
        boolean stream = adapter.supports(ChatRequest.CHAT_STREAM);
        BatchSupport batches = adapter.batches();
        return chat == stream && batches == null ? adapter : new DerivingAdapter(adapter, batches, chat, stream);
    }

    @Override
    public String name() {
        return adapter.name();
    }

    @Override
    public String vendor() {
        return adapter.vendor();
    }

    @Override
    public ServedModel served(String model) {
        return adapter.served(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return ((chat || stream) && (operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM)))
                || (batches != null && submits(operation, batches))
                || adapter.supports(operation);
    }

    private static boolean submits(Operation<?, ?> operation, BatchSupport batches) {
        return (operation.equals(BatchRequest.CHATS) && batches.supports(ChatRequest.CHAT))
                || (operation.equals(BatchRequest.EMBEDDINGS) && batches.supports(EmbeddingRequest.EMBED));
    }

    @Override
    public @Nullable BatchSupport batches() {
        return batches;
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        if (batches != null && request instanceof BatchRequest batch && submits(operation, batches)) {
            return operation.replyType().cast(batches.submit(batch, attempt));
        }
        if (chat && !stream && operation.equals(ChatRequest.CHAT_STREAM)) {
            return operation
                    .replyType()
                    .cast(ChatStream.replay(adapter.call(ChatRequest.CHAT, (ChatRequest) request, attempt)));
        }
        if (!chat && stream && operation.equals(ChatRequest.CHAT)) {
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, (ChatRequest) request, attempt)) {
                return operation.replyType().cast(stream.response());
            }
        }
        return adapter.call(operation, request, attempt);
    }

    @Override
    public Set<Capability> lacking() {
        return adapter.lacking();
    }

    @Override
    public Set<Capability> emulated() {
        return adapter.emulated();
    }

    @Override
    public void probe(String path, AttemptContext attempt) {
        adapter.probe(path, attempt);
    }

    @Override
    public void close() {
        adapter.close();
    }

    @Override
    public String toString() {
        return adapter.toString();
    }
}
