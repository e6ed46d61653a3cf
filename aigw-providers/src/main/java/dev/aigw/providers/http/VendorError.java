package dev.aigw.providers.http;

import dev.aigw.api.ErrorKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor's error object says.
 *
 * @param kind what its structured code or type means, or null when only the status can tell
 * @param code the vendor's code or type, or null
 * @param message the vendor's words, or null
 * @param retryAfter the wait that the body asks for, or null
 */
public record VendorError(
        @Nullable ErrorKind kind,
        @Nullable String code,
        @Nullable String message,
        @Nullable Duration retryAfter) {

    /** Creates an error whose body asks for no wait. */
    public VendorError(@Nullable ErrorKind kind, @Nullable String code, @Nullable String message) {
        this(kind, code, message, null);
    }
}
