package dev.aigw.providers.langchain4j;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Unsupported;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves chats, streams and embeddings from LangChain4j models.
 *
 * <pre>{@code
 * LangChain4jAdapter.builder("local").chatModel(ollamaChatModel).embeddingModel(embeddingModel).build()
 * }</pre>
 *
 * <p>What a LangChain4j model cannot express (a tool choice by name, log probabilities, seeds, vendor extras) is left
 * out with a warning in the route. A part that it cannot carry fails with {@link ErrorKind#UNSUPPORTED}.
 *
 * <p><b>Time.</b> A blocking LangChain4j model cannot be interrupted: its own timeouts apply, and a reply that comes
 * after the call was cancelled or its deadline passed is dropped. All timeouts apply to streams, and cancelling a
 * stream cancels the model's stream if the model supports it. Credentials and base URLs of deployments are not used:
 * the models have their own.
 *
 * <p>Safe for use by many threads if the models are. Closing it does not close the models.
 */
public final class LangChain4jAdapter implements ProviderAdapter {

    private final String name;
    private final @Nullable ChatModel chatModel;
    private final @Nullable StreamingChatModel streamingChatModel;
    private final @Nullable EmbeddingModel embeddingModel;
    private final boolean sendModelName;

    private LangChain4jAdapter(Builder builder) {
        this.name = builder.name;
        this.chatModel = builder.chatModel;
        this.streamingChatModel = builder.streamingChatModel;
        this.embeddingModel = builder.embeddingModel;
        this.sendModelName = builder.sendModelName;
    }

    /** Starts an adapter of this name. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Returns true for chats and streams if either kind of chat model is set, for embeddings if an embedding model is.
     */
    @Override
    public boolean supports(Operation<?, ?> operation) {
        if (operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM)) {
            return chatModel != null || streamingChatModel != null;
        }
        return operation.equals(EmbeddingRequest.EMBED) && embeddingModel != null;
    }

    /** Returns JSON_SCHEMA if a chat model does not declare that it takes one. */
    @Override
    public Set<Capability> lacking() {
        boolean schemas = (chatModel == null || takesSchemas(chatModel.supportedCapabilities()))
                && (streamingChatModel == null || takesSchemas(streamingChatModel.supportedCapabilities()));
        return schemas ? Set.of() : Set.of(Capability.JSON_SCHEMA);
    }

    private static boolean takesSchemas(Set<dev.langchain4j.model.chat.Capability> capabilities) {
        return capabilities.contains(dev.langchain4j.model.chat.Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q given, AttemptContext attempt) {
        Q request = Extra.sentTo(this, given);
        if (!supports(operation)) {
            throw new Failures(name, attempt)
                    .failure(
                            ErrorKind.UNSUPPORTED,
                            "adapter \"" + name + "\" has no LangChain4j model for the operation \"" + operation
                                    + "\"");
        }
        ModelReply reply;
        if (operation.equals(ChatRequest.CHAT)) {
            reply = chat((ChatRequest) request, attempt);
        } else if (operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = stream((ChatRequest) request, attempt);
        } else {
            reply = embed((EmbeddingRequest) request, attempt);
        }
        return operation.replyType().cast(reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        if (chatModel == null) {
            try (ChatStream stream = stream(request, attempt)) {
                return stream.response();
            }
        }
        Failures failures = new Failures(name, attempt);
        failures.throwIfOver();
        dev.langchain4j.model.chat.request.ChatRequest theirs = new RequestEncoder(
                        name, sendModelName, attempt, failures)
                .encode(new Unsupported(name, false, attempt).fit(request));
        ChatResponse answer;
        try {
            answer = ReplyDecoder.chat(name, chatModel.chat(theirs));
        } catch (RuntimeException thrown) {
            throw failures.of(thrown);
        }
        failures.throwIfOver();
        return answer;
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        if (streamingChatModel == null) {
            return ChatStream.replay(chat(request, attempt));
        }
        Failures failures = new Failures(name, attempt);
        failures.throwIfOver();
        dev.langchain4j.model.chat.request.ChatRequest theirs = new RequestEncoder(
                        name, sendModelName, attempt, failures)
                .encode(new Unsupported(name, false, attempt).fit(request));
        CallbackSource source = new CallbackSource(name, attempt, failures);
        try {
            streamingChatModel.chat(theirs, source);
        } catch (RuntimeException thrown) {
            source.close();
            throw failures.of(thrown);
        }
        return ChatStream.of(source);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        EmbeddingModel model = Objects.requireNonNull(embeddingModel);
        Failures failures = new Failures(name, attempt);
        failures.throwIfOver();
        EmbeddingResponse answer;
        try {
            answer = ReplyDecoder.embeddings(
                    model.embed(new RequestEncoder(name, sendModelName, attempt, failures).encode(request)));
        } catch (RuntimeException thrown) {
            throw failures.of(thrown);
        }
        failures.throwIfOver();
        if (answer.embeddings().size() != request.inputs().size()) {
            throw failures.failure(
                    ErrorKind.MALFORMED_RESPONSE,
                    name + ": the model made " + answer.embeddings().size() + " embeddings for "
                            + request.inputs().size() + " inputs");
        }
        return answer;
    }

    @Override
    public String toString() {
        return "LangChain4jAdapter{" + name + "}";
    }

    /**
     * Builds a {@link LangChain4jAdapter}; at least one model is required. Setting the same thing twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final String name;
        private final SetOnce once = new SetOnce();
        private @Nullable ChatModel chatModel;
        private @Nullable StreamingChatModel streamingChatModel;
        private @Nullable EmbeddingModel embeddingModel;
        private boolean sendModelName = true;

        private Builder(String name) {
            if (name.isBlank() || name.contains("/")) {
                throw new IllegalArgumentException(
                        "provider name is \"" + name + "\": give a name without '/', such as \"local\"");
            }
            this.name = name;
        }

        /** Sets the model for chats; also for streams (in one piece) if no streaming model is set. */
        public Builder chatModel(ChatModel chatModel) {
            once.check(0, "chatModel");
            this.chatModel = Objects.requireNonNull(chatModel, "chatModel");
            return this;
        }

        /** Sets the model for streams; also for chats if no chat model is set. */
        public Builder streamingChatModel(StreamingChatModel streamingChatModel) {
            once.check(1, "streamingChatModel");
            this.streamingChatModel = Objects.requireNonNull(streamingChatModel, "streamingChatModel");
            return this;
        }

        /** Sets the model for embeddings. */
        public Builder embeddingModel(EmbeddingModel embeddingModel) {
            once.check(2, "embeddingModel");
            this.embeddingModel = Objects.requireNonNull(embeddingModel, "embeddingModel");
            return this;
        }

        /**
         * Sets whether the deployment's upstream model id replaces the model name of the LangChain4j model; true by
         * default. Set it to false when the id is only a label.
         */
        public Builder sendModelName(boolean sendModelName) {
            once.check(3, "sendModelName");
            this.sendModelName = sendModelName;
            return this;
        }

        /**
         * Returns the adapter.
         *
         * @throws IllegalStateException if no model is set
         */
        public LangChain4jAdapter build() {
            if (chatModel == null && streamingChatModel == null && embeddingModel == null) {
                throw new IllegalStateException("adapter \"" + name
                        + "\" has no model: call chatModel(...), streamingChatModel(...) or embeddingModel(...)");
            }
            return new LangChain4jAdapter(this);
        }
    }
}
