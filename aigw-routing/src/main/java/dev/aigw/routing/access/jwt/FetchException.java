package dev.aigw.routing.access.jwt;

import org.jspecify.annotations.Nullable;

/** The issuer did not answer, or not with what was asked for. The message has neither tokens nor secrets. */
final class FetchException extends Exception {

    private static final long serialVersionUID = 1L;

    FetchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
