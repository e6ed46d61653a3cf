package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The errors that must be in {@code src/test/resources/errors/<vendor>}. The contract test of each vendor checks their
 * content.
 */
class ErrorFixturesTest {

    static List<String> vendors() {
        return ErrorFixture.vendors();
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void eachFolderIsAVendors(String vendor) {
        assertThat(Path.of("src/main/java/dev/aigw/providers", vendor)).isDirectory();
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void eachVendorHasAFirewallsPageForOnePrompt(String vendor) {
        assertThat(ErrorFixture.of(vendor))
                .filteredOn(error -> error.name().startsWith("firewall"))
                .extracting(ErrorFixture::subject)
                .contains(FailureSubject.REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "bedrock", "gemini", "openai"})
    void eachKindThatAVendorReportsHasAFile(String vendor) {
        Set<ErrorKind> kinds = EnumSet.of(
                ErrorKind.RATE_LIMITED,
                ErrorKind.QUOTA_EXHAUSTED,
                ErrorKind.OVERLOADED,
                ErrorKind.SERVER_ERROR,
                ErrorKind.TIMEOUT,
                ErrorKind.AUTHENTICATION,
                ErrorKind.PERMISSION,
                ErrorKind.NOT_FOUND,
                ErrorKind.CONTEXT_TOO_LONG,
                ErrorKind.PAYLOAD_TOO_LARGE,
                ErrorKind.CONTENT_FILTERED,
                ErrorKind.INVALID_REQUEST);
        assertThat(ErrorFixture.of(vendor)).extracting(ErrorFixture::kind).containsAll(kinds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "bedrock", "gemini", "openai"})
    void eachSubjectThatAVendorReportsHasAFile(String vendor) {
        assertThat(ErrorFixture.of(vendor))
                .extracting(ErrorFixture::subject)
                .contains(FailureSubject.REQUEST, FailureSubject.MODEL, FailureSubject.CREDENTIAL);
    }
}
