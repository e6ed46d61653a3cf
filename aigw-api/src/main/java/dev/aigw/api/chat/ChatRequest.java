package dev.aigw.api.chat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.internal.JsonDepth;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation for a model to continue, with the settings for the answer. Immutable.
 *
 * <p>Properties that are null are not sent, so the vendor's defaults apply.
 *
 * <pre>{@code
 * ChatRequest request = ChatRequest.builder("assistant")
 *     .system("Answer in one sentence.")
 *     .user("Why is the sky blue?")
 *     .temperature(0.2)
 *     .maxOutputTokens(200)
 *     .build();
 * }</pre>
 */
public final class ChatRequest implements ModelRequest {

    /** Asks for the whole answer at once. */
    public static final Operation<ChatRequest, ChatResponse> CHAT = Operation.builder(
                    "chat", ChatRequest.class, ChatResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    /** Asks for the answer as a stream. */
    public static final Operation<ChatRequest, ChatStream> CHAT_STREAM = Operation.builder(
                    "chat_stream", ChatRequest.class, ChatStream.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final List<Message> messages;
    private final List<ToolSpec> tools;
    private final @Nullable ToolChoice toolChoice;
    private final @Nullable Boolean parallelToolCalls;
    private final ResponseFormat responseFormat;
    private final @Nullable ReasoningEffort reasoning;
    private final @Nullable String verbosity;
    private final Sampling sampling;
    private final @Nullable Integer maxOutputTokens;
    private final List<String> stop;
    private final @Nullable Integer topLogprobs;
    private final @Nullable String serviceTier;
    private final Map<String, String> metadata;
    private final @Nullable String user;
    private final Map<String, ?> extra;
    private int answerHash;
    private @Nullable BoundReasoning boundReasoning;

    private ChatRequest(Builder builder, String model) {
        this.model = model;
        this.messages = List.copyOf(builder.messages);
        this.tools = List.copyOf(builder.tools);
        this.toolChoice = builder.toolChoice;
        this.parallelToolCalls = builder.parallelToolCalls;
        this.responseFormat = builder.responseFormat;
        this.reasoning = builder.reasoning;
        this.verbosity = builder.verbosity;
        this.sampling = builder.sampling();
        this.maxOutputTokens = builder.maxOutputTokens;
        this.stop = builder.stop;
        this.topLogprobs = builder.topLogprobs;
        this.serviceTier = builder.serviceTier;
        this.metadata = builder.metadata == null ? Map.of() : copy(builder.metadata);
        this.user = builder.user;
        this.extra = builder.extra == null ? Map.of() : copy(builder.extra);
    }

    private static <V extends @Nullable Object> Map<String, V> copy(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * Returns a request with one user message.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the model's name is blank
     */
    public static ChatRequest of(String model, String userText) {
        return builder(model).user(userText).build();
    }

    /** Starts a request to {@code model}, without messages. */
    public static Builder builder(String model) {
        return new Builder().model(model);
    }

    /** Starts a request without model and messages. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.model = model;
        builder.messages.addAll(messages);
        builder.tools = new ArrayList<>(tools);
        builder.toolChoice = toolChoice;
        builder.parallelToolCalls = parallelToolCalls;
        builder.responseFormat = responseFormat;
        builder.reasoning = reasoning;
        builder.verbosity = verbosity;
        builder.sampling = sampling;
        builder.maxOutputTokens = maxOutputTokens;
        builder.stop = stop;
        builder.topLogprobs = topLogprobs;
        builder.serviceTier = serviceTier;
        builder.metadata = metadata.isEmpty() ? null : new LinkedHashMap<>(metadata);
        builder.user = user;
        builder.extra = extra.isEmpty() ? null : new LinkedHashMap<>(extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the conversation so far, at least one message. */
    public List<Message> messages() {
        return messages;
    }

    /** Returns the tools that the model may call, possibly none. */
    public List<ToolSpec> tools() {
        return tools;
    }

    /** Returns whether the model may, must or must not call a tool, or null. */
    public @Nullable ToolChoice toolChoice() {
        return toolChoice;
    }

    /** Returns whether the model may call several tools at once, or null. */
    public @Nullable Boolean parallelToolCalls() {
        return parallelToolCalls;
    }

    /** Returns the format of the answer; {@link ResponseFormat#TEXT} by default. */
    public ResponseFormat responseFormat() {
        return responseFormat;
    }

    /** Returns how much the model shall reason, or null. */
    public @Nullable ReasoningEffort reasoning() {
        return reasoning;
    }

    /** Returns the verbosity of the answer, in the vendor's word, or null. */
    public @Nullable String verbosity() {
        return verbosity;
    }

    /** Returns the sampling settings; {@link Sampling#DEFAULT} by default. */
    public Sampling sampling() {
        return sampling;
    }

    /** Returns the most tokens the answer may have, or null. */
    public @Nullable Integer maxOutputTokens() {
        return maxOutputTokens;
    }

    /** Returns the stop texts, which end the answer, possibly none. */
    public List<String> stop() {
        return stop;
    }

    /**
     * Returns for how many of the most likely tokens at each position log probabilities are requested, or null for none
     * at all.
     */
    public @Nullable Integer topLogprobs() {
        return topLogprobs;
    }

    /** Returns the requested service tier, in the vendor's word, or null. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** Returns labels that the vendor stores with the call; they do not influence the answer. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Returns the id of the end user, sent to vendors that take one, or null. */
    public @Nullable String user() {
        return user;
    }

    @Override
    public Map<String, ?> extra() {
        return extra;
    }

    @Override
    public ChatRequest withExtra(Map<String, ?> extra) {
        return toBuilder().extra(extra).build();
    }

    /** Returns the text of the last user message; empty when there is none. */
    public String lastUserText() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == Message.Role.USER) {
                return messages.get(i).text();
            }
        }
        return "";
    }

