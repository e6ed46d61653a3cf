package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.examples.stories.PersonalDataLab.Counts;
import dev.aigw.examples.stories.PersonalDataLab.Row;
import dev.aigw.routing.guard.sensitive.Entity;
import dev.aigw.routing.guard.sensitive.EntityType;
import dev.aigw.routing.guard.sensitive.PersonalData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalDataLabTest {

    @Test
    void theMadeSetIsFoundButForWhatNoRuleFinds() throws IOException {
        List<Row> rows = PersonalDataLab.made();
        Counts sum = new Counts(0, 0, 0, 0);
        for (Row row : rows) {
            for (Counts counts : PersonalDataLab.count(
                            row, PersonalData.builder().givenNames().build(), 0.5)
                    .values()) {
                sum = sum.plus(counts);
            }
        }
        assertThat(rows).hasSize(60);
        assertThat(sum.wrong()).isZero();
        assertThat(sum.missed()).isEqualTo(2); // a name that is rare, and an address without a street
    }

    @Test
    void countsWhatOverlapsAsFoundAndWhatIsLabelledOnly() {
        Row row = new Row(
                "x",
                "0123456789",
                List.of(
                        new Entity(EntityType.EMAIL, 0, 4, 1),
                        new Entity(EntityType.EMAIL, 5, 6, 1),
                        new Entity(EntityType.PHONE, 8, 9, 1)),
                Set.of(EntityType.EMAIL));
        assertThat(PersonalDataLab.count(
                        row,
                        text -> List.of(
                                new Entity(EntityType.EMAIL, 3, 5, 0.9),
                                new Entity(EntityType.EMAIL, 5, 6, 0.4),
                                new Entity(EntityType.EMAIL, 6, 9, 0.9),
                                new Entity(EntityType.CARD, 0, 9, 0.9)),
                        0.5))
                .containsOnlyKeys(EntityType.EMAIL)
                .containsEntry(EntityType.EMAIL, new Counts(1, 0, 1, 1));
    }

    @Test
    void readsAFileWithTheNamesOfPresidio(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.jsonl");
        Files.writeString(file, """
                {"source":"a","text":"ada@example.com","spans":[{"type":"EMAIL_ADDRESS","start":0,"end":15}]}

                {"source":"b","text":"none","spans":[],"labelled":["CREDIT_CARD"]}
                """);
        assertThat(PersonalDataLab.report(PersonalDataLab.read(file), PersonalData.standard(), 0.5))
                .contains("a / EMAIL")
                .contains("1.000")
                .doesNotContain("b / CARD");
    }
}
