package dev.aigw.providers.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises connections of the pool that were dead before the call began: a server ends them when they are idle for
 * long, have served enough, or are to go elsewhere, and the client learns of it only when it sends.
 *
 * <p>A stream of HTTP/2 counts where the server refuses it, by {@code REFUSED_STREAM} or a GOAWAY that leaves it out
 * (RFC 9113, 8.7), which OkHttp reports alike, and where it ends together with the connection, by {@code CANCEL} or
 * {@code NO_ERROR}. Any other code is a failure of the server at this call.
 */
final class StaleConnections {

    private static final String STREAM_RESET = "stream was reset: ";
    private static final Set<String> STALE_CODES = Set.of("REFUSED_STREAM", "CANCEL", "NO_ERROR");
    private static final String NO_LINE = "\\n not found: limit=";

    private StaleConnections() {}

    /** Returns whether the connection broke before any byte of an answer had come. */
    static boolean isUnanswered(IOException e) {
        if (e instanceof InterruptedIOException || e instanceof ProtocolException || isInHeaders(e)) {
            return false;
        }
        String words = String.valueOf(e.getMessage());
        if (words.startsWith(STREAM_RESET)) {
            return STALE_CODES.contains(words.substring(STREAM_RESET.length()));
        }
        Throwable cause = e.getCause();
        if (!(cause instanceof EOFException)) {
            return true;
        }
        String missing = String.valueOf(cause.getMessage());
        return !isInHeaders(cause) && (!missing.startsWith(NO_LINE) || missing.startsWith(NO_LINE + "0 "));
    }

    /** Returns whether a status line had come, which OkHttp's exceptions tell only by where they were thrown. */
    private static boolean isInHeaders(@Nullable Throwable thrown) {
        if (thrown != null) {
            for (StackTraceElement frame : thrown.getStackTrace()) {
                if (frame.getMethodName().equals("readHeaders")
                        && frame.getClassName().endsWith("HeadersReader")) {
                    return true;
                }
            }
        }
        return false;
    }
}