    /**
     * Returns this request as JSON, to be stored and read back by {@link #fromJson}: messages with all their parts,
     * tools, settings and {@link #extra()}, media as base64.
     *
     * <p>The form has a {@code type} and a {@code version}. Members may be added to a version, and are ignored by older
     * releases; a release refuses a newer version, and kinds of parts that it does not know. Credentials are no part of
     * a request, but prompts and {@code extra} are in it: store it as you store those.
     *
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if it holds values that are no JSON
     */
    public String toJson() {
        return JsonMapper.installed().write(toMap());
    }

    /**
     * Returns the request that {@link #toJson()} wrote.
     *
     * @throws IllegalArgumentException if the text is not JSON or not such a request, or of a newer version; the
     *     message names the member by its path, such as {@code messages[2].parts[0].text}, and quotes no content
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     */
    public static ChatRequest fromJson(String json) {
        return fromMap(StoredJson.read(json));
    }

    /** Returns this request in the form of {@link #toJson()}, as a plain JSON object. */
    public Map<String, @Nullable Object> toMap() {
        return RequestForm.of(this);
    }

    /**
     * Returns the request that {@link #toMap()} wrote.
     *
     * @throws IllegalArgumentException as {@link #fromJson} does
     */
    public static ChatRequest fromMap(Map<String, ?> map) {
        return RequestForm.request(map);
    }

    /** Returns everything but {@link #model()}, {@link #metadata()} and {@link #user()}, as a value. */
    @Override
    public Object cacheIdentity() {
        return new Identity(this);
    }

    @SuppressWarnings("ReferenceEquality") // fast path: the same request is looked up again
    private boolean asksTheSame(ChatRequest that) {
        return this == that
                || (answerHash() == that.answerHash()
                        && messages.equals(that.messages)
                        && tools.equals(that.tools)
                        && Objects.equals(toolChoice, that.toolChoice)
                        && Objects.equals(parallelToolCalls, that.parallelToolCalls)
                        && responseFormat.equals(that.responseFormat)
                        && Objects.equals(reasoning, that.reasoning)
                        && Objects.equals(verbosity, that.verbosity)
                        && sampling.equals(that.sampling)
                        && Objects.equals(maxOutputTokens, that.maxOutputTokens)
                        && stop.equals(that.stop)
                        && Objects.equals(topLogprobs, that.topLogprobs)
                        && Objects.equals(serviceTier, that.serviceTier)
                        && extra.equals(that.extra));
    }

