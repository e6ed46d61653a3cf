package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.time.Clock;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Creates the exceptions of one attempt: classifies the failure and fills in the known details, with secrets masked.
 *
 * <p>The vendor's structured code comes first, then the status, then the text. Safe for use by many threads.
 */
public abstract class HttpErrors {

    private static final int EXCERPT_CHARS = 2 * 1024;
    private static final int READ_CHARS = 8 * 1024;
    private static final int MESSAGE_CHARS = 600;
    private static final int CODE_CHARS = 200;
    private static final Pattern STATUS = Pattern.compile("[45][0-9][0-9]");

    private final String provider;
    private final String deployment;
    private final ErrorReader reader;
    private final Clock clock;

    /** Creates the exceptions of an attempt. */
    protected HttpErrors(String provider, AttemptContext attempt, ErrorReader reader, Clock clock) {
        this.provider = provider;
        this.deployment = attempt.deployment();
        this.reader = reader;
        this.clock = clock;
    }

    /** Returns what was sent and is to be masked; called only when something failed. */
    protected abstract Secrets secrets();

    /**
     * Returns where the call was sent, which the failure of one where nothing listens names; called only when something
     * failed.
     */
    protected abstract @Nullable Address address();

    /** Returns what to check where the reply is not of the service that was meant; empty without an address. */
    public String advice() {
        Address address = address();
        return address == null ? "" : address.advice();
    }

    /** Returns a failure without a reply. */
    public GatewayException of(ErrorKind kind, String message, @Nullable Throwable cause) {
        return builder(kind, message).cause(secrets().safe(cause)).build();
    }

    /** Returns the failure of a reply other than 2xx. */
    public GatewayException status(int status, Headers headers, String body) {
        if (status >= 300 && status < 400) {
            return reply(
                    ErrorKind.INVALID_REQUEST,
                    status,
                    headers,
                    "the provider answered with a redirect, which is not followed because it could send the credential"
                            + " elsewhere: set the adapter's base URL to the address in the location header",
                    body);
        }
        JsonNode json = Json.parseOrNull(body);
        return vendor(status, headers, find(status, headers, json), body);
    }

    /**
     * Returns the failure of an error object, or of a list with one, inside a 2xx reply or an event of its stream; null
     * if {@code body} is not one.
     */
    public @Nullable GatewayException inside(int status, Headers headers, JsonNode body) {
        VendorError error = find(status, headers, body);
        return error == null ? null : vendor(status, headers, error, Json.excerpt(body, READ_CHARS));
    }

    /** Returns the failure of a stream whose vendor names what came an error: an object, or words alone. */
    public GatewayException worded(int status, Headers headers, String words) {
        VendorError error = JsonErrors.ofText(words);
        return vendor(status, headers, error == null ? new VendorError(null, null, words) : error, words);
    }

