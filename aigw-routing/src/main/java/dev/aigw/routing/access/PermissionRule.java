package dev.aigw.routing.access;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Capability;
import dev.aigw.api.Operation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One rule of {@link Permissions}. Immutable. */
final class PermissionRule {

    private static final Logger log = LoggerFactory.getLogger(PermissionRule.class);

    private final String name;
    private final boolean allows;
    private final boolean anyone;
    private final Patterns tenants;
    private final Patterns users;
    private final Patterns roles;
    private final Patterns tiers;
    private final Patterns keys;
    private final Patterns scopes;
    private final Patterns models;
    private final Set<String> operations;
    private final @Nullable Set<Capability> capabilities;
    private final List<Predicate<? super PermissionQuery>> conditions;
    private final @Nullable Integer maxOutputTokens;
    private final @Nullable CallOptions bounds;

    PermissionRule(RuleBuilder<?> builder) {
        this.name = builder.name;
        this.allows = builder.allows;
        this.anyone = builder.anyone;
        this.tenants = patterns(builder.tenants);
        this.users = patterns(builder.users);
        this.roles = patterns(builder.roles);
        this.tiers = patterns(builder.tiers);
        this.keys = patterns(builder.keys);
        this.scopes = patterns(builder.scopes);
        this.models = patterns(builder.models);
        this.operations = Set.copyOf(builder.operations);
        this.capabilities = builder.capabilities == null ? null : Set.copyOf(builder.capabilities);
        this.conditions = List.copyOf(builder.conditions);
        this.maxOutputTokens = builder.maxOutputTokens;
        this.bounds = builder.bounds;
    }

    private Patterns patterns(List<String> names) {
        return allows ? Patterns.allowing(names) : Patterns.denying(names);
    }

    String name() {
        return name;
    }

    boolean allows() {
        return allows;
    }

    /** Returns what a deployment must meet; null for any. */
    @Nullable
    CallOptions bounds() {
        return bounds;
    }

    @Nullable
    Integer maxOutputTokens() {
        return maxOutputTokens;
    }

    /** Returns whether the rule is about this caller and this model, whatever is asked. */
    boolean concerns(Caller caller, String model, boolean trusted) {
        if (allows && !anyone && !caller.isAuthenticated() && !trusted) {
            return false;
        }
        return matches(tenants, caller.tenant())
                && matches(users, caller.user())
                && matchesAny(roles, caller.roles())
                && matches(tiers, caller.tier())
                && matches(keys, caller.key())
                && matchesAny(scopes, caller.scopes())
                && (models.isEmpty() || models.matchesModel(model));
    }

    private static boolean matches(Patterns patterns, @Nullable String name) {
        return patterns.isEmpty() || (name != null && patterns.matches(name));
    }

    private static boolean matchesAny(Patterns patterns, Set<String> names) {
        return patterns.isEmpty() || names.stream().anyMatch(patterns::matches);
    }

    /** Returns whether a rule that denies is about this request. */
    boolean denies(PermissionQuery query, Set<Capability> asked) {
        return isOf(query.operation())
                && (capabilities == null || capabilities.stream().anyMatch(asked::contains))
                && meets(query);
    }

    /** Returns why a rule that allows does not allow this request; null if it does. */
    @Nullable
    String unmetBy(PermissionQuery query, Set<Capability> asked, @Nullable Integer answerTokens) {
        if (!isOf(query.operation())) {
            return "the operation " + query.operation();
        }
        if (capabilities != null && !capabilities.containsAll(asked)) {
            Set<Capability> more = new LinkedHashSet<>(asked);
            more.removeAll(capabilities);
            return more.toString();
        }
        if (maxOutputTokens != null && answerTokens != null && answerTokens > maxOutputTokens) {
            return "answers of more than " + maxOutputTokens + " tokens: lower maxOutputTokens";
        }
        return meets(query) ? null : "this request";
    }

    private boolean isOf(Operation<?, ?> operation) {
        return operations.isEmpty() || operations.contains(operation.name());
    }

    private boolean meets(PermissionQuery query) {
        try {
            for (Predicate<? super PermissionQuery> condition : conditions) {
                if (!condition.test(query)) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            log.error("the condition of permission rule \"{}\" failed, so it denies the call", name, e);
            return !allows;
        }
    }

    @Override
    public String toString() {
        return (allows ? "allow " : "deny ") + name;
    }
}
