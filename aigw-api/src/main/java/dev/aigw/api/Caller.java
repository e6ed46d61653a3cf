package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a call is made: a tenant, a user, roles, a tier and the id of an API key. Routing, limits, cache
 * scope and the ledger use it.
 *
 * <p>Immutable. Example: {@code Caller.builder().tenant("acme").user("ada").role("analyst").build()}.
 */
public final class Caller {

    /** An unknown caller. */
    public static final Caller ANONYMOUS = builder().build();

    private final @Nullable String tenant;
    private final @Nullable String user;
    private final Set<String> roles;
    private final @Nullable String tier;
    private final @Nullable String key;

    private Caller(Builder builder) {
        this.tenant = builder.tenant;
        this.user = builder.user;
        this.roles = Set.copyOf(builder.roles);
        this.tier = builder.tier;
        this.key = builder.key;
    }

    /** Returns a caller of which only the tenant is known. */
    public static Caller ofTenant(String tenant) {
        return builder().tenant(tenant).build();
    }

    /** Starts a caller of which nothing is known. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the tenant (customer, team, business unit), or null. */
    public @Nullable String tenant() {
        return tenant;
    }

    /** Returns the user within the tenant, or null. */
    public @Nullable String user() {
        return user;
    }

    /** Returns the roles, possibly none. */
    public Set<String> roles() {
        return roles;
    }

    /** Returns the caller's service tier, or null. */
    public @Nullable String tier() {
        return tier;
    }

    /** Returns the id of the caller's API key, never the secret itself, or null. */
    public @Nullable String key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Caller that
                && Objects.equals(tenant, that.tenant)
                && Objects.equals(user, that.user)
                && roles.equals(that.roles)
                && Objects.equals(tier, that.tier)
                && Objects.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        int hash = Objects.hashCode(tenant);
        hash = 31 * hash + Objects.hashCode(user);
        hash = 31 * hash + roles.hashCode();
        hash = 31 * hash + Objects.hashCode(tier);
        return 31 * hash + Objects.hashCode(key);
    }

    /** Returns {@code tenant/user}, or {@code anonymous}. */
    @Override
    public String toString() {
        if (tenant == null && user == null) {
            return "anonymous";
        }
        return user == null ? String.valueOf(tenant) : (tenant == null ? "" : tenant) + "/" + user;
    }

    /**
     * Builds a {@link Caller}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String tenant;
        private @Nullable String user;
        private final java.util.HashSet<String> roles = new java.util.HashSet<>();
        private @Nullable String tier;
        private @Nullable String key;

        private Builder() {}

        /** Sets the tenant. */
        public Builder tenant(String tenant) {
            once.check(0, "tenant");
            this.tenant = Objects.requireNonNull(tenant, "tenant");
            return this;
        }

        /** Sets the user. */
        public Builder user(String user) {
            once.check(1, "user");
            this.user = Objects.requireNonNull(user, "user");
            return this;
        }

        /** Adds a role. */
        public Builder role(String role) {
            roles.add(Objects.requireNonNull(role, "role"));
            return this;
        }

        /** Sets the tier. */
        public Builder tier(String tier) {
            once.check(2, "tier");
            this.tier = Objects.requireNonNull(tier, "tier");
            return this;
        }

        /** Sets the id of the caller's API key. Never give the secret: ids are logged. */
        public Builder key(String key) {
            once.check(3, "key");
            this.key = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Returns the caller. */
        public Caller build() {
            return new Caller(this);
        }
    }
}
