package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a vendor's error object. Safe for use by many threads. */
@FunctionalInterface
public interface ErrorReader {

    /**
     * Returns the error in {@code body}, or null if there is none.
     *
     * @param status the HTTP status; 200 for an error inside a successful reply or stream
     */
    @Nullable
    VendorError read(int status, JsonNode body);

    /**
     * Returns the error in headers and body, for vendors that put details into headers; null if there is no error.
     * Called instead of the other method, which it calls by default.
     *
     * @param status the HTTP status; 200 for an error inside a successful reply or stream
     * @param header returns the last value of a header by its name, or null
     * @param body the body, or null when it is not JSON
     */
    default @Nullable VendorError read(int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
        return body == null ? null : read(status, body);
    }

    /** Returns the kind that an HTTP status of 300 or more means by itself. */
    static ErrorKind kindOf(int status) {
        return HttpErrors.kindOf(status);
    }
}
