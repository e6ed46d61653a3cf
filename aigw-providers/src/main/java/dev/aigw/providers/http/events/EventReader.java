package dev.aigw.providers.http.events;

import java.io.IOException;

/**
 * Splits the bytes of a stream into events. The range of {@link #buffer()} is valid until the next {@link #next()}. Not
 * safe for use by several threads.
 */
public interface EventReader {

    /** The source of the bytes. */
    @FunctionalInterface
    interface Input {
        /**
         * Reads at least one byte into the buffer and returns how many; -1 at the end.
         *
         * @throws IOException if reading fails
         */
        int read(byte[] buffer, int offset, int length) throws IOException;
    }

    /** Thrown for bytes that are not an event; nothing more can be read after it. */
    final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        /** Creates an exception with a message. */
        public MalformedException(String message) {
            super(message);
        }
    }

    /**
     * Moves to the next event and returns whether there is one; false at the end of the bytes.
     *
     * @throws IOException if reading fails, or, as a {@link MalformedException}, the bytes are not an event or the
     *     event is too large
     */
    boolean next() throws IOException;

    /** Returns the event's name; empty when it has none. */
    String event();

    /** Returns the buffer with the event's data. */
    byte[] buffer();

    /** Returns where the event's data begins. */
    int offset();

    /** Returns the number of bytes of the event's data. */
    int length();

    /** Returns whether the event is complete; false when the end of the bytes cut it off or may have. */
    boolean isComplete();
}
