package dev.aigw.routing.access.keys;

import dev.aigw.api.internal.SetOnce;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a new key is to be: whose, and for what. Immutable.
 *
 * <pre>{@code
 * KeySpec.builder("nightly reports", "acme").scope("chat").tier("gold").label("team", "finance").build()
 * }</pre>
 */
public final class KeySpec {

    private final String name;
    private final String tenant;
    private final @Nullable String user;
    private final @Nullable String tier;
    private final Set<String> roles;
    private final Set<String> scopes;
    private final Map<String, String> labels;
    private final @Nullable Instant expiresAt;

    private KeySpec(Builder builder) {
        this.name = builder.name;
        this.tenant = builder.tenant;
        this.user = builder.user;
        this.tier = builder.tier;
        this.roles = KeyTexts.words(builder.roles, "role");
        this.scopes = KeyTexts.words(builder.scopes, "scope");
        this.labels = KeyTexts.labels(builder.labels);
        this.expiresAt = builder.expiresAt;
    }

    /**
     * Starts the description of a key.
     *
     * @param name for people; it need not be unique
     * @param tenant whose key it is
     * @throws IllegalArgumentException for a text that is empty, longer than 200 characters, begins or ends with a
     *     blank, has control or format characters, or is not normalized: by NFC for the name, by NFKC for the tenant
     */
    public static Builder builder(String name, String tenant) {
        return new Builder(KeyTexts.text(name, "name"), KeyTexts.word(tenant, "tenant"));
    }

    ApiKey.Draft draft() {
        ApiKey.Draft draft = new ApiKey.Draft();
        draft.name = name;
        draft.tenant = tenant;
        draft.user = user;
        draft.tier = tier;
        draft.roles = roles;
        draft.scopes = scopes;
        draft.labels = labels;
        draft.expiresAt = expiresAt;
        return draft;
    }

    @Override
    public String toString() {
        return "KeySpec{" + name + ", " + tenant + "}";
    }

    /**
     * Builds a {@link KeySpec}. Setting the same thing twice throws {@link IllegalStateException}. Texts must be as
     * those of {@link KeySpec#builder}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String name;
        private final String tenant;
        private @Nullable String user;
        private @Nullable String tier;
        private final Set<String> roles = new LinkedHashSet<>();
        private final Set<String> scopes = new LinkedHashSet<>();
        private final Map<String, String> labels = new LinkedHashMap<>();
        private @Nullable Instant expiresAt;

        private Builder(String name, String tenant) {
            this.name = name;
            this.tenant = tenant;
        }

        /** Sets the user within the tenant; none by default. */
        public Builder user(String user) {
            once.check(0, "user");
            this.user = KeyTexts.word(user, "user");
            return this;
        }

        /** Sets the tier, which permissions and limits may depend on; none by default. */
        public Builder tier(String tier) {
            once.check(1, "tier");
            this.tier = KeyTexts.word(tier, "tier");
            return this;
        }

        /** Adds a role; at most 64. */
        public Builder role(String role) {
            roles.add(KeyTexts.word(role, "role"));
            return this;
        }

        /** Adds a scope, such as {@code chat}, which permissions may depend on; at most 64. */
        public Builder scope(String scope) {
            scopes.add(KeyTexts.word(scope, "scope"));
            return this;
        }

        /** Adds a label, which replaces an earlier one of this name; at most 32. Labels are logged: no secrets. */
        public Builder label(String name, String value) {
            labels.put(KeyTexts.word(name, "name of a label"), KeyTexts.text(value, "value of a label"));
            return this;
        }

        /** Sets from when on the key is not valid any more; by default it does not expire. */
        public Builder expiresAt(Instant time) {
            once.check(2, "expiresAt");
            this.expiresAt = time;
            return this;
        }

        /**
         * Returns the description.
         *
         * @throws IllegalArgumentException for too many roles, scopes or labels
         */
        public KeySpec build() {
            return new KeySpec(this);
        }
    }
}
