package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.routing.guard.injection.InjectionExample;
import dev.aigw.routing.guard.injection.InjectionModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardLabTest {

    private final List<GuardRow> made = GuardRow.resource("guard-lab.tsv");

    @Test
    void theMadeSetIsMeasured() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuardLab.injection(made, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("both, BALANCED", "By language", "hi-Latn");
    }

    @Test
    void theGuardFindsMostOfTheMadeAttacksAndPassesNearlyAllOthers() {
        GuardLab.Tally tally = GuardLab.Tally.of(
                made,
                new GuardLab.Detector(
                        "guard",
                        row -> InjectionModel.builtIn()
                                        .score(row.text(), row.origin())
                                        .score()
                                >= 0.6));
        assertThat(tally.f1()).isGreaterThan(0.85);
        assertThat(tally.wrong()).isLessThan(6);
    }

    @Test
    void intervalsAreWilsons() {
        // Example of Newcombe (1998), table I: 81 of 263.
        assertThat(GuardLab.wilson(81, 263, -1)).isCloseTo(0.2553, within(0.0005));
        assertThat(GuardLab.wilson(81, 263, 1)).isCloseTo(0.3662, within(0.0005));
        assertThat(GuardLab.wilson(0, 20, -1)).isZero();
    }

    @Test
    void rowsAreReadWithTheirEscapes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("rows.tsv");
        Files.writeString(
                file,
                "id\tsplit\tsource\tkind\tlanguage\tlabel\ttext\n1\td\ts\tindirect_email\ten\t1\ta\\tb\\nc\\\\n\n");
        GuardRow row = GuardRow.read(file).get(0);
        assertThat(row.text()).isEqualTo("a\tb\nc\\n");
        assertThat(row.bad()).isTrue();
        assertThat(row.isForeign()).isTrue();
    }

    @Test
    void theTrainerLearnsFromAFileAndTheTemplates() {
        List<InjectionExample> examples = GuardTrainer.examples(made);
        assertThat(examples).hasSizeGreaterThan(3_000);
        assertThat(GuardTrainer.examples(made)).isEqualTo(examples);
        assertThat(examples).filteredOn(InjectionExample::attack).hasSizeBetween(1_500, examples.size() - 1_500);
    }
}
