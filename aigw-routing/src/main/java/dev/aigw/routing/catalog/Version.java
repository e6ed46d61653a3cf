package dev.aigw.routing.catalog;

import org.semver4j.Semver;

/**
 * A semantic version of a model, in order of precedence. It hides the library for versions, which is optional, from all
 * that also serves models without them.
 *
 * @param semver the version as that library has it
 */
record Version(Semver semver) implements Comparable<Version> {

    boolean isPreRelease() {
        return !semver.getPreRelease().isEmpty();
    }

    @Override
    public int compareTo(Version other) {
        return semver.compareTo(other.semver);
    }

    @Override
    public String toString() {
        return semver.toString();
    }
}
