package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import java.util.Set;

/** Serves chats from streams, or streams from chats. */
final class DerivingAdapter implements ProviderAdapter {

    private final ProviderAdapter adapter;
    private final boolean chat;

    private DerivingAdapter(ProviderAdapter adapter, boolean chat) {
        this.adapter = adapter;
        this.chat = chat;
    }

    static ProviderAdapter of(ProviderAdapter adapter) {
        boolean chat = adapter.supports(ChatRequest.CHAT);
        return chat == adapter.supports(ChatRequest.CHAT_STREAM) ? adapter : new DerivingAdapter(adapter, chat);
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
    public String reasoningReader(String model) {
        return adapter.reasoningReader(model);
    }

    @Override
    public WireFacts learned(String model) {
        return adapter.learned(model);
    }

    @Override
    public ServedModel served(String model) {
        return adapter.served(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || adapter.supports(operation);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        if (chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            return operation
                    .replyType()
                    .cast(ChatStream.replay(adapter.call(ChatRequest.CHAT, (ChatRequest) request, attempt)));
        }
        if (!chat && operation.equals(ChatRequest.CHAT)) {
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
