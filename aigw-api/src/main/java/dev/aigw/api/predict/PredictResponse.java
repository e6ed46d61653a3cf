package dev.aigw.api.predict;

import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TypeRef;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON answer of a model service. Immutable if the value is.
 *
 * <p>Two responses are equal when their answers are; the route and the mapper do not count.
 */
public final class PredictResponse implements ModelReply {

    private final @Nullable Object json;
    private final @Nullable String rawJson;
    private final JsonMapper mapper;
    private final TokenUsage usage;
    private final Route route;

    private PredictResponse(
            @Nullable Object json, @Nullable String rawJson, JsonMapper mapper, TokenUsage usage, Route route) {
        this.json = json;
        this.rawJson = rawJson;
        this.mapper = mapper;
        this.usage = usage;
        this.route = route;
    }

    /** Returns a response with a plain JSON value. */
    public static PredictResponse of(@Nullable Object json) {
        return new PredictResponse(json, null, JsonMapper.installed(), TokenUsage.NONE, Route.NONE);
    }

    /**
     * Returns a response as an adapter received it.
     *
     * @param json the answer as a plain JSON value
     * @param rawJson the same as text
     * @param mapper the mapper that {@link #as} uses
     */
    public static PredictResponse of(@Nullable Object json, String rawJson, JsonMapper mapper) {
        return new PredictResponse(
                json,
                Objects.requireNonNull(rawJson, "rawJson"),
                Objects.requireNonNull(mapper, "mapper"),
                TokenUsage.NONE,
                Route.NONE);
    }

    /** Returns the answer as a plain JSON value: map, list, string, number, boolean or null. */
    public @Nullable Object json() {
        return json;
    }

    /**
     * Returns the answer as text: what the service sent, or else the value written as JSON.
     *
     * @throws IllegalStateException if the value is not a plain JSON value
     */
    public String rawJson() {
        return rawJson != null ? rawJson : JsonText.of(json);
    }

    /**
     * Returns the answer as a {@code type}.
     *
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if it does not fit; the
     *     message names the member
     * @throws IllegalStateException if no mapper is installed, and the value is not of that type already
     */
    @SuppressWarnings("unchecked") // the mapper returns what the class says
    public <T> T as(Class<T> type) {
        return rawJson == null && type.isInstance(json) ? type.cast(json) : (T) read(type);
    }

    /**
     * Returns the answer as a {@code type}, such as {@code new TypeRef<List<Item>>() {}}.
     *
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if it does not fit; the
     *     message names the member
     * @throws IllegalStateException if no mapper is installed
     */
    @SuppressWarnings("unchecked") // the mapper returns what the reference says
    public <T> T as(TypeRef<T> type) {
        return (T) read(type.type());
    }

    private Object read(Type type) {
        try {
            return mapper.read(rawJson != null ? rawJson : mapper.write(json), type);
        } catch (GatewayException e) {
            GatewayException explained = e.toBuilder()
                    .message("the answer of the model service: " + e.getMessage())
                    .build();
            explained.setStackTrace(e.getStackTrace());
            throw explained;
        }
    }

    /** Returns the mapper that {@link #as} uses; {@link JsonMapper#installed()} by default. */
    public JsonMapper mapper() {
        return mapper;
    }

    @Override
    public PredictResponse withMapper(JsonMapper mapper) {
        return new PredictResponse(json, rawJson, Objects.requireNonNull(mapper, "mapper"), usage, route);
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    /** Returns this response with the tokens used; {@link TokenUsage#NONE} by default. */
    public PredictResponse withUsage(TokenUsage usage) {
        return new PredictResponse(json, rawJson, mapper, Objects.requireNonNull(usage, "usage"), route);
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public PredictResponse withRoute(Route route) {
        return new PredictResponse(json, rawJson, mapper, usage, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PredictResponse that
                && Objects.equals(json, that.json)
                && Objects.equals(rawJson, that.rawJson)
                && usage.equals(that.usage);
    }

    @Override
    public int hashCode() {
        return Objects.hash(json, rawJson, usage);
    }

    /** Returns the answer's type; content stays out of logs. */
    @Override
    public String toString() {
        return "PredictResponse{" + (json == null ? "null" : json.getClass().getSimpleName()) + "}";
    }
}
