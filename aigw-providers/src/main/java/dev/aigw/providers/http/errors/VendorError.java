package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The content of a vendor's error object.
 *
 * @param kind the meaning of its structured code or type, or null when only the status indicates it
 * @param code the vendor's code or type, or null
 * @param message the vendor's message, or null
 * @param retryAfter the wait that the body asks for, or null
 * @param subject the subject that the code indicates; {@link FailureSubject#UNKNOWN} where the parameter, the message
 *     and the kind decide
 * @param param the path of the parameter that the vendor names, such as {@code messages[0].content}, or null
 */
public record VendorError(
        @Nullable ErrorKind kind,
        @Nullable String code,
        @Nullable String message,
        @Nullable Duration retryAfter,
        FailureSubject subject,
        @Nullable String param) {

    /** Creates an error without further details. */
    public VendorError(@Nullable ErrorKind kind, @Nullable String code, @Nullable String message) {
        this(kind, code, message, null, FailureSubject.UNKNOWN, null);
    }

    /** Returns the same error of another kind. */
    public VendorError withKind(ErrorKind kind) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error with the wait that its body asks for. */
    public VendorError withRetryAfter(@Nullable Duration retryAfter) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error with another subject. */
    public VendorError withSubject(FailureSubject subject) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /** Returns the same error with the parameter that it names. */
    public VendorError withParam(@Nullable String param) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }
}
