package dev.aigw.routing.access.jwt;

import org.jspecify.annotations.Nullable;

/** The issuer did not answer, or not with what was asked for. The message has neither tokens nor secrets. */
final class FetchException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean ofRequest;

    FetchException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /**
     * Creates the exception.
     *
     * @param ofRequest whether the server refused this one request, and may answer others
     */
    FetchException(String message, @Nullable Throwable cause, boolean ofRequest) {
        super(message, cause);
        this.ofRequest = ofRequest;
    }

    boolean isOfRequest() {
        return ofRequest;
    }
}
