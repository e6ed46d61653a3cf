package dev.aigw.routing.cache;

import dev.aigw.api.internal.SetOnce;
import org.jspecify.annotations.Nullable;

/**
 * What is stored, and for whom. Immutable.
 *
 * @param shared whether all tenants share their entries
 * @param cacheToolCalls whether replies that ask for tools are stored
 * @param maximumRecordedChars the most characters of a stream that are recorded
 */
record CachePolicy(boolean shared, boolean cacheToolCalls, int maximumRecordedChars) {

    static final CachePolicy DEFAULT = new CachePolicy(false, false, 1 << 20);

    /** The settings of a builder. Not safe for use by several threads. */
    static final class Settings {

        private final SetOnce once = new SetOnce();
        private @Nullable Boolean shared;
        private @Nullable Boolean cacheToolCalls;
        private @Nullable Integer maximumRecordedChars;

        void shared(boolean value) {
            once.check(0, "shared");
            shared = value;
        }

        void cacheToolCalls(boolean value) {
            once.check(1, "cacheToolCalls");
            cacheToolCalls = value;
        }

        void maximumRecordedChars(int value) {
            once.check(2, "maximumRecordedChars");
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
