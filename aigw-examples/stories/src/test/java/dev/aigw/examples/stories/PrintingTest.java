package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PrintingTest {

    @Test
    void columnsAreAligned() {
        String printed = printed(out ->
                new Table("name", ">count").row("a", 100).row("longer", 7).print(out));

        assertThat(printed).isEqualTo("""
                  name    count
                  a         100
                  longer      7
                """);
    }

    @Test
    void wordsThatArriveInPiecesAreWrapped() {
        String printed = printed(out -> {
            WordWrap wrap = new WordWrap(out);
            for (int i = 0; i < 40; i++) {
                wrap.print("wo");
                wrap.print("rd ");
            }
            wrap.end();
        });

        assertThat(printed.lines()).allMatch(line -> line.length() <= 102).hasSize(2);
        assertThat(printed.split("\\s+")).containsOnly("", "word").hasSize(41);
    }

    @Test
    void codeKeepsItsLines() {
        String code = "    builder." + "x".repeat(120) + "( a, b );";

        String printed = printed(out -> {
            WordWrap wrap = new WordWrap(out);
            wrap.print("See:\n" + code + "\nend");
            wrap.end();
        });

        assertThat(printed).isEqualTo("  See:\n  " + code + "\n  end\n");
    }

    private static String printed(Consumer<PrintStream> story) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        story.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
