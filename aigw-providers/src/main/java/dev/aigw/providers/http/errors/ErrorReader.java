package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a vendor's error object. Safe for use by many threads. */
@FunctionalInterface
public interface ErrorReader {

    /**
     * Returns what the error object in {@code body} says, or null if {@code body} holds none.
     *
     * @param status the HTTP status; 200 for an error inside a successful reply or stream
     */
    @Nullable
    VendorError read(int status, JsonNode body);

    /**
     * Returns what the headers and the error object say, for vendors that say something in headers; null if there is no
     * error. Called in place of the other, which it calls unless overridden.
     *
     * @param status the HTTP status; 200 for an error inside a successful reply or stream
     * @param header gives a header's last value by its name, or null
     * @param body the body, or null when it is no JSON
     */
    default @Nullable VendorError read(int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
        return body == null ? null : read(status, body);
    }

    /** Returns what an HTTP status of 300 or more means by itself. */
    static ErrorKind kindOf(int status) {
        return HttpErrors.kindOf(status);
    }
}
