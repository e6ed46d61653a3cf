package dev.aigw.routing.access;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The criteria of a rule of {@link Permissions}: whom it is about, and what. All criteria must match, and of several
 * patterns of one criterion any; without criteria the rule is about every request. Not safe for use by several threads.
 *
 * @param <B> the type of the builder
 */
public abstract sealed class RuleBuilder<B extends RuleBuilder<B>> permits AllowRule, DenyRule {

    final String name;
    final boolean allows;
    final List<String> tenants = new ArrayList<>();
    final List<String> users = new ArrayList<>();
    final List<String> roles = new ArrayList<>();
    final List<String> tiers = new ArrayList<>();
    final List<String> keys = new ArrayList<>();
    final List<String> scopes = new ArrayList<>();
    final List<String> models = new ArrayList<>();
    final Set<String> operations = new LinkedHashSet<>();
    final List<Predicate<? super PermissionQuery>> conditions = new ArrayList<>();

    @Nullable
    Set<Capability> capabilities;

    boolean anyone;

    @Nullable
    Integer maxOutputTokens;

    @Nullable
    CallOptions bounds;

    RuleBuilder(String name, boolean allows) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a permission rule's name is blank: give it one, which the audit log"
                    + " and explain will print");
        }
        this.name = name;
        this.allows = allows;
    }

    abstract B self();

    private B add(List<String> to, String property, String... patterns) {
        for (String pattern : patterns) {
            if (pattern.isBlank()) {
                throw new IllegalArgumentException(
                        "rule \"" + name + "\": " + property + " has a blank pattern: remove it, or use \"*\"");
            }
            to.add(pattern);
        }
        return self();
    }

    /** Adds tenants; a caller without a tenant matches none. */
    public B tenant(String... patterns) {
        return add(tenants, "tenant", patterns);
    }

    /** Adds users; a caller without a user matches none. */
    public B user(String... patterns) {
        return add(users, "user", patterns);
    }

    /** Adds roles, of which the caller has at least one. */
    public B role(String... patterns) {
        return add(roles, "role", patterns);
    }

    /** Adds tiers; a caller without a tier matches none. */
    public B tier(String... patterns) {
        return add(tiers, "tier", patterns);
    }

    /** Adds ids of API keys; a caller without a key matches none. */
    public B key(String... patterns) {
        return add(keys, "key", patterns);
    }

    /** Adds scopes, of which the caller has at least one. */
    public B scope(String... patterns) {
        return add(scopes, "scope", patterns);
    }

    /** Adds models, by the resolved name with or without version, or as {@code adapter/upstream-model}. */
    public B model(String... patterns) {
        return add(models, "model", patterns);
    }

    /** Adds operations; a chat includes the streamed one. */
    public B operation(Operation<?, ?>... operations) {
        for (Operation<?, ?> operation : operations) {
            operation(operation.name());
        }
        return self();
    }

    B operation(String operation) {
        operations.add(operation);
        if (operation.equals(ChatRequest.CHAT.name())) {
            operations.add(ChatRequest.CHAT_STREAM.name());
        }
        return self();
    }

    /**
     * Adds capabilities. A rule that allows, allows no others; one that denies is about requests that ask for any of
     * these. Requests ask for {@link Capability#TOOLS}, {@link Capability#VISION}, {@link Capability#AUDIO},
     * {@link Capability#VIDEO}, {@link Capability#DOCUMENTS}, {@link Capability#REASONING}, and, by name,
     * {@code server-tools} (tools that the vendor runs), {@code web-search} (of these, a search of the web) and
     * {@code extra} (vendors' own fields and parts, which may ask for anything). {@code capability()} of a rule that
     * allows, allows plain text only.
     */
    public B capability(Capability... capabilities) {
        if (this.capabilities == null) {
            this.capabilities = new LinkedHashSet<>();
        }
        this.capabilities.addAll(List.of(capabilities));
        return self();
    }

    /**
     * Adds a condition of your own. It must return quickly and is asked several times for one call. If it throws, the
     * call is denied.
     */
    public B when(Predicate<? super PermissionQuery> condition) {
        conditions.add(Objects.requireNonNull(condition, "condition"));
        return self();
    }

    PermissionRule build() {
        return new PermissionRule(this);
    }
}
