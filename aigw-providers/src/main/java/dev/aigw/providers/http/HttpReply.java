package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.json.Json;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** A successful reply whose body is JSON. Not safe for use by several threads. */
public final class HttpReply {

    private static final int EXCERPT_CHARS = 8 * 1024;

    private final int status;
    private final Headers headers;
    private final JsonNode json;
    private final HttpErrors errors;

    HttpReply(int status, Headers headers, JsonNode json, HttpErrors errors) {
        this.status = status;
        this.headers = headers;
        this.json = json;
        this.errors = errors;
    }

    /** Returns the HTTP status, 200 to 299. */
    public int status() {
        return status;
    }

    /** Returns the body. */
    public JsonNode json() {
        return json;
    }

    /** Returns a header's last value, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the exception for a body that is JSON but not what was expected; {@code why} says what is missing. */
    public GatewayException malformed(String why) {
        return errors.malformed(status, headers, why, Json.excerpt(json, EXCERPT_CHARS), null);
    }
}
