package dev.aigw.routing.access.keys;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a key may be used for, and until when, within {@link ApiKeys#update}. What is not set stays. Texts must
 * be as those of {@link KeySpec#builder}. Not safe for use by several threads.
 */
public final class KeyChange {

    private final ApiKey before;
    private final ApiKey.Draft draft;

    KeyChange(ApiKey before) {
        this.before = before;
        this.draft = before.draft();
    }

    /** Returns the key as it is now. */
    public ApiKey before() {
        return before;
    }

    /** Sets the name. */
    public KeyChange name(String name) {
        draft.name = KeyTexts.text(name, "name");
        return this;
    }

    /** Sets the tier, or none by null. */
    public KeyChange tier(@Nullable String tier) {
        draft.tier = tier == null ? null : KeyTexts.word(tier, "tier");
        return this;
    }

    /** Replaces the roles. */
    public KeyChange roles(String... roles) {
        draft.roles = KeyTexts.words(new LinkedHashSet<>(Arrays.asList(roles)), "role");
        return this;
    }

    /** Replaces the scopes. */
    public KeyChange scopes(String... scopes) {
        draft.scopes = KeyTexts.words(new LinkedHashSet<>(Arrays.asList(scopes)), "scope");
        return this;
    }

    /** Replaces the labels. */
    public KeyChange labels(Map<String, String> labels) {
        draft.labels = KeyTexts.labels(labels);
        return this;
    }

    /** Sets from when on the key is not valid any more, or that it does not expire, by null. */
    public KeyChange expiresAt(@Nullable Instant time) {
        draft.expiresAt = time;
        return this;
    }

    ApiKey after() {
        return draft.build();
    }

    /** Returns the names of what differs, for the audit log; empty if nothing does. */
    String differences(ApiKey after) {
        List<String> differences = new ArrayList<>();
        note(differences, "name", before.name(), after.name());
        note(differences, "tier", before.tier(), after.tier());
        note(differences, "roles", before.roles(), after.roles());
        note(differences, "scopes", before.scopes(), after.scopes());
        note(differences, "labels", before.labels(), after.labels());
        note(differences, "expiry", before.expiresAt(), after.expiresAt());
        return String.join("; ", differences);
    }

    private static void note(List<String> differences, String what, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            differences.add(
                    what + ": " + (before == null ? "none" : before) + " -> " + (after == null ? "none" : after));
        }
    }
}
