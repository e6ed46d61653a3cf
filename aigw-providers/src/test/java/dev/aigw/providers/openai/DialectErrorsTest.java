package dev.aigw.providers.openai;

import dev.aigw.providers.ErrorFixture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The errors of servers with OpenAI's protocol: those with a dialect by it, others as OpenAI's. */
class DialectErrorsTest {

    @TestFactory
    Stream<DynamicTest> anErrorIsWhatItsFileSays() {
        return ErrorFixture.ofDialects((server, url) ->
                OpenAiAdapter.builder(dialect(server)).baseUrl(url).build());
    }

    private static Dialect dialect(String server) {
        return Dialects.all().stream()
                .filter(dialect -> dialect.name().equals(server))
                .findFirst()
                .orElse(Dialects.OPENAI);
    }
}
