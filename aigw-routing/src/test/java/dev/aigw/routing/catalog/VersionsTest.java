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
import org.semver4j.Semver;

class VersionsTest {

    @Provide
    Arbitrary<Semver> version() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 4);
        Arbitrary<String> suffix = Arbitraries.of("", "", "", "-rc.1", "-rc.2", "-alpha");
        return Combinators.combine(number, number, number, suffix)
                .as((major, minor, patch, end) -> Versions.parse(major + "." + minor + "." + patch + end));
    }

    @Provide
    Arbitrary<List<Semver>> versions() {
        return version().list().ofMaxSize(15);
    }

    private static NavigableSet<Semver> set(List<Semver> versions) {
        NavigableSet<Semver> set = Versions.set();
        set.addAll(versions);
        return set;
    }

    @Property
    void anExactSelectorFindsThatVersionAndNoOther(
            @ForAll("versions") List<Semver> versions, @ForAll("version") Semver asked) {
        assertThat(Versions.select(asked.toString(), set(versions))).isEqualTo(versions.contains(asked) ? asked : null);
    }

    @Property
    void aCaretKeepsTheMajorVersionAndFindsTheHighest(
            @ForAll("versions") List<Semver> versions, @ForAll("version") Semver asked) {
        Semver found = Versions.select("^" + asked, set(versions));

        Semver highest = versions.stream()
                .filter(each -> each.compareTo(asked) >= 0 && sameLeft(asked, each))
                .filter(each -> each.getPreRelease().isEmpty() || namedPreRelease(asked, each))
                .max(Semver::compareTo)
                .orElse(null);
        assertThat(found).isEqualTo(highest);
    }

    @Property
    void aMajorVersionFindsItsHighestStableOne(@ForAll("versions") List<Semver> versions) {
        for (int major = 0; major < 5; major++) {
            int asked = major;
            assertThat(Versions.select("" + asked, set(versions)))
                    .isEqualTo(versions.stream()
                            .filter(each -> each.getMajor() == asked
                                    && each.getPreRelease().isEmpty())
                            .max(Semver::compareTo)
                            .orElse(null));
        }
    }

    @Property
    void latestIsTheHighestThatIsNoPreRelease(@ForAll("versions") List<Semver> versions) {
        assertThat(Versions.select("latest", set(versions)))
                .isEqualTo(versions.stream()
                        .filter(each -> each.getPreRelease().isEmpty())
                        .max(Semver::compareTo)
                        .orElse(null));
    }

    /** Returns whether the leftmost number that is not zero, and those before it, are the same: npm's caret. */
    private static boolean sameLeft(Semver asked, Semver other) {
        if (asked.getMajor() > 0) {
            return asked.getMajor() == other.getMajor();
        }
        if (asked.getMinor() > 0) {
            return other.getMajor() == 0 && asked.getMinor() == other.getMinor();
        }
        return other.getMajor() == 0 && other.getMinor() == 0 && asked.getPatch() == other.getPatch();
    }

    private static boolean namedPreRelease(Semver asked, Semver other) {
        return !asked.getPreRelease().isEmpty()
                && asked.getMajor() == other.getMajor()
                && asked.getMinor() == other.getMinor()
                && asked.getPatch() == other.getPatch();
    }
}
