package dev.aigw.routing.cache;

import org.jspecify.annotations.Nullable;

/**
 * What is stored, and for whom. Immutable.
 *
 * @param shared whether all tenants share their entries
 * @param cacheToolCalls whether replies that ask for tools are stored
 * @param maximumRecordedChars up to how many characters a stream is recorded
 */
record CachePolicy(boolean shared, boolean cacheToolCalls, int maximumRecordedChars) {

    static final CachePolicy DEFAULT = new CachePolicy(false, false, 1 << 20);

    /** What a builder has been told so far. Not safe for use by several threads. */
    static final class Settings {

        private @Nullable Boolean shared;
        private @Nullable Boolean cacheToolCalls;
        private @Nullable Integer maximumRecordedChars;

        static void once(@Nullable Object current, String option) {
            if (current != null) {
                throw new IllegalStateException(option + " is set twice: remove one of the two");
            }
        }

        void shared(boolean value) {
            once(shared, "shared");
            shared = value;
        }

        void cacheToolCalls(boolean value) {
            once(cacheToolCalls, "cacheToolCalls");
            cacheToolCalls = value;
        }

        void maximumRecordedChars(int value) {
            once(maximumRecordedChars, "maximumRecordedChars");
            maximumRecordedChars = value;
        }

        CachePolicy build() {
            int chars = maximumRecordedChars == null ? DEFAULT.maximumRecordedChars : maximumRecordedChars;
            if (chars <= 0) {
                throw new IllegalStateException("maximumRecordedChars is " + chars
                        + ": set a positive number, or give calls a directive that does not store");
            }
            return new CachePolicy(
                    shared == null ? DEFAULT.shared : shared,
                    cacheToolCalls == null ? DEFAULT.cacheToolCalls : cacheToolCalls,
                    chars);
        }
    }
}
