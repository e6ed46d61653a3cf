package dev.aigw.routing.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * Reads semantic versions (semver.org, 2.0.0) and their selectors: {@code 2}, {@code ^2.1}, {@code ~2.1.3},
 * {@code 2.1.0}, {@code latest}, with the same meaning as in npm.
 *
 * <p>A pre-release is chosen only by a selector that names a pre-release of the same number.
 */
final class Versions {

    static final String LATEST = "latest";

    private Versions() {}

    /**
     * Returns the version.
     *
     * @throws IllegalArgumentException if it is not a semantic version
     */
    static Semver parse(String text) {
        Semver version = Semver.parse(text);
        if (version == null || !version.toString().equals(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a semantic version: use one such as \"2.1.0\" or \"3.0.0-rc.1\"");
        }
        return version;
    }

    /**
     * Returns the highest of {@code versions} that the selector matches, or null if it matches none.
     *
     * @throws IllegalArgumentException if the selector cannot be read
     */
    static @Nullable Semver select(String selector, NavigableSet<Semver> versions) {
        if (selector.equals(LATEST)) {
            return latest(versions);
        }
        RangeList range = range(selector);
        for (Semver version : versions.descendingSet()) {
            if (range.isSatisfiedBy(version)) {
                return version;
            }
        }
        return null;
    }

    /** Returns the highest version that is not a pre-release, or null if there is none. */
    static @Nullable Semver latest(NavigableSet<Semver> versions) {
        for (Semver version : versions.descendingSet()) {
            if (version.getPreRelease().isEmpty()) {
                return version;
            }
        }
        return null;
    }

    /** Returns an empty set in order of precedence; versions that differ only in build metadata are equal. */
    static NavigableSet<Semver> set() {
        return new TreeSet<>();
    }

    /** Returns the versions for an error message, the highest first. */
    static String list(NavigableSet<Semver> versions) {
        List<String> names = new ArrayList<>();
        for (Semver version : versions.descendingSet()) {
            names.add(version.toString());
        }
        return String.join(", ", names);
    }

    private static RangeList range(String selector) {
        RangeList range = selector.isBlank() ? new RangeList(false) : RangeListFactory.create(selector);
        if (range.get().isEmpty() || range.get().stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("\"@" + selector + "\" selects no version: use one such as \"@2\","
                    + " \"@^2.1\", \"@~2.1.3\", \"@2.1.0\" or \"@latest\"");
        }
        return range;
    }
}
