package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.NavigableSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.semver4j.Semver;

/** Any text is a version or selector, or is refused as none. */
class VersionParsersTest {

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "1",
                "0",
                "2.1.0",
                ".",
                "-",
                "+",
                "rc",
                "^",
                "~",
                "x",
                "*",
                "<",
                ">=",
                "||",
                " ",
                "latest",
                "v",
                "é",
                "99999999999999999999",
                "\0",
                "\n",
                "-rc.1",
                "+b");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(8).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(40));
    }

    @Property
    void whatIsNoVersionIsRefused(@ForAll("texts") String text) {
        Throwable thrown = catchThrowable(() -> assertThat(Versions.parse(text)).hasToString(text));

        assertThat(thrown == null || thrown instanceof IllegalArgumentException)
                .as("%s", thrown)
                .isTrue();
    }

    @Property
    void aSelectorChoosesOneOfTheVersionsOrNoneOrIsRefused(@ForAll("texts") String text) {
        NavigableSet<Semver> versions = Versions.set();
        List.of("1.0.0", "2.1.0", "2.1.3", "3.0.0-rc.1").forEach(each -> versions.add(Versions.parse(each)));
        try {
            Semver chosen = Versions.select(text, versions);
            assertThat(chosen == null || versions.contains(chosen)).isTrue();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