    /** Returns what the vendor's reader finds in a body, or in the first object of a list in which it finds any. */
    private @Nullable VendorError find(int status, Headers headers, @Nullable JsonNode body) {
        VendorError error = reader.read(status, headers::get, body);
        if (error != null || body == null || !body.isArray()) {
            return error;
        }
        for (JsonNode element : body) {
            error = reader.read(status, headers::get, element);
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    private GatewayException vendor(int status, Headers headers, @Nullable VendorError error, String body) {
        String words = error == null || error.message() == null ? ErrorText.of(body) : error.message();
        ErrorKind kind = kind(status, error, words == null || (error == null && ErrorText.isMarkup(body)) ? "" : words);
        String code = error == null ? null : error.code();
        StringBuilder message = new StringBuilder(provider).append(" answered ").append(status);
        if (code != null && !code.equals(String.valueOf(status))) {
            message.append(' ').append(code, 0, Math.min(code.length(), CODE_CHARS));
        }
        if (words != null && !words.isBlank()) {
            message.append(": ").append(words);
        }
        FailureSubject subject = Subjects.of(status, kind, error, body);
        Address address = address();
        if (subject == FailureSubject.UNKNOWN && address != null && address.isWrong(status, error, body)) {
            kind = ErrorKind.NOT_FOUND;
            message.append(advice());
        }
        Secrets secrets = secrets();
        GatewayException.Builder builder = fill(
                        builder(kind, secrets.mask(message.toString(), MESSAGE_CHARS)), status, headers, body)
                .vendorCode(code == null ? null : secrets.mask(code, CODE_CHARS))
                .subject(subject);
        if (error != null && error.retryAfter() != null) {
            builder.retryAfter(error.retryAfter());
        } else if (status >= 400) {
            builder.retryAfter(ResetHeaders.retryAfter(headers::get, clock.instant()));
        }
        return builder.build();
    }

    /**
     * Returns the failure of a reply that is JSON but no answer: what its words say, else a malformed one with them.
     */
    public GatewayException unexpected(int status, Headers headers, String why, JsonNode body) {
        VendorError error = JsonErrors.of(body);
        String words = error == null ? null : error.message();
        if (error == null || words == null) {
            return malformed(status, headers, why, Json.excerpt(body, READ_CHARS), null);
        }
        ErrorKind kind = kind(status, error, words);
        return kind == ErrorKind.SERVER_ERROR
                ? malformed(status, headers, why + ": " + words, Json.excerpt(body, READ_CHARS), null)
                : vendor(status, headers, error.withKind(kind), Json.excerpt(body, READ_CHARS));
    }

    /** Returns the failure of a reply that is not what was expected. */
    public GatewayException malformed(
            int status, Headers headers, String why, @Nullable String body, @Nullable Throwable cause) {
        return reply(ErrorKind.MALFORMED_RESPONSE, status, headers, why, body, cause);
    }

    /** Returns a failure that happened after a reply had begun. */
    public GatewayException reply(ErrorKind kind, int status, Headers headers, String message, @Nullable String body) {
        return reply(kind, status, headers, message, body, null);
    }

    /** Returns a failure after a reply had begun, which {@code cause} brought about. */
    public GatewayException reply(
            ErrorKind kind,
            int status,
            Headers headers,
            String message,
            @Nullable String body,
            @Nullable Throwable cause) {
        Secrets secrets = secrets();
        return fill(builder(kind, secrets.mask(provider + ": " + message, MESSAGE_CHARS)), status, headers, body)
                .cause(secrets.safe(cause))
                .build();
    }

    private GatewayException.Builder builder(ErrorKind kind, String message) {
        return GatewayException.builder(kind, message).provider(provider).deployment(deployment);
    }

    private GatewayException.Builder fill(
            GatewayException.Builder builder, int status, Headers headers, @Nullable String body) {
        Secrets secrets = secrets();
        String id = requestId(headers);
        return builder.status(status)
                .requestId(id == null ? null : secrets.mask(id, CODE_CHARS))
                .headers(secrets.headers(headers))
                .body(body == null ? null : secrets.mask(body, EXCERPT_CHARS));
    }

    private static @Nullable String requestId(Headers headers) {
        String id = headers.get("x-request-id");
        if (id == null) {
            id = headers.get("request-id");
        }
        return id != null ? id : headers.get("x-amzn-requestid");
    }

    /**
     * Returns what a failure is by the text that came with it, an error object or words.
     *
     * @param kind what is known without the text
     */
    public static ErrorKind refined(ErrorKind kind, int status, String text) {
        VendorError error = JsonErrors.ofText(text);
        ErrorKind known = error == null || error.kind() == null || !ErrorCodes.isGeneral(kind) ? kind : error.kind();
        return FailureWords.refine(known, status, text);
    }

    /** Returns the kind that a status of 300 or more means by itself. */
    static ErrorKind kindOf(int status) {
        return switch (status) {
            case 401 -> ErrorKind.AUTHENTICATION;
            case 402 -> ErrorKind.QUOTA_EXHAUSTED;
            case 403, 451 -> ErrorKind.PERMISSION;
            case 404, 410 -> ErrorKind.NOT_FOUND;
            case 407 -> ErrorKind.CONNECTION;
            case 408 -> ErrorKind.TIMEOUT;
            case 409, 424, 425 -> ErrorKind.SERVER_ERROR;
            case 413 -> ErrorKind.PAYLOAD_TOO_LARGE;
            case 429 -> ErrorKind.RATE_LIMITED;
            case 501 -> ErrorKind.UNSUPPORTED;
            case 503, 529 -> ErrorKind.OVERLOADED;
            default -> status >= 500 ? ErrorKind.SERVER_ERROR : ErrorKind.INVALID_REQUEST;
        };
    }

    /** Returns what an error is: its code where that is particular, else its status, refined by its words. */
    private static ErrorKind kind(int status, @Nullable VendorError error, String words) {
        ErrorKind byStatus = status >= 400 ? kindOf(status) : inside(error);
        ErrorKind kind = error == null || error.kind() == null ? byStatus : error.kind();
        boolean statusSaysMore = status >= 400 && byStatus != ErrorKind.INVALID_REQUEST && ErrorCodes.isGeneral(kind);
        String code = error == null || error.code() == null ? "" : error.code();
        return FailureWords.refine(statusSaysMore ? byStatus : kind, status, code + ' ' + words);
    }

    /** Returns what an error inside a success means by its number, where it has one. */
    private static ErrorKind inside(@Nullable VendorError error) {
        String code = error == null ? null : error.code();
        return code != null && STATUS.matcher(code).matches() ? kindOf(Integer.parseInt(code)) : ErrorKind.SERVER_ERROR;
    }
}
