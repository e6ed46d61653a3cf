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

    /** Returns whether it says nothing: neither a kind, nor a code, nor words. */
    boolean isNothing() {
        return kind == null && (code == null || code.isBlank()) && (message == null || message.isBlank());
    }

    /** Returns the same error with other words. */
    VendorError withMessage(@Nullable String message) {
        return new VendorError(kind, code, message, retryAfter, subject, param);
    }

    /**
     * Returns this error with what it lacks from another reading of the same body: a general kind or code, and a code
     * that only repeats a status, yield to one that says more.
     */
    VendorError completedBy(VendorError other) {
        boolean vague = kind == null || (ErrorCodes.isGeneral(kind) && other.kind != null);
        boolean plain = code == null || (other.code != null && (JsonErrors.isStatus(code) || isGeneral(code)));
        boolean wordless = message == null || message.isBlank() || message.charAt(0) == '{';
        return new VendorError(
                vague ? other.kind : kind,
                plain ? other.code : code,
                wordless && other.message != null ? other.message : message,
                retryAfter == null ? other.retryAfter : retryAfter,
                subject == FailureSubject.UNKNOWN ? other.subject : subject,
                param == null ? other.param : param);
    }

    /** Returns this error of a broker with what the vendor behind it said. */
    VendorError causedBy(VendorError vendor) {
        VendorError both = vendor.code == null || (code != null && !JsonErrors.isStatus(code))
                ? this
                : new VendorError(kind, vendor.code, message, retryAfter, subject, param);
        ErrorKind known = both.kind == null || ErrorCodes.isGeneral(both.kind) ? vendor.kind : both.kind;
        String words = message == null || vendor.message == null ? vendor.message : message + ": " + vendor.message;
        return new VendorError(
                known == null ? both.kind : known,
                both.code,
                words == null ? message : words,
                retryAfter,
                subject,
                param == null ? vendor.param : param);
    }

    /** Returns this error, or the one that its message contains as JSON. */
    VendorError unwrapped() {
        VendorError within = message == null ? null : JsonErrors.ofText(message);
        return within == null ? this : withMessage(within.message()).completedBy(within);
    }

    private static boolean isGeneral(String code) {
        ErrorKind known = ErrorCodes.kindOf(code);
        return known != null && ErrorCodes.isGeneral(known);
    }
}
