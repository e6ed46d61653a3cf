package dev.aigw.routing.cache;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.call.CacheKeys.Sharing;
import org.jspecify.annotations.Nullable;

/**
 * What is stored, for whom, and what is joined. Immutable.
 *
 * @param sharing who shares entries
 * @param cacheToolCalls whether replies that ask for tools are stored
 * @param joinSamples whether identical calls with a temperature above 0 are joined
 * @param maximumRecordedChars the most characters of a stream that are recorded
 */
record CachePolicy(Sharing sharing, boolean cacheToolCalls, boolean joinSamples, int maximumRecordedChars) {

    static final CachePolicy DEFAULT = new CachePolicy(Sharing.TENANT, false, false, 1 << 20);

    /** The settings of a builder. Not safe for use by several threads. */
    static final class Settings {

        private final SetOnce once = new SetOnce();
        private boolean shared;
        private boolean perUser;
        private @Nullable Boolean cacheToolCalls;
        private @Nullable Boolean joinSamples;
        private @Nullable Integer maximumRecordedChars;

        void shared() {
            once.check(0, "shared");
            shared = true;
        }

        void cacheToolCalls(boolean value) {
            once.check(1, "cacheToolCalls");
            cacheToolCalls = value;
        }

        void maximumRecordedChars(int value) {
            once.check(2, "maximumRecordedChars");
            maximumRecordedChars = value;
        }

        void perUser() {
            once.check(3, "perUser");
            perUser = true;
        }

        void joinSamples(boolean value) {
            once.check(4, "joinSamples");
            joinSamples = value;
        }

        CachePolicy build() {
            int chars = maximumRecordedChars == null ? DEFAULT.maximumRecordedChars : maximumRecordedChars;
            if (chars <= 0) {
                throw new IllegalStateException("maximumRecordedChars is " + chars
                        + ": set a positive number, or give calls a directive that does not store");
            }
            if (shared && perUser) {
                throw new IllegalStateException(
                        "the cache is shared by all and kept for each user: set either shared or perUser");
            }
            return new CachePolicy(
                    shared ? Sharing.ALL : perUser ? Sharing.USER : DEFAULT.sharing,
                    cacheToolCalls == null ? DEFAULT.cacheToolCalls : cacheToolCalls,
                    joinSamples == null ? DEFAULT.joinSamples : joinSamples,
                    chars);
        }
    }
}
