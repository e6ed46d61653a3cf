package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rules that say which callers may send which requests to which models.
 *
 * <pre>{@code
 * Permissions permissions = Permissions.builder()
 *     .allow("analysts", rule -> rule.role("analyst").model("assistant*", "embedder"))
 *     .allow("free", rule -> rule.tier("free").model("assistant-small").maxOutputTokens(1_000))
 *     .allow("europeans", rule -> rule.tenant("acme-eu").model("*").region("eu").maxRetention(Duration.ZERO))
 *     .deny("no web search", rule -> rule.tenant("bank").capability(Capability.of("web-search")))
 *     .build();
 * }</pre>
 *
 * <p>A request is allowed if a rule allows it and none denies it: whatever no rule mentions is denied. Within a rule,
 * all criteria must match, and of several patterns of one criterion any. A rule that allows is about authenticated
 * callers, unless it says {@link AllowRule#anyone() anyone} or the access
 * {@linkplain Access.Builder#trustUnauthenticated() trusts} the callers that the application builds.
 *
 * <p>Models are matched by their resolved names, with and without version; aliases are resolved before. In a pattern a
 * star stands for any characters but a slash, so {@code *} is every declared model, and {@code openai/*} every model of
 * one adapter that a caller asks for directly. Every model that a call may reach is checked: the requested one, what a
 * route, canary or cascade chooses, fallbacks, and shadows. Fallbacks, cascade steps and shadows that are denied are
 * skipped.
 *
 * <p>A pattern that denies is compared without case and with look-alikes of Unicode (compatible characters, NFKC) as
 * one, one that allows as it stands: a name that only resembles an allowed one is denied.
 *
 * <p>Immutable.
 */
public final class Permissions {

    /** What authenticated callers may do where no rule exists: ask for declared models. */
    static final Permissions DECLARED_MODELS = new Permissions(
            List.of(), List.of(new AllowRule("declared models").model("*").build()));

    private final List<PermissionRule> denying;
    private final List<PermissionRule> allowing;

    private Permissions(List<PermissionRule> denying, List<PermissionRule> allowing) {
        this.denying = List.copyOf(denying);
        this.allowing = List.copyOf(allowing);
    }

    /** Starts without a rule. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the rules in a text, one in a line, in the order {@code allow} or {@code deny}, name, colon, criteria.
     * Several patterns of one criterion have commas between them; a value with spaces is put in double quotes. Lines
     * that are empty or begin with {@code #} are ignored.
     *
     * <pre>{@code
     * allow analysts:  role=analyst model=assistant*,embedder
     * allow free:      tier=free model=assistant-small maxOutputTokens=1000
     * allow europeans: tenant=acme-eu model=* region=eu maxRetention=PT0S maxPrice=5/15
     * deny  no-search: tenant=bank capability=web-search
     * }</pre>
     *
     * <p>The criteria have the names of the methods of {@link AllowRule}: {@code tenant}, {@code user}, {@code role}, {@code tier},
     * {@code key}, {@code scope}, {@code model}, {@code operation}, {@code capability}; and of rules that allow,
     * {@code anyone}, {@code region}, {@code requireTags}, {@code maxPrice} (US dollars for a million tokens of prompt
     * and of answer), {@code maxRetention} (ISO 8601) and {@code maxOutputTokens}.
     *
     * @throws IllegalArgumentException if a line is not such a rule; the message has its number and the fix
     */
    public static Permissions parse(String text) {
        return PermissionText.parse(text);
    }

    /**
     * Returns the part of these rules that is about one caller and one model.
     *
     * @param trusted whether the application vouches for callers that it builds itself
     */
    CallerPermit permit(Caller caller, String model, boolean trusted) {
        return new CallerPermit(
                caller,
                model,
                denying.stream()
                        .filter(rule -> rule.concerns(caller, model, trusted))
                        .toList(),
                allowing.stream()
                        .filter(rule -> rule.concerns(caller, model, trusted))
                        .toList());
    }

    /** Returns the names of the rules. */
    @Override
    public String toString() {
        List<String> rules = new ArrayList<>();
        denying.forEach(rule -> rules.add(rule.toString()));
        allowing.forEach(rule -> rules.add(rule.toString()));
        return "Permissions" + rules;
    }

    /** Builds {@link Permissions}. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, PermissionRule> rules = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a rule that allows.
         *
         * @param name names it in the audit log and in {@code explain}
         * @throws IllegalArgumentException if the name is taken or blank
         */
        public Builder allow(String name, Consumer<AllowRule> how) {
            AllowRule rule = new AllowRule(name);
            how.accept(rule);
            return add(rule.build());
        }

        /**
         * Adds a rule that denies, whatever others allow.
         *
         * @param name names it in the audit log and in {@code explain}
         * @throws IllegalArgumentException if the name is taken or blank
         */
        public Builder deny(String name, Consumer<DenyRule> how) {
            DenyRule rule = new DenyRule(name);
            how.accept(rule);
            return add(rule.build());
        }

        private Builder add(PermissionRule rule) {
            if (rules.putIfAbsent(rule.name(), rule) != null) {
                throw new IllegalArgumentException(
                        "there are two permission rules \"" + rule.name() + "\": give one another name");
            }
            return this;
        }

        /** Returns the rules. Without any, everything is denied. */
        public Permissions build() {
            return new Permissions(
                    rules.values().stream().filter(rule -> !rule.allows()).toList(),
                    rules.values().stream().filter(PermissionRule::allows).toList());
        }
    }
}
