package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.NavigableSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class VersionsTest {

    @Provide
    Arbitrary<Version> version() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 4);
        Arbitrary<String> suffix = Arbitraries.of("", "", "", "-rc.1", "-rc.2", "-alpha");
        return Combinators.combine(number, number, number, suffix)
                .as((major, minor, patch, end) -> Versions.parse(major + "." + minor + "." + patch + end));
    }

    @Provide
    Arbitrary<List<Version>> versions() {
        return version().list().ofMaxSize(15);
    }

    private static NavigableSet<Version> set(List<Version> versions) {
        NavigableSet<Version> set = Versions.set();
        set.addAll(versions);
        return set;
    }

    @Property
    void anExactSelectorFindsThatVersionAndNoOther(
            @ForAll("versions") List<Version> versions, @ForAll("version") Version asked) {
        assertThat(Versions.select(asked.toString(), set(versions))).isEqualTo(versions.contains(asked) ? asked : null);
    }

    @Property
    void aCaretKeepsTheMajorVersionAndFindsTheHighest(
            @ForAll("versions") List<Version> versions, @ForAll("version") Version asked) {
        Version found = Versions.select("^" + asked, set(versions));

        Version highest = versions.stream()
                .filter(each -> each.compareTo(asked) >= 0 && sameLeft(asked, each))
                .filter(each -> each.semver().getPreRelease().isEmpty() || namedPreRelease(asked, each))
                .max(Version::compareTo)
                .orElse(null);
        assertThat(found).isEqualTo(highest);
    }

    @Property
    void aMajorVersionFindsItsHighestStableOne(@ForAll("versions") List<Version> versions) {
        for (int major = 0; major < 5; major++) {
            int asked = major;
            assertThat(Versions.select("" + asked, set(versions)))
                    .isEqualTo(versions.stream()
                            .filter(each -> each.semver().getMajor() == asked
                                    && each.semver().getPreRelease().isEmpty())
                            .max(Version::compareTo)
                            .orElse(null));
        }
    }

    @Property
    void latestIsTheHighestThatIsNoPreRelease(@ForAll("versions") List<Version> versions) {
        assertThat(Versions.select("latest", set(versions)))
                .isEqualTo(versions.stream()
                        .filter(each -> each.semver().getPreRelease().isEmpty())
                        .max(Version::compareTo)
                        .orElse(null));
    }

    /** Returns whether the leftmost number that is not zero, and those before it, are the same: npm's caret. */
    private static boolean sameLeft(Version asked, Version other) {
        if (asked.semver().getMajor() > 0) {
            return asked.semver().getMajor() == other.semver().getMajor();
        }
        if (asked.semver().getMinor() > 0) {
            return other.semver().getMajor() == 0
                    && asked.semver().getMinor() == other.semver().getMinor();
        }
        return other.semver().getMajor() == 0
                && other.semver().getMinor() == 0
                && asked.semver().getPatch() == other.semver().getPatch();
    }

    private static boolean namedPreRelease(Version asked, Version other) {
        return !asked.semver().getPreRelease().isEmpty()
                && asked.semver().getMajor() == other.semver().getMajor()
                && asked.semver().getMinor() == other.semver().getMinor()
                && asked.semver().getPatch() == other.semver().getPatch();
    }
}
