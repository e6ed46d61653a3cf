package dev.aigw.providers.langchain4j;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.errors.Secrets;
import dev.aigw.providers.http.errors.Subjects;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns what LangChain4j throws into a {@link GatewayException}: by exception class first, then by HTTP status, then by
 * text. A vendor's message may echo secrets, so an exception of LangChain4j is not attached as the cause; its message
 * is kept, with secrets masked.
 */
final class Failures {

    private static final int MAX_DEPTH = 8;
    private static final int EXCERPT_CHARS = 2 * 1024;

    private final String provider;
    private final AttemptContext attempt;

    Failures(String provider, AttemptContext attempt) {
        this.provider = provider;
        this.attempt = attempt;
    }

    GatewayException failure(ErrorKind kind, String message) {
        return GatewayException.builder(kind, message)
                .provider(provider)
                .deployment(attempt.deployment())
                .build();
    }

    /** Throws if the call was cancelled or its deadline has passed. */
    void throwIfOver() {
        if (attempt.cancellation().isCancelled()) {
            throw failure(ErrorKind.CANCELLED, "the caller cancelled the call");
        }
        if (attempt.remainingNanos() <= 0) {
            throw failure(ErrorKind.DEADLINE, "the call's deadline passed");
        }
    }

    GatewayException of(Throwable thrown) {
        if (thrown instanceof GatewayException known) {
            return known;
        }
        int status = status(thrown);
        ErrorKind kind = kind(thrown, status);
        boolean theirs = thrown instanceof LangChain4jException || status != 0;
        return GatewayException.builder(
                        kind,
                        "the LangChain4j model failed with "
                                + thrown.getClass().getSimpleName()
                                + (status == 0 ? "" : " (HTTP " + status + ")"))
                .provider(provider)
                .deployment(attempt.deployment())
                .status(status)
                .subject(Subjects.of(status, kind, null, String.valueOf(thrown.getMessage())))
                .vendorCode(thrown.getClass().getSimpleName())
                .body(thrown.getMessage() == null ? null : Secrets.NONE.mask(thrown.getMessage(), EXCERPT_CHARS))
                .cause(theirs ? null : Secrets.NONE.safe(thrown))
                .build();
    }

    private static int status(Throwable thrown) {
        @Nullable Throwable at = thrown;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            if (at instanceof HttpException http) {
                return http.statusCode();
            }
        }
        return 0;
    }

    private static ErrorKind kind(Throwable thrown, int status) {
        if (thrown instanceof AuthenticationException) {
            return status == 403 ? ErrorKind.PERMISSION : ErrorKind.AUTHENTICATION;
        } else if (thrown instanceof RateLimitException) {
            return mentions(thrown, "quota", "credit", "billing")
                    ? ErrorKind.QUOTA_EXHAUSTED
                    : refined(ErrorKind.RATE_LIMITED, 429, thrown);
        } else if (thrown instanceof ContentFilteredException) {
            return ErrorKind.CONTENT_FILTERED;
        } else if (thrown instanceof ModelNotFoundException) {
            return ErrorKind.NOT_FOUND;
        } else if (thrown instanceof InvalidRequestException) {
            return status == 0 ? invalid(thrown) : ofStatus(thrown, status);
        } else if (thrown instanceof TimeoutException) {
            return ErrorKind.TIMEOUT;
        } else if (thrown instanceof UnresolvedModelServerException) {
            return ErrorKind.CONNECTION;
        } else if (thrown instanceof UnsupportedFeatureException) {
            return ErrorKind.UNSUPPORTED;
        } else if (thrown instanceof InternalServerException && status == 0) {
            return refined(ErrorKind.SERVER_ERROR, 500, thrown);
        }
        return status == 0 ? ofCauses(thrown) : ofStatus(thrown, status);
    }

    private static ErrorKind ofStatus(Throwable thrown, int status) {
        return switch (status) {
            case 401 -> ErrorKind.AUTHENTICATION;
            case 402 -> ErrorKind.QUOTA_EXHAUSTED;
            case 403 -> ErrorKind.PERMISSION;
            case 404, 410 -> ErrorKind.NOT_FOUND;
            case 408, 504 -> ErrorKind.TIMEOUT;
            case 413 -> refined(ErrorKind.PAYLOAD_TOO_LARGE, status, thrown);
            case 429 -> ErrorKind.RATE_LIMITED;
            case 503, 529 -> ErrorKind.OVERLOADED;
            default -> status >= 500 ? refined(ErrorKind.SERVER_ERROR, status, thrown) : invalid(thrown);
        };
    }

    private static ErrorKind invalid(Throwable thrown) {
        return refined(ErrorKind.INVALID_REQUEST, 400, thrown);
    }

    /** Returns what the message says, which is the reply's body where the model has one. */
    private static ErrorKind refined(ErrorKind kind, int status, Throwable thrown) {
        return thrown.getMessage() == null ? kind : HttpErrors.refined(kind, status, thrown.getMessage());
    }

    private static ErrorKind ofCauses(Throwable thrown) {
        @Nullable Throwable at = thrown;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            // by name: the HTTP client behind the model, and its module, may be any
            if (at.getClass().getSimpleName().endsWith("TimeoutException")) {
                return ErrorKind.TIMEOUT;
            }
            if (at instanceof IOException) {
                return ErrorKind.CONNECTION;
            }
            if (at instanceof InterruptedException) {
                return ErrorKind.CANCELLED;
            }
        }
        return ErrorKind.SERVER_ERROR;
    }

    private static boolean mentions(Throwable thrown, String... words) {
        String message = thrown.getMessage();
        if (message == null) {
            return false;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (lower.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
