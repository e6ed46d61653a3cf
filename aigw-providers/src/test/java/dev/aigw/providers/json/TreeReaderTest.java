package dev.aigw.providers.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TreeReaderTest {

    private static final List<String> SCALARS = List.of(
            "0",
            "-1",
            "12",
            "2147483648",
            "-9223372036854775808",
            "9223372036854775808",
            "0.5",
            "-0.0",
            "1e3",
            "1e999",
            "true",
            "false",
            "null",
            "\"\"",
            "\"a\\u00e9\\n\"");

    private static JsonNode read(String text, TreeBounds bounds) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Json.parse(bytes, 0, bytes.length, bounds);
    }

    @Property(tries = 2000, seed = "20261130")
    void aTreeIsTheOneOfJacksonsReader(@ForAll long seed) throws IOException {
        StringBuilder text = new StringBuilder();
        append(new Random(seed), 4, text);
        JsonNode expected = new ObjectMapper(new JsonFactory()).readTree(text.toString());
        JsonNode tree = read(text.toString(), TreeBounds.DEFAULT);
        assertThat(tree).as("seed %s: %s", seed, text).isEqualTo(expected);
        assertThat(expected).isEqualTo(tree);
        assertThat(tree.toString()).isEqualTo(expected.toString());
    }

    private static void append(Random random, int depth, StringBuilder out) {
        int kind = depth == 0 ? 0 : random.nextInt(4);
        int size = random.nextInt(6);
        switch (kind) {
            case 1 -> {
                out.append('{');
                for (int i = 0; i < size; i++) {
                    out.append(i == 0 ? "" : ",")
                            .append('"')
                            .append((char) ('a' + random.nextInt(4)))
                            .append("\":");
                    append(random, depth - 1, out);
                }
                out.append('}');
            }
            case 2, 3 -> {
                out.append('[');
                for (int i = 0; i < size; i++) {
                    out.append(i == 0 ? "" : ", ");
                    append(random, kind == 2 ? 0 : depth - 1, out);
                }
                out.append(']');
            }
            default -> out.append(SCALARS.get(random.nextInt(SCALARS.size())));
        }
    }

    @Test
    void aTextOfMoreValuesThanTheBoundIsRefusedByTheOptionsName() throws IOException {
        TreeBounds bounds = new TreeBounds(100, Set.of());
        assertThat(read("[" + "[],".repeat(98) + "[]]", bounds)).hasSize(99);
        for (String unit : List.of("[],", "{\"a\":1},", "\"\",", "null,")) {
            assertThatThrownBy(() -> read("[" + unit.repeat(100) + "1]", bounds))
                    .isInstanceOf(StreamConstraintsException.class)
                    .hasMessageContaining("more than 100 JSON values")
                    .hasMessageContaining("maxJsonValues");
        }
    }

    @Test
    void eightNumbersOfAListCountAsOneValueAndALongStringAsOne() throws IOException {
        TreeBounds bounds = new TreeBounds(100, Set.of());
        assertThat(read("[" + "0.5,".repeat(780) + "7]", bounds)).hasSize(781);
        assertThatThrownBy(() -> read("[" + "0.5,".repeat(800) + "7]", bounds))
                .isInstanceOf(StreamConstraintsException.class);
        assertThatThrownBy(() -> read("[" + "5,".repeat(150) + "\"\"]", bounds))
                .as("a list that turns out to hold more than numbers is one of nodes")
                .isInstanceOf(StreamConstraintsException.class);
        assertThat(read("\"" + "A".repeat(1 << 20) + "\"", new TreeBounds(1, Set.of()))
                        .textValue())
                .hasSize(1 << 20);
    }

    @Test
    void skippedFieldsCostNothingWhereverTheyStandAtTheTopAndStayDeeper() throws IOException {
        TreeBounds bounds = new TreeBounds(60, Set.of("prompt_logprobs"));
        String large = "\"prompt_logprobs\":[" + "{\"1\":{\"logprob\":-1}},".repeat(1000) + "null]";
        JsonNode tree = read("{" + large + ",\"choices\":[{\"a\":1," + large + ",\"b\":2}]}", bounds);
        assertThat(tree.toString()).isEqualTo("{\"choices\":[{\"a\":1,\"b\":2}]}");
        String deep = "{\"choices\":[{\"message\":{\"arguments\":{\"prompt_logprobs\":[1]}}}]}";
        assertThat(read(deep, bounds).toString()).isEqualTo(deep);
    }

    @Test
    void deepNestingIsRefusedAndNotAnOverflowOfTheStack() throws IOException {
        assertThat(read("[".repeat(500) + "]".repeat(500), TreeBounds.DEFAULT)).hasSize(1);
        for (String open : List.of("[", "{\"a\":")) {
            assertThatThrownBy(() -> read(open.repeat(200_000), TreeBounds.DEFAULT))
                    .isInstanceOf(StreamConstraintsException.class)
                    .hasMessageContaining("500 levels");
        }
        assertThat(Json.parseOrNull("[".repeat(200_000))).isNull();
    }

    @Test
    void aNumberOrNameOfAbsurdLengthIsRefused() {
        assertThatThrownBy(() -> read("9".repeat(2000), TreeBounds.DEFAULT))
                .isInstanceOf(StreamConstraintsException.class);
        assertThatThrownBy(() -> read("{\"" + "n".repeat(100_000) + "\":1}", TreeBounds.DEFAULT))
                .isInstanceOf(StreamConstraintsException.class);
    }

    @Test
    void moreThanOneValueOrAnUnfinishedOneIsNotOne() {
        for (String text : List.of("{}{}", "[1", "{\"a\"", "{\"a\":", "[1,", "]", "{,}", "nul")) {
            assertThatThrownBy(() -> read(text, TreeBounds.DEFAULT)).as(text).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theExcerptOfALargeTreeIsItsBeginning() throws IOException {
        JsonNode tree = read("[" + "\"abc\",".repeat(100_000) + "1]", TreeBounds.DEFAULT);
        assertThat(Json.excerpt(tree, 20)).isEqualTo("[\"abc\",\"abc\",\"abc\",\"");
        assertThat(Json.excerpt(read("{\"a\":[1,2.5]}", TreeBounds.DEFAULT), 1000))
                .isEqualTo("{\"a\":[1,2.5]}");
    }
}
