package dev.aigw.providers.ollama;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Unsupported;

/**
 * Speaks Ollama's own protocol, after its {@code docs/api.md}: chats, whole and streamed, and embeddings.
 *
 * <pre>{@code
 * ProviderAdapter ollama = OllamaAdapter.builder().build();
 * ChatRequest request = ChatRequest.builder("ollama/qwen3")
 *     .user("Why is the sky blue?")
 *     .extra("options", Map.of("num_ctx", 32_768)).extra("keep_alive", "10m")
 *     .build();
 * }</pre>
 *
 * <p>Where Ollama's API differs from our requests:
 *
 * <ul>
 *   <li>Sampling, stop texts and the maximum of output tokens are sent in {@code options}; the fields of an extra
 *       {@code options} are added to them.
 *   <li>Thinking is turned on or off; only models of the gpt-oss family take a level. Its tokens are part of the
 *       answer's.
 *   <li>A message is one text with images beside it, by bytes only. Thinking is sent back with the conversation.
 *   <li>There is no tool choice: {@code NONE} is sent as a request without tools; {@code REQUIRED}, a named tool,
 *       audio, video, documents, verbosity and service tiers fail as {@link ErrorKind#UNSUPPORTED}, unless
 *       {@link Builder#dropUnsupported} is set. Metadata and the end user's id are not sent.
 *   <li>The server's durations are in the response's extras, for example {@code eval_duration}, in nanoseconds.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class OllamaAdapter implements ProviderAdapter {

    private static final String CHAT_PATH = "/api/chat";
    private static final String EMBED_PATH = "/api/embed";

    private final HttpEndpoint endpoint;
    private final boolean dropUnsupported;

    private OllamaAdapter(HttpEndpoint endpoint, boolean dropUnsupported) {
        this.endpoint = endpoint;
        this.dropUnsupported = dropUnsupported;
    }

    /** Starts an adapter named {@code ollama} for {@code http://localhost:11434}, without a credential. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public String vendor() {
        return "ollama";
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || operation.equals(EmbeddingRequest.EMBED);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q given, AttemptContext attempt) {
        Q request = Extra.sentTo(this, given);
        ModelReply reply;
        if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT)) {
            reply = endpoint.transport()
                    .send(
                            begin(chat, attempt, false),
                            attempt,
                            Framing.JSON_LINES,
                            ChatDecoder::decode,
                            stream -> new OllamaStreamReader(name(), stream));
        } else if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = stream(chat, attempt);
        } else if (request instanceof EmbeddingRequest embedding && operation.equals(EmbeddingRequest.EMBED)) {
            HttpCall call =
                    endpoint.call("POST", EMBED_PATH, attempt).body(out -> EmbedCodec.encode(out, embedding, attempt));
            reply = EmbedCodec.decode(endpoint.transport().send(call, attempt), embedding);
        } else {
            throw endpoint.refusal(ErrorKind.UNSUPPORTED, name() + " has no operation " + operation.name(), attempt);
        }
        return endpoint.reply(operation, reply);
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpCall call = begin(request, attempt, true);
        return ChatStream.of(
                new OllamaStreamReader(name(), endpoint.transport().open(call, attempt, Framing.JSON_LINES)));
    }

    private HttpCall begin(ChatRequest request, AttemptContext attempt, boolean streamed) {
        Unsupported unsupported = new Unsupported(name(), dropUnsupported, attempt);
        ChatEncoder encoder = new ChatEncoder(unsupported, unsupported.fit(request), attempt);
        return endpoint.call("POST", CHAT_PATH, attempt).body(out -> encoder.write(out, streamed));
    }

    @Override
    public void close() {
        endpoint.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "OllamaAdapter{" + endpoint + "}";
    }

    /**
     * Builds an {@link OllamaAdapter}. Setting the same single-valued property twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private Builder() {
            super("ollama");
        }

        /** Sets the base URL of the server; {@code http://localhost:11434} by default. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /** Sets the credential, for {@code https://ollama.com} or a proxy that requires one; none by default. */
        @Override
        public Builder credential(Credential credential) {
            return super.credential(credential);
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public OllamaAdapter build() {
            return new OllamaAdapter(endpoint("http://localhost:11434", JsonErrors.ANY), dropsUnsupported());
        }
    }
}
