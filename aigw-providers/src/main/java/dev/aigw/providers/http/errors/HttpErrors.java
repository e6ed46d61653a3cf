package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.time.Clock;
import java.util.Locale;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Creates the exceptions of one attempt: classifies the failure and fills in the known details, with secrets masked.
 *
 * <p>The vendor's structured code comes first, then the status, then the text. Immutable.
 */
public final class HttpErrors {

    private static final int EXCERPT_CHARS = 2 * 1024;
    private static final int MESSAGE_CHARS = 500;

    private final String provider;
    private final String deployment;
    private final @Nullable String secret;
    private final ErrorReader reader;
    private final Clock clock;

    /**
     * Creates a factory of exceptions.
     *
     * @param secret the secret that was sent as the credential, to be masked, or null
     */
    public HttpErrors(
            String provider, AttemptContext attempt, @Nullable String secret, ErrorReader reader, Clock clock) {
        this.provider = provider;
        this.deployment = attempt.deployment();
        this.secret = secret;
        this.reader = reader;
        this.clock = clock;
    }

    /** Returns a failure without a reply. */
    public GatewayException of(ErrorKind kind, String message, @Nullable Throwable cause) {
        return builder(kind, message).cause(cause).build();
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
        VendorError error = reader.read(status, headers::get, json);
        return vendor(status, headers, error, body);
    }

    /** Returns the failure of an error object inside a 2xx reply; null if {@code body} is not one. */
    public @Nullable GatewayException inside(int status, Headers headers, JsonNode body) {
        VendorError error = reader.read(status, headers::get, body);
        return error == null ? null : vendor(status, headers, error, body.toString());
    }

    private GatewayException vendor(int status, Headers headers, @Nullable VendorError error, String body) {
        String words = error == null ? null : error.message();
        ErrorKind kind = error == null ? null : error.kind();
        if (kind == null) {
            kind = refine(status < 400 ? ErrorKind.SERVER_ERROR : kindOf(status), words == null ? body : words);
        }
        String code = error == null ? null : error.code();
        StringBuilder message = new StringBuilder(provider).append(" answered ").append(status);
        if (code != null) {
            message.append(' ').append(code);
        }
        if (words != null && !words.isBlank()) {
            message.append(": ").append(words, 0, Math.min(words.length(), MESSAGE_CHARS));
        }
        GatewayException.Builder builder = fill(builder(kind, mask(message.toString())), status, headers, body)
                .vendorCode(code == null ? null : mask(code))
                .subject(Subjects.of(status, kind, error, body));
        if (error != null && error.retryAfter() != null) {
            builder.retryAfter(error.retryAfter());
        } else if (status >= 400) {
            builder.retryAfter(ResetHeaders.retryAfter(headers::get, clock.instant()));
        }
        return builder.build();
    }

    /** Returns the failure of a reply that is not what was expected. */
    public GatewayException malformed(
            int status, Headers headers, String why, @Nullable String body, @Nullable Throwable cause) {
        return fill(builder(ErrorKind.MALFORMED_RESPONSE, mask(provider + ": " + why)), status, headers, body)
                .cause(cause)
                .build();
    }

    /** Returns a failure that happened after a reply had begun. */
    public GatewayException reply(ErrorKind kind, int status, Headers headers, String message, @Nullable String body) {
        return fill(builder(kind, mask(provider + ": " + message)), status, headers, body)
                .build();
    }

    private GatewayException.Builder builder(ErrorKind kind, String message) {
        return GatewayException.builder(kind, message).provider(provider).deployment(deployment);
    }

    private GatewayException.Builder fill(
            GatewayException.Builder builder, int status, Headers headers, @Nullable String body) {
        return builder.status(status)
                .requestId(requestId(headers))
                .headers(Secrets.headers(headers, secret))
                .body(body == null ? null : excerpt(mask(body)));
    }

    private String mask(String text) {
        return Secrets.mask(text, secret);
    }

    private static String excerpt(String text) {
        return text.length() <= EXCERPT_CHARS ? text : text.substring(0, EXCERPT_CHARS) + "…";
    }

    private static @Nullable String requestId(Headers headers) {
        String id = headers.get("x-request-id");
        if (id == null) {
            id = headers.get("request-id");
        }
        return id != null ? id : headers.get("x-amzn-requestid");
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

    /** Refines a kind by the message, where a status is known to mean several kinds. */
    private static ErrorKind refine(ErrorKind kind, String words) {
        if (kind != ErrorKind.INVALID_REQUEST
                && kind != ErrorKind.PAYLOAD_TOO_LARGE
                && kind != ErrorKind.RATE_LIMITED
                && kind != ErrorKind.PERMISSION) {
            return kind;
        }
        String text =
                words.substring(0, Math.min(words.length(), EXCERPT_CHARS)).toLowerCase(Locale.ROOT);
        if (containsAny(text, "credit balance", "insufficient credit", "insufficient_quota", "billing hard limit")) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        if (kind == ErrorKind.INVALID_REQUEST || kind == ErrorKind.PAYLOAD_TOO_LARGE) {
            if (containsAny(text, "context length", "context window", "context_length", "prompt is too long")) {
                return ErrorKind.CONTEXT_TOO_LONG;
            }
        }
        return kind;
    }

    private static boolean containsAny(String text, String... parts) {
        for (String part : parts) {
            if (text.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
