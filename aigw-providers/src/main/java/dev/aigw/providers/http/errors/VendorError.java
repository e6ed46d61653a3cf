package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor's error object says.
 *
 * @param kind what its structured code or type means, or null when only the status can tell
 * @param code the vendor's code or type, or null
 * @param message the vendor's words, or null
 * @param retryAfter the wait that the body asks for, or null
 * @param subject what the code says the failure is about; {@link FailureSubject#UNKNOWN} where the parameter, the words
 *     and the kind have to tell
 * @param param the path of the parameter that the vendor names, such as {@code messages[0].content}, or null
 */
public record VendorError(
        @Nullable ErrorKind kind,
        @Nullable String code,
        @Nullable String message,
        @Nullable Duration retryAfter,
        FailureSubject subject,
        @Nullable String param) {

    /** Creates an error of which no more is known. */
    public VendorError(@Nullable ErrorKind kind, @Nullable String code, @Nullable String message) {
        this(kind, code, message, null, FailureSubject.UNKNOWN, null);
    }

    /** Returns the same error of another kind. */
    public VendorError withKind(ErrorKind kind) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error, whose body asks for a wait. */
    public VendorError withRetryAfter(@Nullable Duration retryAfter) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error about {@code subject}. */
    public VendorError withSubject(FailureSubject subject) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error, which names a parameter. */
    public VendorError withParam(@Nullable String param) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }
}
