package dev.aigw.routing.access.jwt;

import dev.aigw.api.Caller;
import dev.aigw.api.internal.SetOnce;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a caller of a token's claims. Only claims that are named here count, apart from {@code sub}, the user:
 *
 * <pre>{@code
 * ClaimMapping.builder()
 *     .tenant("org_id", "tid")              // the first that the token has
 *     .tenants("acme", "globex")            // and no others
 *     .roles("roles", "realm_access.roles") // all of them
 *     .scopes("scope", "scp")
 *     .tier("https://acme.com/plan")
 *     .label("team", "department")
 *     .build()
 * }</pre>
 *
 * <p>An issuer that belongs to one tenant must not be able to name another: give it {@link Builder#fixedTenant}. That
 * also keeps apart the users of two issuers that have the same {@code sub}.
 *
 * <p>Immutable.
 */
public final class ClaimMapping implements Function<TokenClaims, Caller> {

    private static final ClaimMapping STANDARD = builder()
            .roles("roles", "realm_access.roles", "groups")
            .scopes("scope", "scp")
            .build();

    private final List<String> user;
    private final List<String> tenant;
    private final @Nullable String fixedTenant;
    private final @Nullable Set<String> tenants;
    private final List<String> roles;
    private final List<String> scopes;
    private final List<String> tier;
    private final Map<String, String> labels;

    private ClaimMapping(Builder builder) {
        this.user = builder.user;
        this.tenant = builder.tenant;
        this.fixedTenant = builder.fixedTenant;
        this.tenants = builder.tenants;
        this.roles = builder.roles;
        this.scopes = builder.scopes;
        this.tier = builder.tier;
        this.labels = Map.copyOf(builder.labels);
    }

    /**
     * Returns the mapping that is used by default: the user is {@code sub}, roles are those of {@code roles},
     * {@code realm_access.roles} (Keycloak) and {@code groups}, scopes those of {@code scope} and {@code scp}. There is
     * no tenant, tier or label.
     */
    public static ClaimMapping standard() {
        return STANDARD;
    }

    /** Starts with the user of {@code sub}, and nothing else. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the caller.
     *
     * @throws IllegalArgumentException if the token names no user or no tenant, or one that is not allowed, or a claim
     *     is not what it should be
     */
    @Override
    public Caller apply(TokenClaims claims) {
        Caller.Builder caller = Caller.builder();
        String userName = first(claims, user);
        if (userName == null) {
            throw new Refused("the token names no user: it has no " + String.join(", ", user));
        }
        caller.user(userName);
        String tenantName = fixedTenant != null ? fixedTenant : first(claims, tenant);
        if (tenantName != null) {
            if (tenants != null && !tenants.contains(tenantName)) {
                throw new Refused("the issuer may not speak for the tenant that the token names");
            }
            caller.tenant(tenantName);
        } else if (!tenant.isEmpty()) {
            throw new Refused("the token names no tenant: it has no " + String.join(", ", tenant));
        }
        String tierName = first(claims, tier);
        if (tierName != null) {
            caller.tier(tierName);
        }
        roles.forEach(claim -> claims.texts(claim).forEach(caller::role));
        scopes.forEach(claim -> claims.words(claim).forEach(caller::scope));
        labels.forEach((name, claim) -> {
            String value = claims.text(claim);
            if (value != null) {
                caller.label(name, value);
            }
        });
        return caller.build();
    }

    private static @Nullable String first(TokenClaims claims, List<String> names) {
        for (String name : names) {
            String text = claims.text(name);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /**
     * Builds a {@link ClaimMapping}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private List<String> user = List.of("sub");
        private List<String> tenant = List.of();
        private @Nullable String fixedTenant;
        private @Nullable Set<String> tenants;
        private List<String> roles = List.of();
        private List<String> scopes = List.of();
        private List<String> tier = List.of();
        private final Map<String, String> labels = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets the claims that name the user, of which the first that the token has counts; {@code sub} by default. Do
         * not mix names that the issuer assigns with names that users choose.
         */
        public Builder user(String... claims) {
            once.check(0, "user");
            user = names(claims, "user");
            return this;
        }

        /** Sets the claims that name the tenant, of which the first that the token has counts. It must have one. */
        public Builder tenant(String... claims) {
            once.check(1, "tenant");
            tenant = names(claims, "tenant");
            return this;
        }

        /** Sets the tenant of all callers of this issuer, whatever their tokens say. */
        public Builder fixedTenant(String tenant) {
            once.check(2, "fixedTenant");
            fixedTenant = Objects.requireNonNull(tenant, "tenant");
            return this;
        }

        /** Sets the tenants that this issuer may speak for; all by default. */
        public Builder tenants(String... tenants) {
            once.check(3, "tenants");
            this.tenants = Set.of(tenants);
            return this;
        }

        /** Sets the claims that hold roles, each an array of strings or one string; all that the token has count. */
        public Builder roles(String... claims) {
            once.check(4, "roles");
            roles = names(claims, "roles");
            return this;
        }

        /** Sets the claims that hold scopes, each an array of strings or one string with spaces between them. */
        public Builder scopes(String... claims) {
            once.check(5, "scopes");
            scopes = names(claims, "scopes");
            return this;
        }

        /** Sets the claims that name the tier, of which the first that the token has counts. */
        public Builder tier(String... claims) {
            once.check(6, "tier");
            tier = names(claims, "tier");
            return this;
        }

        /**
         * Adds a label whose value is a claim's. Labels are logged.
         *
         * @throws IllegalStateException if there is one of this name
         */
        public Builder label(String name, String claim) {
            if (labels.putIfAbsent(Objects.requireNonNull(name, "name"), Objects.requireNonNull(claim, "claim"))
                    != null) {
                throw new IllegalStateException("the label " + name + " is set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Returns the mapping.
         *
         * @throws IllegalArgumentException if there is both a fixed tenant and a claim or a list for tenants
         */
        public ClaimMapping build() {
            if (fixedTenant != null && (!tenant.isEmpty() || tenants != null)) {
                throw new IllegalArgumentException(
                        "fixedTenant is set beside tenant or tenants: the fixed one counts, so remove the others");
            }
            if (tenants != null && tenant.isEmpty()) {
                throw new IllegalArgumentException("tenants needs tenant(...): the claims that name the tenant");
            }
            return new ClaimMapping(this);
        }

        private static List<String> names(String[] claims, String property) {
            if (claims.length == 0) {
                throw new IllegalArgumentException(property + " names no claim: name one, or leave it out");
            }
            return List.of(claims);
        }
    }
}
