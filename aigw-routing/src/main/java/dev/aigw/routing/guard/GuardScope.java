package dev.aigw.routing.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Operation;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says where a guard applies, and what happens when it fails. Setting the same thing twice throws
 * {@link IllegalStateException}. Not safe for use by several threads.
 *
 * <pre>{@code
 * Guards.builder().input(moderation, scope -> scope.exceptModels("local-*").tiers("free").timeout(Duration.ofSeconds(1)))
 * }</pre>
 */
public final class GuardScope {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

    private final SetOnce once = new SetOnce();
    final Guard guard;
    final List<ModelPattern> models = new ArrayList<>();
    final List<ModelPattern> exceptModels = new ArrayList<>();
    final Set<Operation<?, ?>> operations = new HashSet<>();
    final List<Predicate<CallOptions>> calls = new ArrayList<>();

    @Nullable
    String name;

    @Nullable
    Set<ContentOrigin> origins;

    Duration timeout = USUAL_TIMEOUT;
    boolean shadow;
    boolean failOpen;
    boolean latestTurn;

    GuardScope(Guard guard) {
        this.guard = Objects.requireNonNull(guard, "guard");
    }

    /** Sets the name that routes, events and errors show; {@link Guard#name()} by default. */
    public GuardScope name(String name) {
        once.check(0, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a guard is blank: give it a name such as \"no-rivals\"");
        }
        this.name = name;
        return this;
    }

    /**
     * Sets the logical models that it applies to, all by default; {@code *} stands for any characters. It applies to
     * the model that is asked, whether the caller named it, a route chose it, or it is a fallback.
     */
    public GuardScope models(String... models) {
        once.check(1, "models");
        add(models, this.models);
        return this;
    }

    /** Sets the logical models that it does not apply to, such as those in your own house; none by default. */
    public GuardScope exceptModels(String... models) {
        once.check(2, "exceptModels");
        add(models, this.exceptModels);
        return this;
    }

    private static void add(String[] models, List<ModelPattern> patterns) {
        if (models.length == 0) {
            throw new IllegalArgumentException("there are no models: name one, such as \"assistant\" or \"local-*\"");
        }
        for (String model : models) {
            patterns.add(new ModelPattern(model));
        }
    }

    /** Sets the origins of the content that it sees; all that the guard wants by default. */
    public GuardScope origins(ContentOrigin first, ContentOrigin... more) {
        once.check(3, "origins");
        this.origins = EnumSet.of(first, more);
        return this;
    }

    /** Sets the operations that it applies to, all by default. Chat and streamed chat are two. */
    public GuardScope operations(Operation<?, ?>... operations) {
        once.check(4, "operations");
        this.operations.addAll(List.of(operations));
        return this;
    }

    /** Applies it to callers of these tiers only. */
    public GuardScope tiers(String... tiers) {
        once.check(5, "tiers");
        Set<String> named = Set.of(tiers);
        calls.add(options -> {
            String tier = options.caller().tier();
            return tier != null && named.contains(tier);
        });
        return this;
    }

    /** Applies it only to callers for which {@code callers} returns true. */
    public GuardScope callers(Predicate<Caller> callers) {
        once.check(6, "callers");
        Objects.requireNonNull(callers, "callers");
        calls.add(options -> callers.test(options.caller()));
        return this;
    }

    /** Applies it only to calls with this tag; of several tags, all must be there. */
    public GuardScope tag(String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        calls.add(options -> value.equals(options.tags().get(name)));
        return this;
    }

    /**
     * Only reports what it finds, without acting on it or waiting for it, unless it takes
     * {@linkplain Guard.Effort#MEMORY microseconds}. For a trial.
     */
    public GuardScope shadow() {
        once.check(7, "shadow");
        this.shadow = true;
        return this;
    }

    /**
     * Lets content pass unchecked when the guard fails or takes too long. By default such a call is rejected, since a
     * guard that an attacker can make fail guards nothing.
     */
    public GuardScope failOpen() {
        once.check(8, "failOpen");
        this.failOpen = true;
        return this;
    }

    /**
     * Sets how long it may take, 5 seconds by default; longer is a failure. A guard that takes
     * {@linkplain Guard.Effort#MEMORY microseconds} has no timeout.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public GuardScope timeout(Duration timeout) {
        once.check(9, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout is " + timeout + ": use a positive duration");
        }
        this.timeout = timeout;
        return this;
    }

    /**
     * Shows it only what follows the last answer of the model in a conversation: for costly guards that have seen the
     * rest in earlier calls. Use it only where callers cannot make up earlier messages.
     */
    public GuardScope latestTurn() {
        once.check(10, "latestTurn");
        this.latestTurn = true;
        return this;
    }
}
