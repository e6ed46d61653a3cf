package dev.aigw.routing.access.keys;

import dev.aigw.api.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key, without its secret: whose it is, what it may be used for, and until when. Immutable; a
 * change gives a new one.
 */
public final class ApiKey {

    /** Whether a key can be used. */
    public enum State {
        /** It can be used. */
        ACTIVE,
        /** Its time is over; a later expiry makes it active again. */
        EXPIRED,
        /** It was revoked, for ever. */
        REVOKED
    }

    private final String id;
    private final String name;
    private final Instant createdAt;
    private final @Nullable Instant expiresAt;
    private final @Nullable Instant revokedAt;
    private final @Nullable Instant lastUsed;
    private final Caller caller;

    ApiKey(Draft draft) {
        this.id = draft.id;
        this.name = draft.name;
        this.createdAt = draft.createdAt;
        this.expiresAt = draft.expiresAt;
        this.revokedAt = draft.revokedAt;
        this.lastUsed = draft.lastUsed;
        Caller.Builder of = Caller.builder().key(draft.id).tenant(draft.tenant);
        if (draft.user != null) {
            of.user(draft.user);
        }
        if (draft.tier != null) {
            of.tier(draft.tier);
        }
        draft.roles.forEach(of::role);
        draft.scopes.forEach(of::scope);
        draft.labels.forEach(of::label);
        this.caller = of.build();
    }

    /** The parts of a key, to be changed. */
    static final class Draft {

        String id = "";
        String name = "";
        String tenant = "";

        @Nullable
        String user;

        @Nullable
        String tier;

        Set<String> roles = Set.of();
        Set<String> scopes = Set.of();
        Map<String, String> labels = Map.of();
        Instant createdAt = Instant.EPOCH;

        @Nullable
        Instant expiresAt;

        @Nullable
        Instant revokedAt;

        @Nullable
        Instant lastUsed;

        ApiKey build() {
            return new ApiKey(this);
        }
    }

    Draft draft() {
        Draft draft = new Draft();
        draft.id = id;
        draft.name = name;
        draft.tenant = tenant();
        draft.user = user();
        draft.tier = tier();
        draft.roles = roles();
        draft.scopes = scopes();
        draft.labels = labels();
        draft.createdAt = createdAt;
        draft.expiresAt = expiresAt;
        draft.revokedAt = revokedAt;
        draft.lastUsed = lastUsed;
        return draft;
    }

    /** Returns the caller that this key stands for, not authenticated. */
    Caller caller() {
        return caller;
    }

    /** Returns the id. It is no secret: logs, limits and the audit log have it. It stays when the key is rotated. */
    public String id() {
        return id;
    }

    /** Returns the name, for people. */
    public String name() {
        return name;
    }

    /** Returns the tenant whose key it is. */
    public String tenant() {
        String tenant = caller.tenant();
        return tenant == null ? "" : tenant;
    }

    /** Returns the user within the tenant, or null. */
    public @Nullable String user() {
        return caller.user();
    }

    /** Returns the roles, possibly none. */
    public Set<String> roles() {
        return caller.roles();
    }

    /** Returns what the key may be used for, possibly nothing in particular. */
    public Set<String> scopes() {
        return caller.scopes();
    }

    /** Returns the tier, or null. */
    public @Nullable String tier() {
        return caller.tier();
    }

    /** Returns your own labels, sorted by name. */
    public Map<String, String> labels() {
        return caller.labels();
    }

    /** Returns when it was minted. */
    public Instant createdAt() {
        return createdAt;
    }

    /** Returns from when on it is not valid any more, or null if it does not expire. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** Returns when it was revoked, or null. */
    public @Nullable Instant revokedAt() {
        return revokedAt;
    }

    /** Returns when it was last used, or null if never; what other JVMs used may be known a minute later. */
    public @Nullable Instant lastUsed() {
        return lastUsed;
    }

    /** Returns whether it can be used then. */
    public State state(Instant now) {
        if (revokedAt != null) {
            return State.REVOKED;
        }
        return expiresAt != null && !now.isBefore(expiresAt) ? State.EXPIRED : State.ACTIVE;
    }

    /** Returns the id with the caller. */
    @Override
    public String toString() {
        return "ApiKey{" + id + ", " + caller + "}";
    }
}
