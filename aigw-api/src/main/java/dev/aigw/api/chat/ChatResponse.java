package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TypeRef;
import dev.aigw.api.internal.BareJson;
import dev.aigw.api.internal.SetOnce;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model's complete answer. Immutable.
 *
 * <p>Two responses are equal when their answers are: the {@linkplain #route() route} and the {@linkplain #mapper()
 * mapper} do not count. One can be serialized if the values of {@link #extra()} can; it is then read by the installed
 * mapper.
 */
@SuppressWarnings("serial") // Stored is what is written
public final class ChatResponse implements ModelReply, Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable String id;
    private final @Nullable String model;
    private final Message message;
    private final FinishReason finishReason;
    private final TokenUsage usage;
    private final @Nullable Logprobs logprobs;
    private final @Nullable String serviceTier;
    private final List<String> warnings;
    private final Map<String, ?> extra;
    private final JsonMapper mapper;
    private final Route route;

    private ChatResponse(Builder builder) {
        this.id = builder.id;
        this.model = builder.model;
        this.message = Message.of(Message.Role.ASSISTANT, builder.parts);
        this.finishReason = builder.finishReason;
        this.usage = builder.usage;
        this.logprobs = builder.logprobs;
        this.serviceTier = builder.serviceTier;
        this.warnings = List.copyOf(builder.warnings);
        this.extra = builder.extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(builder.extra));
        this.mapper = builder.mapper;
        this.route = builder.route;
    }

    private ChatResponse(ChatResponse other, Route route, JsonMapper mapper) {
        this.id = other.id;
        this.model = other.model;
        this.message = other.message;
        this.finishReason = other.finishReason;
        this.usage = other.usage;
        this.logprobs = other.logprobs;
        this.serviceTier = other.serviceTier;
        this.warnings = other.warnings;
        this.extra = other.extra;
        this.mapper = mapper;
        this.route = route;
    }

    /**
     * The serial form.
     *
     * @param map what {@link #toMap()} returns
     */
    private record Stored(HashMap<String, @Nullable Object> map) implements Serializable {

        @Serial
        private Object readResolve() {
            return fromMap(map);
        }
    }

    @Serial
    private Object writeReplace() {
        return new Stored(new LinkedHashMap<>(toMap()));
    }

    @Serial
    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a ChatResponse is written as what Stored says");
    }

    /** Returns an answer of one text, finished by {@link FinishReason#STOP}, without usage. */
    public static ChatResponse of(String text) {
        return builder().text(text).build();
    }

    /** Starts an answer without parts, finished by {@link FinishReason#STOP}, without usage. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this answer; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.model = model;
        builder.parts.addAll(message.parts());
        builder.finishReason = finishReason;
        builder.usage = usage;
        builder.logprobs = logprobs;
        builder.serviceTier = serviceTier;
        builder.warnings = new ArrayList<>(warnings);
        builder.extra = extra.isEmpty() ? null : new LinkedHashMap<>(extra);
        builder.mapper = mapper;
        builder.route = route;
        return builder;
    }

    /** Returns the vendor's id of the answer, or null. */
    public @Nullable String id() {
        return id;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the model's message, ready to be sent back as part of the conversation. */
    public Message message() {
        return message;
    }

    /** Returns why the model stopped. */
    public FinishReason finishReason() {
        return finishReason;
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    /** Returns the log probabilities of the tokens, or null when they were not requested. */
    public @Nullable Logprobs logprobs() {
        return logprobs;
    }

    /** Returns the tier that served the call, in the vendor's word, or null. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** Returns what was changed or skipped while the answer was read, for example a parameter that was left out. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns other fields of the vendor's answer, as plain JSON values. */
    public Map<String, ?> extra() {
        return extra;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public ChatResponse withRoute(Route route) {
        return new ChatResponse(this, Objects.requireNonNull(route, "route"), mapper);
    }

    /** Returns the text parts joined; empty when there are none. */
    public String text() {
        return message.text();
    }

    /** Returns whether the answer says nothing: it has no parts other than reasoning and blank texts. */
    public boolean isEmpty() {
        return message.parts().stream()
                .allMatch(part -> part instanceof ContentPart.Reasoning
                        || (part instanceof ContentPart.Text text && text.text().isBlank()));
    }

    /** Returns the tool calls in order, possibly none. */
    public List<ToolCall> toolCalls() {
        return message.toolCalls();
    }

    /** Returns the texts of the reasoning joined, with a summary where there is no text; null when none was shown. */
    public @Nullable String reasoning() {
        StringBuilder joined = null;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Reasoning reasoning) {
                String shown = reasoning.text() != null ? reasoning.text() : reasoning.summary();
                if (shown != null) {
                    joined = (joined == null ? new StringBuilder() : joined).append(shown);
                }
            }
        }
        return joined == null ? null : joined.toString();
    }

    /** Returns the texts of the refusal joined, or null when the model did not refuse. */
    public @Nullable String refusal() {
        StringBuilder joined = null;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Refusal refusal) {
                joined = (joined == null ? new StringBuilder() : joined).append(refusal.text());
            }
        }
        return joined == null ? null : joined.toString();
    }

    /**
     * Returns the text, which must be JSON, as a {@code type}. What models write around JSON is ignored: a byte order
     * mark, a thought between tags, a Markdown fence, an introduction, a closing remark.
     *
     * <p>No value is made up: a component that is missing or null, unless it may be null, a fraction for an integer, a
     * number that is too large, and a value that is none of an enum's are failures. A quoted number is read as the
     * number, and properties that the type does not have are ignored.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if the text is
     *     not one JSON value or does not fit; the message names the member
     * @throws IllegalStateException if no mapper is installed
     */
    @SuppressWarnings("unchecked") // the mapper returns what the class says
    public <T> T as(Class<T> type) {
        return (T) read(type);
    }

    /**
     * Returns the text, which must be JSON, as a {@code type}, such as {@code new TypeRef<List<Item>>() {}}.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if the text is
     *     not one JSON value or does not fit; the message names the member
     * @throws IllegalStateException if no mapper is installed
     * @see #as(Class)
     */
    @SuppressWarnings("unchecked") // the mapper returns what the reference says
    public <T> T as(TypeRef<T> type) {
        return (T) read(type.type());
    }

    private Object read(Type type) {
        return TypedJson.read(mapper, BareJson.of(text()), type, "the answer", advice());
    }

    private String advice() {
        if (refusal() != null) {
            return "; the model refused: read refusal()";
        }
        if (finishReason.kind() == FinishReason.Kind.LENGTH) {
            return "; the answer was cut short at its maximum length: raise maxTokens";
        }
        if (!toolCalls().isEmpty()) {
            return "; the model called tools: read toolCalls()";
        }
        return "; ask for it with ResponseFormat.schema";
    }

    /** Returns the mapper that {@link #as} uses; {@link JsonMapper#installed()} by default. */
    public JsonMapper mapper() {
        return mapper;
    }

    /**
     * Returns this response as JSON, to be stored and read back by {@link #fromJson}: all parts with their signatures,
     * media as base64, usage, log probabilities, {@link #extra()}, and the {@link #route()} if there is one. The rules
     * of the form are those of {@link ChatRequest#toJson()}.
     *
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#INVALID_REQUEST} if it holds values
     *     that are no JSON
     */
    public String toJson() {
        return JsonMapper.installed().write(toMap());
    }

    /**
     * Returns the response that {@link #toJson()} wrote. It can be read {@linkplain #as(Class) as a type} by the
     * installed mapper.
     *
     * @throws IllegalArgumentException if the text is not JSON or not such a response, or of a newer version; the
     *     message names the member by its path, and quotes no content
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     */
    public static ChatResponse fromJson(String json) {
        return fromMap(StoredJson.read(json));
    }

    /** Returns this response in the form of {@link #toJson()}, as a plain JSON object. */
    public Map<String, @Nullable Object> toMap() {
        return ResponseForm.of(this);
    }

    /**
     * Returns the response that {@link #toMap()} wrote.
     *
     * @throws IllegalArgumentException as {@link #fromJson} does
     */
    public static ChatResponse fromMap(Map<String, ?> map) {
        return ResponseForm.response(map, JsonMapper.installed());
    }

    @Override
    public ChatResponse withMapper(JsonMapper mapper) {
        return new ChatResponse(this, route, Objects.requireNonNull(mapper, "mapper"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChatResponse that
                && Objects.equals(id, that.id)
                && Objects.equals(model, that.model)
                && message.equals(that.message)
                && finishReason.equals(that.finishReason)
                && usage.equals(that.usage)
                && Objects.equals(logprobs, that.logprobs)
                && Objects.equals(serviceTier, that.serviceTier)
                && warnings.equals(that.warnings)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, model, message, finishReason, usage);
    }

    /** Returns what is known about the answer; its content stays out of logs. */
    @Override
    public String toString() {
        return "ChatResponse{id=" + id + ", model=" + model + ", "
                + message.parts().size() + " parts, finishReason=" + finishReason + ", usage=" + usage + "}";
    }

    /**
     * Builds a {@link ChatResponse}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private long once; // one is built for each answer
        private @Nullable String id;
        private @Nullable String model;
        private final List<ContentPart> parts = new ArrayList<>(2);
        private FinishReason finishReason = FinishReason.STOP;
        private TokenUsage usage = TokenUsage.NONE;
        private @Nullable Logprobs logprobs;
        private @Nullable String serviceTier;
        private List<String> warnings = List.of();
        private @Nullable Map<String, Object> extra;
        private JsonMapper mapper = JsonMapper.installed();
        private Route route = Route.NONE;

        private Builder() {}

        /** Sets the vendor's id of the answer. */
        public Builder id(@Nullable String id) {
            once = SetOnce.check(once, 0, "id");
            this.id = id;
            return this;
        }

        /** Sets the model as the vendor reported it. */
        public Builder model(@Nullable String model) {
            once = SetOnce.check(once, 1, "model");
            this.model = model;
            return this;
        }

        /** Adds a part. */
        public Builder part(ContentPart part) {
            parts.add(Objects.requireNonNull(part, "part"));
            once |= 1L << 2;
            return this;
        }

        /**
         * Sets the parts, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given parts before, which would be lost
         */
        public Builder parts(List<? extends ContentPart> parts) {
            once = SetOnce.check(once, 2, "parts");
            this.parts.clear();
            this.parts.addAll(parts);
            return this;
        }

        /** Adds a part of text. */
        public Builder text(String text) {
            return part(new ContentPart.Text(text));
        }

        /** Sets why the model stopped; {@link FinishReason#STOP} by default. */
        public Builder finishReason(FinishReason finishReason) {
            once = SetOnce.check(once, 3, "finishReason");
            this.finishReason = Objects.requireNonNull(finishReason, "finishReason");
            return this;
        }

        /** Sets the tokens used; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            once = SetOnce.check(once, 4, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets the log probabilities of the tokens. */
        public Builder logprobs(@Nullable Logprobs logprobs) {
            once = SetOnce.check(once, 5, "logprobs");
            this.logprobs = logprobs;
            return this;
        }

        /** Sets the tier that served the call. */
        public Builder serviceTier(@Nullable String serviceTier) {
            once = SetOnce.check(once, 6, "serviceTier");
            this.serviceTier = serviceTier;
            return this;
        }

        /** Adds a warning. */
        public Builder warning(String message) {
            Objects.requireNonNull(message, "message");
            if (warnings.isEmpty()) {
                warnings = new ArrayList<>(2);
            }
            warnings.add(message);
            return this;
        }

        /** Sets a vendor field, replacing one of that name. */
        public Builder extra(String name, @Nullable Object value) {
            Objects.requireNonNull(name, "name");
            extra = extra == null ? new LinkedHashMap<>(4) : extra;
            extra.put(name, value);
            return this;
        }

        /** Sets the mapper that {@link ChatResponse#as} uses; {@link JsonMapper#installed()} by default. */
        public Builder mapper(JsonMapper mapper) {
            once = SetOnce.check(once, 7, "mapper");
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /** Sets the route that led to this reply; {@link Route#NONE} by default. */
        public Builder route(Route route) {
            once = SetOnce.check(once, 8, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Returns the response. */
        public ChatResponse build() {
            return new ChatResponse(this);
        }
    }
}
