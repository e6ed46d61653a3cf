package dev.aigw.api;

import dev.aigw.api.internal.CheckedCredential;
import dev.aigw.api.internal.SetOnce;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a call is made: a tenant, a user, roles, scopes, a tier, labels and the id of an API key. Routing,
 * permissions, limits, cache scope, the ledger and the audit log use it.
 *
 * <p>An application may build a caller itself, and vouches for it then. {@link #isAuthenticated()} is true only of a
 * caller that an authenticator of the router returned for a credential.
 *
 * <p>Immutable. Example: {@code Caller.builder().tenant("acme").user("ada").role("analyst").build()}.
 */
public final class Caller {

    /** An unknown caller. */
    public static final Caller ANONYMOUS = builder().build();

    private final @Nullable String tenant;
    private final @Nullable String user;
    private final Set<String> roles;
    private final Set<String> scopes;
    private final @Nullable String tier;
    private final @Nullable String key;
    private final Map<String, String> labels;
    private final boolean authenticated;
    private final @Nullable String source; // not part of who it is
    private final int hash;

    private Caller(Builder builder, boolean authenticated) {
        this(
                builder.tenant,
                builder.user,
                Set.copyOf(builder.roles),
                Set.copyOf(builder.scopes),
                builder.tier,
                builder.key,
                builder.labels.isEmpty()
                        ? Map.of()
                        : java.util.Collections.unmodifiableMap(new TreeMap<>(builder.labels)),
                authenticated,
                builder.source);
    }

    private Caller(
            @Nullable String tenant,
            @Nullable String user,
            Set<String> roles,
            Set<String> scopes,
            @Nullable String tier,
            @Nullable String key,
            Map<String, String> labels,
            boolean authenticated,
            @Nullable String source) {
        this.tenant = tenant;
        this.user = user;
        this.roles = roles;
        this.scopes = scopes;
        this.tier = tier;
        this.key = key;
        this.labels = labels;
        this.authenticated = authenticated;
        this.source = source;
        this.hash = Objects.hash(tenant, user, roles, scopes, tier, key, labels, authenticated);
    }

    /**
     * Returns this caller as one whose credential was checked. It is for the router: what proves it is not exported.
     *
     * @param proof says that it was checked, and where it came from
     */
    public Caller authenticated(CheckedCredential proof) {
        String where = proof.source() == null ? source : proof.source();
        return authenticated && Objects.equals(where, source)
                ? this
                : new Caller(tenant, user, roles, scopes, tier, key, labels, true, where);
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

    /** Returns what the caller's credential was issued for, such as {@code chat} or {@code embed}; possibly none. */
    public Set<String> scopes() {
        return scopes;
    }

    /** Returns the caller's service tier, or null. */
    public @Nullable String tier() {
        return tier;
    }

    /** Returns the id of the caller's API key, never the secret itself, or null. */
    public @Nullable String key() {
        return key;
    }

    /** Returns your own labels, sorted by name: a team, a cost centre; possibly none. */
    public Map<String, String> labels() {
        return labels;
    }

    /**
     * Returns whether an authenticator of the router has checked a credential and returned this caller. A caller that
     * the application built is equal to no authenticated one.
     */
    public boolean isAuthenticated() {
        return authenticated;
    }

    /**
     * Returns where the caller's request came from, such as an address, or null. It is for the audit log only and not
     * part of who the caller is: equal callers may differ in it.
     */
    public @Nullable String source() {
        return source;
    }

    /** Compares everything but the {@linkplain #source() source}. */
    @Override
    public boolean equals(Object other) {
        return other == this
                || (other instanceof Caller that
                        && hash == that.hash
                        && authenticated == that.authenticated
                        && Objects.equals(tenant, that.tenant)
                        && Objects.equals(user, that.user)
                        && roles.equals(that.roles)
                        && scopes.equals(that.scopes)
                        && Objects.equals(tier, that.tier)
                        && Objects.equals(key, that.key)
                        && labels.equals(that.labels));
    }

    @Override
    public int hashCode() {
        return hash;
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
        private final Set<String> roles = new LinkedHashSet<>(0);
        private final Set<String> scopes = new LinkedHashSet<>(0);
        private @Nullable String tier;
        private @Nullable String key;
        private @Nullable String source;
        private final Map<String, String> labels = new TreeMap<>();

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

        /** Adds a scope. */
        public Builder scope(String scope) {
            scopes.add(Objects.requireNonNull(scope, "scope"));
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

        /** Sets where the caller's request came from, for the audit log only. An authenticated one has it already. */
        public Builder source(String source) {
            once.check(4, "source");
            this.source = Objects.requireNonNull(source, "source");
            return this;
        }

        /** Adds a label, which replaces an earlier one of this name. Labels are logged: no secrets. */
        public Builder label(String name, String value) {
            labels.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Returns the caller. */
        public Caller build() {
            return new Caller(this, false);
        }
    }
}
