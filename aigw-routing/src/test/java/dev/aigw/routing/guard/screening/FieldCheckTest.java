package dev.aigw.routing.guard.screening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.routing.guard.Inspections;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldCheckTest {

    private static final FieldCheck CHECK = FieldCheck.builder()
            .field("age", field -> field.integer().range(0, 130))
            .field("country", field -> field.text().oneOf("DE", "FR").optional())
            .field("items[*].price", field -> field.number().range(0, 1000))
            .field("notes", field -> field.text().maximumLength(3).optional().nullable())
            .build();

    private static List<String> check(FieldCheck check, Object payload) {
        return check
                .check(Inspection.of(
                        Inspection.Direction.INPUT,
                        List.of(),
                        PredictRequest.PREDICT,
                        PredictRequest.of("m", payload),
                        "m",
                        Caller.ANONYMOUS,
                        Duration.ofSeconds(1)))
                .findings()
                .stream()
                .map(GuardFinding::rule)
                .toList();
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> payload = new java.util.HashMap<>(Map.of("age", 40, "items", List.of()));
        payload.put(name, value);
        return payload;
    }

    @Test
    void payloadsAsExpectedPass() {
        assertThat(check(CHECK, with("country", "DE"))).isEmpty();
        assertThat(check(CHECK, with("age", 40.0))).isEmpty();
        assertThat(check(CHECK, with("items", List.of(Map.of("price", 1), Map.of("price", 2.5)))))
                .isEmpty();
        assertThat(check(CHECK, with("notes", null))).isEmpty();
    }

    @Test
    void whatIsWrongIsNamedByRuleAndPath() {
        assertThat(check(CHECK, Map.of("items", List.of()))).containsExactly("missing(age)");
        assertThat(check(CHECK, with("age", "40"))).containsExactly("type(age)");
        assertThat(check(CHECK, with("age", 40.5))).containsExactly("type(age)");
        assertThat(check(CHECK, with("age", -1))).containsExactly("range(age)");
        assertThat(check(CHECK, with("age", 1e300))).containsExactly("range(age)");
        assertThat(check(CHECK, with("age", null))).containsExactly("type(age)");
        assertThat(check(CHECK, with("country", "de"))).containsExactly("value(country)");
        assertThat(check(CHECK, with("notes", "long"))).containsExactly("length(notes)");
        assertThat(check(CHECK, with("items", List.of(Map.of("price", 1), Map.of()))))
                .containsExactly("missing(items[*].price)");
        assertThat(check(CHECK, with("items", List.of(Map.of("price", 1), Map.of("price", 1001)))))
                .containsExactly("range(items[*].price)");
        assertThat(check(CHECK, with("items", "none"))).containsExactly("missing(items[*].price)");
    }

    @Test
    void nanIsNoNumber() {
        assertThat(check(CHECK, with("items", List.of(Map.of("price", Double.NaN)))))
                .containsExactly("type(items[*].price)");
        assertThat(check(CHECK, with("age", Double.POSITIVE_INFINITY))).containsExactly("type(age)");
    }

    private record Loan(int age, List<Item> items) {}

    private record Item(double price) {}

    @Test
    void recordsAreReadLikeTheirJson() {
        assertThat(check(CHECK, new Loan(40, List.of(new Item(5))))).isEmpty();
        assertThat(check(CHECK, new Loan(400, List.of(new Item(-5)))))
                .containsExactlyInAnyOrder("range(age)", "range(items[*].price)");
    }

    @Test
    void rowsOfNumbersAreCheckedByColumn() {
        FieldCheck rows = FieldCheck.builder()
                .field("instances[*][1]", field -> field.number().range(0, 1))
                .field("['a.b'].c", field -> field.truth().optional())
                .build();
        assertThat(check(rows, Map.of("instances", List.of(List.of(9, 1), List.of(9, 0)))))
                .isEmpty();
        assertThat(check(rows, Map.of("instances", List.of(List.of(9, 1), List.of(9, 2)))))
                .containsExactly("range(instances[*][1])");
        assertThat(check(rows, Map.of("instances", List.of(List.of(9))))).containsExactly("missing(instances[*][1])");
        assertThat(check(rows, Map.of("instances", List.of(), "a.b", Map.of("c", 1))))
                .containsExactly("type(['a.b'].c)");
    }

    @Test
    void otherFieldsPassUnlessOnlyTheseMay() {
        FieldCheck only = FieldCheck.builder()
                .field("age", field -> field.integer())
                .onlyThese()
                .build();
        assertThat(check(CHECK, with("evil", 1))).isEmpty();
        assertThat(check(only, Map.of("age", 1, "evil", 1))).containsExactly("unexpected");
        assertThat(check(only, Map.of("age", 1))).isEmpty();
    }

    @Test
    void numbersAreComparedByValue() {
        FieldCheck version = FieldCheck.builder()
                .field("version", field -> field.oneOf(1, 2))
                .build();
        assertThat(check(version, Map.of("version", 2.0))).isEmpty();
        assertThat(check(version, Map.of("version", 3))).containsExactly("value(version)");
        assertThat(check(version, Map.of("version", "1"))).containsExactly("value(version)");
    }

    @Test
    void otherPayloadsLackTheFields() {
        assertThat(check(CHECK, "text")).containsExactly("missing(age)", "missing(items[*].price)");
        assertThat(check(CHECK, Collections.nCopies(3, Map.of()))).contains("missing(age)");
        assertThat(CHECK.check(Inspections.input("a chat")).findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".a", "a.", "a..b", "a[", "a[]", "a[x]", "a[-1]", "['']", "a]b[", "[0]b", "a[9999999999]"})
    void aPathThatIsNoneIsRefused(String path) {
        assertThatThrownBy(() -> FieldCheck.builder().field(path, field -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no path");
    }
}
