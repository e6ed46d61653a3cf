package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.spi.ModelSelector;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Assigns a caller a fixed position from 0 to 1: by session, else user, else tenant. A call with none of them gets a
 * random position each time. So raising a share from 5 to 10 percent keeps everyone who was in it.
 */
public final class Assignment {

    private Assignment() {}

    /** Returns the position for {@code salt}, which makes the positions of different rollouts independent. */
    public static double place(String salt, ModelSelector.Query query) {
        return place(salt, query.options(), query.random());
    }

    /** Returns the position of a call with these options for {@code salt}. */
    public static double place(String salt, CallOptions options, RandomGenerator random) {
        String key = key(options);
        return key == null ? random.nextDouble() : placeOf(salt, key);
    }

    /** Returns the position of a key for {@code salt}. */
    public static double placeOf(String salt, String key) {
        return unit(mix(hash(salt + '\u0000' + key)));
    }

    private static @Nullable String key(CallOptions options) {
        String session = options.sessionKey();
        Caller caller = options.caller();
        if (session != null) {
            return "session " + caller.tenant() + " " + session;
        }
        if (caller.user() != null) {
            return "user " + caller.tenant() + " " + caller.user();
        }
        return caller.tenant() == null ? null : "tenant " + caller.tenant();
    }

    /** FNV-1a of 64 bits over the characters (Fowler, Noll, Vo). */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014): FNV's high bits alone spread badly. */
    private static long mix(long hash) {
        long z = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static double unit(long hash) {
        return (hash >>> 11) * 0x1.0p-53;
    }
}