    /** Returns the parts of the conversation that not every model can read; they are looked for at the first call. */
    public BoundReasoning boundReasoning() {
        BoundReasoning found = boundReasoning;
        if (found == null) {
            found = BoundReasoning.in(this);
            boundReasoning = found; // racing threads write equal values, and it is immutable
        }
        return found;
    }

    /**
     * Returns a hash of tools and messages, without reasoning and cache hints, that is the same in every JVM: the
     * {@link ReasoningOrigin#prefix()} of reasoning in the answer to this request.
     */
    public String prefixHash() {
        return new PrefixHash(tools, messages).before(messages.size());
    }

    private int answerHash() {
        int hash = answerHash;
        if (hash == 0) {
            hash = Objects.hash(
                    messages,
                    tools,
                    toolChoice,
                    parallelToolCalls,
                    responseFormat,
                    reasoning,
                    verbosity,
                    sampling,
                    maxOutputTokens,
                    stop,
                    topLogprobs,
                    serviceTier,
                    extra);
            answerHash = hash == 0 ? 1 : hash; // racing threads write the same value
        }
        return hash == 0 ? 1 : hash;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ChatRequest that
                        && model.equals(that.model)
                        && metadata.equals(that.metadata)
                        && Objects.equals(user, that.user)
                        && asksTheSame(that));
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + answerHash();
    }

    /** Returns the model and the size of the conversation; content stays out of logs. */
    @Override
    public String toString() {
        return "ChatRequest{model=" + model + ", " + messages.size() + " messages, " + tools.size() + " tools}";
    }

    private static final class Identity {

        private final ChatRequest request;

        Identity(ChatRequest request) {
            this.request = request;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Identity that && request.asksTheSame(that.request);
        }

        @Override
        public int hashCode() {
            return request.answerHash();
        }

        @Override
        public String toString() {
            return "ChatRequest.Identity{" + Integer.toHexString(hashCode()) + "}";
        }
    }

    /**
     * Builds a {@link ChatRequest}. Setting a single-valued property twice throws {@link IllegalStateException}; null
     * unsets what {@link ChatRequest#toBuilder()} copied. Not safe for use by several threads.
     */
    public static final class Builder {

        private long once; // one is built for each request
        private @Nullable String model;
        private final List<Message> messages = new ArrayList<>(4);
        private List<ToolSpec> tools = List.of();
        private @Nullable ToolChoice toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private ResponseFormat responseFormat = ResponseFormat.TEXT;
        private @Nullable ReasoningEffort reasoning;
        private @Nullable String verbosity;
        private Sampling sampling = Sampling.DEFAULT;
        private Sampling.@Nullable Builder samplingChange;
        private @Nullable Integer maxOutputTokens;
        private List<String> stop = List.of();
        private @Nullable Integer topLogprobs;
        private @Nullable String serviceTier;
        private @Nullable Map<String, String> metadata;
        private @Nullable String user;
        private @Nullable Map<String, Object> extra;

        private Builder() {}

        /** Sets the model asked for. */
        public Builder model(String model) {
            once = SetOnce.check(once, 0, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Adds a message. */
        public Builder message(Message message) {
            messages.add(Objects.requireNonNull(message, "message"));
            once |= 1L << 1;
            return this;
        }

        /**
         * Sets the messages, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given messages before, which would be lost
         */
        public Builder messages(List<Message> messages) {
            once = SetOnce.check(once, 1, "messages");
            this.messages.clear();
            this.messages.addAll(messages);
            return this;
        }

        /** Adds a system message: instructions for the whole conversation. */
        public Builder system(String text) {
            return message(Message.system(text));
        }

        /** Adds a user message of one text. The end user's id is set by {@link #userId}. */
        public Builder user(String text) {
            return message(Message.user(text));
        }

        /** Adds a user message of a text and further parts, in this order. */
        public Builder user(String text, ContentPart... more) {
            return message(Message.user(text, more));
        }

        /**
         * Adds a user message of a text and images, sound, videos or documents, in this order.
         *
         * @throws IllegalArgumentException if the type of one is not known
         */
        public Builder user(String text, Media... media) {
            return message(Message.user(text, media));
        }

        /** Adds an assistant message of one text. */
        public Builder assistant(String text) {
            return message(Message.assistant(text));
        }

        /** Adds a tool. */
        public Builder tool(ToolSpec tool) {
            Objects.requireNonNull(tool, "tool");
            if (tools.isEmpty()) {
                tools = new ArrayList<>(2);
            }
            tools.add(tool);
            once |= 1L << 2;
            return this;
        }

        /**
         * Sets the tools, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given tools before, which would be lost
         */
        public Builder tools(List<ToolSpec> tools) {
            once = SetOnce.check(once, 2, "tools");
            this.tools = new ArrayList<>(tools);
            return this;
        }

        /** Sets whether the model may, must or must not call a tool. */
        public Builder toolChoice(@Nullable ToolChoice toolChoice) {
            once = SetOnce.check(once, 3, "toolChoice");
            this.toolChoice = toolChoice;
            return this;
        }

        /** Sets whether the model may call several tools at once. */
        public Builder parallelToolCalls(@Nullable Boolean parallelToolCalls) {
            once = SetOnce.check(once, 4, "parallelToolCalls");
            this.parallelToolCalls = parallelToolCalls;
            return this;
        }

        /** Sets the format of the answer; {@link ResponseFormat#TEXT} by default. */
        public Builder responseFormat(ResponseFormat responseFormat) {
            once = SetOnce.check(once, 5, "responseFormat");
            this.responseFormat = Objects.requireNonNull(responseFormat, "responseFormat");
            return this;
        }

        /** Sets how much the model shall reason. */
        public Builder reasoning(@Nullable ReasoningEffort reasoning) {
            once = SetOnce.check(once, 6, "reasoning");
            this.reasoning = reasoning;
            return this;
        }

        /** Sets the verbosity of the answer, in the vendor's word. */
        public Builder verbosity(@Nullable String verbosity) {
            once = SetOnce.check(once, 7, "verbosity");
            this.verbosity = verbosity;
            return this;
        }

        /**
         * Sets the sampling settings, replacing those of the request that this builder started from. Single settings
         * may be changed afterwards, for example by {@link #temperature}.
         *
         * @throws IllegalStateException if this builder was given single settings before, which would be lost
         */
        public Builder sampling(Sampling sampling) {
            once = SetOnce.check(once, 8, "sampling");
            this.sampling = Objects.requireNonNull(sampling, "sampling");
            return this;
        }

        private Sampling.Builder samplingChange() {
            if (samplingChange == null) {
                once |= 1L << 8;
                samplingChange = sampling.toBuilder();
            }
            return samplingChange;
        }

        private Sampling sampling() {
            return samplingChange == null ? sampling : samplingChange.build();
        }

        /** Sets the sampling temperature, 0 or more. */
        public Builder temperature(@Nullable Double temperature) {
            samplingChange().temperature(temperature);
            return this;
        }

        /** Sets the share of probability to sample from (nucleus sampling), 0 to 1. */
        public Builder topP(@Nullable Double topP) {
            samplingChange().topP(topP);
            return this;
        }

        /** Sets the number of most likely tokens to sample from. */
        public Builder topK(@Nullable Integer topK) {
            samplingChange().topK(topK);
            return this;
        }

        /** Sets the most tokens the answer may have, at least 1. */
        public Builder maxOutputTokens(@Nullable Integer maxOutputTokens) {
            once = SetOnce.check(once, 9, "maxOutputTokens");
            this.maxOutputTokens = maxOutputTokens;
            return this;
        }

        /** Sets the stop texts, which end the answer. */
        public Builder stop(List<String> stop) {
            once = SetOnce.check(once, 10, "stop");
            this.stop = List.copyOf(stop);
            return this;
        }

        /** Sets the stop texts, which end the answer. */
        public Builder stop(String... stop) {
            return stop(List.of(stop));
        }

        /** Sets the seed for repeatable sampling. */
        public Builder seed(long seed) {
            return seed(Long.valueOf(seed));
        }

        /** Sets or unsets the seed for repeatable sampling. */
        public Builder seed(@Nullable Long seed) {
            samplingChange().seed(seed);
            return this;
        }

        /** Sets the frequency penalty: on tokens, by how often they occurred. */
        public Builder frequencyPenalty(@Nullable Double frequencyPenalty) {
            samplingChange().frequencyPenalty(frequencyPenalty);
            return this;
        }

        /** Sets the presence penalty: on tokens that occurred at all. */
        public Builder presencePenalty(@Nullable Double presencePenalty) {
            samplingChange().presencePenalty(presencePenalty);
            return this;
        }

        /**
         * Sets for how many of the most likely tokens at each position log probabilities are requested; 0 for the
         * chosen token only.
         */
        public Builder topLogprobs(@Nullable Integer topLogprobs) {
            once = SetOnce.check(once, 11, "topLogprobs");
            this.topLogprobs = topLogprobs;
            return this;
        }

        /** Sets the service tier, in the vendor's word. */
        public Builder serviceTier(@Nullable String serviceTier) {
            once = SetOnce.check(once, 12, "serviceTier");
            this.serviceTier = serviceTier;
            return this;
        }

        /** Sets a label that the vendor stores with the call, replacing one of that name. */
        public Builder metadata(String name, String value) {
            Objects.requireNonNull(name, "name");
            metadata = metadata == null ? new LinkedHashMap<>(4) : metadata;
            metadata.put(name, Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Sets all labels, replacing earlier ones. */
        public Builder metadata(Map<String, String> metadata) {
            once = SetOnce.check(once, 13, "metadata");
            this.metadata = new LinkedHashMap<>(metadata);
            return this;
        }

        /** Sets the id of the end user, read back by {@link ChatRequest#user()}. */
        public Builder userId(@Nullable String userId) {
            once = SetOnce.check(once, 14, "userId");
            this.user = userId;
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link ChatRequest#extra()} for the scopes of names.
         */
        public Builder extra(String name, @Nullable Object value) {
            Objects.requireNonNull(name, "name");
            extra = extra == null ? new LinkedHashMap<>(4) : extra;
            JsonDepth.check("the field " + name, value);
            extra.put(name, value);
            return this;
        }

        /**
         * Sets a field that is sent unchanged to one vendor only, replacing one of that name and vendor.
         *
         * @param vendor the name of an adapter or its vendor, such as {@code anthropic}
         * @throws IllegalArgumentException if the vendor is blank or has a slash
         */
        public Builder extra(String vendor, String name, @Nullable Object value) {
            return extra(ExtraScope.of(vendor, name), value);
        }

        /** Sets a field that is sent unchanged to every vendor, replacing one of that name. */
        public Builder extraEverywhere(String name, @Nullable Object value) {
            return extra(ExtraScope.ofAll(name), value);
        }

        /** Sets all fields that are sent to the vendor unchanged, replacing earlier ones. */
        public Builder extra(Map<String, ?> extra) {
            once = SetOnce.check(once, 15, "extra");
            this.extra = new LinkedHashMap<>(extra);
            return this;
        }

        /**
         * Returns the request.
         *
         * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is missing or out of range;
         *     the message names the fix
         */
        public ChatRequest build() {
            if (model == null || model.isBlank()) {
                throw invalid("the request names no model: give builder(model) or model(name) a name such as"
                        + " \"assistant\"");
            }
            if (messages.isEmpty()) {
                throw invalid("the request has no messages: add at least one, for example by user(text)");
            }
            Set<String> names = tools.size() > 1 ? new HashSet<>() : null;
            if (names != null) {
                for (ToolSpec tool : tools) {
                    if (!names.add(tool.name())) {
                        throw invalid("two tools are named " + tool.name() + ": rename or remove one");
                    }
                }
            }
            if (maxOutputTokens != null && maxOutputTokens < 1) {
                throw invalid("maxOutputTokens is " + maxOutputTokens + ": use 1 or more, or leave it unset");
            }
            if (topLogprobs != null && topLogprobs < 0) {
                throw invalid("topLogprobs is " + topLogprobs + ": use 0 or more, or leave it unset");
            }
            return new ChatRequest(this, model);
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
