package dev.aigw.providers.http;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** A successful reply whose body is bytes of any kind. Not safe for use by several threads. */
public final class HttpBytes {

    private static final int EXCERPT_BYTES = 2 * 1024;

    private final int status;
    private final Headers headers;
    private final byte[] body;
    private final HttpErrors errors;
    private final TreeBounds bounds;

    HttpBytes(int status, Headers headers, byte[] body, HttpErrors errors, TreeBounds bounds) {
        this.bounds = bounds;
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.errors = errors;
    }

    /** Returns the HTTP status, 200 to 299. */
    public int status() {
        return status;
    }

    /** Returns the body itself, not a copy. */
    public byte[] body() {
        return body;
    }

    /** Returns a header's last value, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /**
     * Returns the JSON object in the first {@code length} bytes of the body.
     *
     * @throws GatewayException if there is none, or it is too large
     */
    public JsonNode object(int length) {
        JsonNode json;
        try {
            json = Json.parse(body, 0, length, bounds);
        } catch (StreamConstraintsException e) {
            throw malformed("the reply is too large to read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed("the reply is not JSON; a proxy or a wrong base URL may be the cause");
        }
        if (!json.isObject()) {
            throw malformed("the reply is not a JSON object");
        }
        return json;
    }

    /**
     * Returns the JSON object that the body is.
     *
     * @throws GatewayException if it is none, or too large
     */
    public JsonNode object() {
        return object(body.length);
    }

    /**
     * Returns the failure that an error object within this reply describes, such as one of a batch.
     *
     * @param status the status that it would have as a reply of its own: 400 for a request that was refused
     * @param error the vendor's usual body of an error
     */
    public GatewayException failure(int status, JsonNode error) {
        return failure(errors, status, error);
    }

    /** Returns the failure that an error object within a reply describes. */
    static GatewayException failure(HttpErrors errors, int status, JsonNode error) {
        if (status >= 400) {
            return errors.status(status, Headers.of(), error.isTextual() ? error.textValue() : error.toString());
        }
        GatewayException inside = errors.inside(status, Headers.of(), error);
        return inside != null ? inside : errors.unexpected(status, Headers.of(), "there is no answer", error);
    }

    /** Returns the exception for a body that is not what was expected; {@code why} says what is missing. */
    public GatewayException malformed(String why) {
        int length = Math.min(body.length, EXCERPT_BYTES);
        return errors.malformed(status, headers, why, new String(body, 0, length, StandardCharsets.UTF_8), null);
    }
}
