package dev.aigw.providers.http.errors;

import dev.aigw.api.internal.PlainWords;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands for an exception whose words, or those of its causes, hold a secret, control characters or very much text: its
 * class and words with these masked, and its stack trace.
 */
final class MaskedException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_CHARS = 2 * 1024;
    private static final int MAX_EXCEPTIONS = 64;

    private MaskedException(Throwable thrown, Secrets secrets) {
        super(safe(thrown.toString(), secrets));
        setStackTrace(thrown.getStackTrace());
    }

    private static String safe(String words, Secrets secrets) {
        return PlainWords.lines(secrets.mask(words, MAX_CHARS), MAX_CHARS + 1);
    }

    /** Returns {@code thrown} if nothing in it is to be masked, else what stands for it. */
    static @Nullable Throwable of(@Nullable Throwable thrown, Secrets secrets) {
        return thrown == null || isClean(thrown, secrets, seen()) ? thrown : masked(thrown, secrets, seen());
    }

    private static Set<Throwable> seen() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static boolean isClean(@Nullable Throwable thrown, Secrets secrets, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return true;
        }
        String words = thrown.toString();
        if (seen.size() > MAX_EXCEPTIONS || !safe(words, secrets).equals(words)) {
            return false;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isClean(suppressed, secrets, seen)) {
                return false;
            }
        }
        return isClean(thrown.getCause(), secrets, seen);
    }

    private static @Nullable MaskedException masked(@Nullable Throwable thrown, Secrets secrets, Set<Throwable> seen) {
        if (thrown == null || seen.size() >= MAX_EXCEPTIONS || !seen.add(thrown)) {
            return null;
        }
        MaskedException masked = new MaskedException(thrown, secrets);
        masked.initCause(masked(thrown.getCause(), secrets, seen));
        for (Throwable suppressed : thrown.getSuppressed()) {
            MaskedException safe = masked(suppressed, secrets, seen);
            if (safe != null) {
                masked.addSuppressed(safe);
            }
        }
        return masked;
    }
}
