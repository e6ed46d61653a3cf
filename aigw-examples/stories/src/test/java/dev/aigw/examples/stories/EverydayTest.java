package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EverydayTest {

    private static final Path SOURCE = Path.of("src/main/java/dev/aigw/examples/stories/Everyday.java");

    /** A method that takes a vendor. */
    private static final Pattern PROGRAM =
            Pattern.compile("\n    static void (\\w+)\\(ProviderAdapter .*?\n    }\n", Pattern.DOTALL);

    @Test
    void theEightProgramsDoWhatTheySay() throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Everyday.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"))
                .isEqualTo("""
                        memory:     You are Ann.
                        browser:    data: "Light is scattered.\\nBlue most."
                        tools:      There is snow in Oslo
                        pictures:   I see 3 pictures.
                        embeddings: 5000 vectors of 8 numbers
                        record:     Verdict[reason=late, stars=2]
                        fallback:   I can help. (anthropic/claude-haiku-5-5)
                        tenants:    acme answered
                        tenants:    acme answered
                        tenants:    birch answered
                        tenants:    acme refused, LIMIT_EXCEEDED
                        """);
    }

    @Test
    void eachProgramHasFewerThan25Lines() throws IOException {
        Map<String, Integer> lines = new LinkedHashMap<>();
        Matcher programs = PROGRAM.matcher(Files.readString(SOURCE));
        while (programs.find()) {
            lines.put(programs.group(1), (int) programs.group().strip().lines().count());
        }

        assertThat(lines)
                .containsOnlyKeys(
                        "memory", "browser", "tools", "pictures", "embeddings", "record", "fallback", "tenants");
        assertThat(lines.values()).allSatisfy(count -> assertThat(count).isLessThan(25));
    }
}
