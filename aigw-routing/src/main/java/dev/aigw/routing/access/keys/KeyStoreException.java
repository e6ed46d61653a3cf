package dev.aigw.routing.access.keys;

import org.jspecify.annotations.Nullable;

/** A {@link KeyStore} did not answer, could not be written, or has a record that cannot be read. */
public final class KeyStoreException extends RuntimeException {

    /** Creates one; the message has no secret. */
    public KeyStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
