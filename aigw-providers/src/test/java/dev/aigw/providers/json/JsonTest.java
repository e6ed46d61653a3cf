package dev.aigw.providers.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static JsonNode object(String value) {
        return Objects.requireNonNull(Json.parseOrNull("{\"n\":" + value + "}"));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "0, 0",
        "\"12\", 12",
        "7.0, 7",
        "9223372036854775807, 9223372036854775807",
        "18446744073709551617, 9223372036854775807",
        "\"18446744073709551617\", 9223372036854775807",
        "1e30, 9223372036854775807",
        "1e999999999, 9223372036854775807"
    })
    void aCountSaturates(String written, long count) {
        assertThat(Json.countOf(object(written), "n")).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-1e999999999", "NaN", "null", "true", "\"many\"", "\"-1\"", "\"\"", "{}", "[1]"})
    void whatIsNoCountIsAbsent(String written) {
        assertThat(Json.countOf(object(written), "n")).isNull();
    }

    @Test
    void anIntegerThatIsTooLargeIsAbsentAndNotAnotherNumber() {
        assertThat(Json.intOf(object("4294967297"), "n")).isNull();
        assertThat(Json.intOf(object("18446744073709551617"), "n")).isNull();
        assertThat(Json.intOf(object("-3"), "n")).isEqualTo(-3);
    }
}
