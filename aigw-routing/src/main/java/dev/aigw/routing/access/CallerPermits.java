package dev.aigw.routing.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.routing.engine.call.Permits;
import dev.aigw.routing.engine.pool.Permit;
import org.jspecify.annotations.Nullable;

/** The permits of recent callers, dropped when the permissions change. Safe for use by many threads. */
final class CallerPermits implements Permits {

    private static final int MOST = 10_000;

    private record Key(Caller caller, String model) {}

    /** Permissions with what was worked out by them; a change replaces both. */
    private record Known(Permissions permissions, Cache<Key, Permit> permits) {

        static Known of(Permissions permissions) {
            return new Known(
                    permissions, Caffeine.newBuilder().maximumSize(MOST).build());
        }
    }

    private final boolean trusted;
    private volatile @Nullable Known known;
    private final Known withoutRules = Known.of(Permissions.DECLARED_MODELS);

    CallerPermits(@Nullable Permissions permissions, boolean trusted) {
        this.trusted = trusted;
        this.known = permissions == null ? null : Known.of(permissions);
    }

    void replace(Permissions permissions) {
        known = Known.of(permissions);
    }

    @Override
    public Permit of(Caller caller, String model) {
        Known current = known;
        if (current == null) {
            if (!caller.isAuthenticated()) {
                return Permit.ALL;
            }
            current = withoutRules;
        }
        Key key = new Key(caller, model);
        Permit permit = current.permits.getIfPresent(key);
        if (permit == null) {
            permit = current.permissions.permit(caller, model, trusted);
            current.permits.put(key, permit);
        }
        return permit;
    }

    @Override
    public String toString() {
        Known current = known;
        return current == null ? "none" : current.permissions.toString();
    }
}
