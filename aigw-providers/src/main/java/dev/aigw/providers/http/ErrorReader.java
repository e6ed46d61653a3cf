package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
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

    /** Returns what an HTTP status of 300 or more means by itself. */
    static ErrorKind kindOf(int status) {
        return HttpErrors.kindOf(status);
    }
}
