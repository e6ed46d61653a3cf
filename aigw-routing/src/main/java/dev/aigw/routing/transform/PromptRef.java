package dev.aigw.routing.transform;

import dev.aigw.api.CallOptions;
import dev.aigw.routing.engine.pool.Assignment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Names a prompt: its latest version, one version, or versions by share. Immutable.
 *
 * <pre>{@code
 * PromptRef.of("support")                                      // the latest
 * PromptRef.of("support@3")                                    // version 3
 * PromptRef.split("support", Map.of("3", 90, "4", 10))         // an A/B test
 * }</pre>
 *
 * <p>A caller stays with its version of a split: by session, else user, else tenant. A call without any of them gets a
 * version at random. Raising the share of the highest version moves callers to it, and none away from it.
 */
public final class PromptRef {

    private final String name;
    private final @Nullable String version;
    private final NavigableMap<PromptVersion, Integer> shares;

    private PromptRef(String name, @Nullable String version, NavigableMap<PromptVersion, Integer> shares) {
        PromptTemplate.checkName(name);
        this.name = name;
        this.version = version;
        this.shares = shares;
    }

    /**
     * Returns the reference of a text: a name, or a name, {@code @} and a version.
     *
     * @throws IllegalArgumentException if name or version has another form
     */
    public static PromptRef of(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new PromptRef(text, null, new TreeMap<>())
                : new PromptRef(
                        text.substring(0, at), new PromptVersion(text.substring(at + 1)).text(), new TreeMap<>());
    }

    /**
     * Returns a split of callers among versions.
     *
     * @param shares the share of each version, relative to their sum
     * @throws IllegalArgumentException if there are none, or a share is negative or all are zero
     */
    public static PromptRef split(String name, Map<String, Integer> shares) {
        TreeMap<PromptVersion, Integer> ordered = new TreeMap<>();
        shares.forEach((version, share) -> {
            if (share < 0) {
                throw new IllegalArgumentException(
                        "the share of prompt " + name + "@" + version + " is " + share + ": use 0 or more");
            }
            ordered.put(new PromptVersion(version), share);
        });
        if (ordered.values().stream().noneMatch(share -> share > 0)) {
            throw new IllegalArgumentException("no version of prompt " + name + " has a share: give one more than 0");
        }
        return new PromptRef(name, null, ordered);
    }

    /** Returns the prompt's name. */
    public String name() {
        return name;
    }

    /** Returns whether it names the latest version. */
    boolean isLatest() {
        return version == null && shares.isEmpty();
    }

    /** Returns the version for a call; null for the latest. */
    @Nullable
    String version(CallOptions options, RandomGenerator random) {
        if (shares.isEmpty()) {
            return version;
        }
        double sum = shares.values().stream().mapToDouble(Integer::doubleValue).sum();
        double place = Assignment.place("prompt " + name, options, random) * sum;
        double upTo = 0;
        for (Map.Entry<PromptVersion, Integer> each : shares.entrySet()) {
            upTo += each.getValue();
            if (place < upTo) {
                return each.getKey().text();
            }
        }
        return shares.lastKey().text();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PromptRef that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Returns the reference as text. */
    @Override
    public String toString() {
        if (shares.isEmpty()) {
            return version == null ? name : name + "@" + version;
        }
        StringBuilder text = new StringBuilder(name);
        shares.forEach((each, share) ->
                text.append('@').append(each.text()).append('=').append(share));
        return text.toString();
    }
}
