package dev.aigw.providers.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeReaderFixturesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static JsonNode read(String json) throws IOException {
        try (JsonParser parser = MAPPER.createParser(json.getBytes(StandardCharsets.UTF_8))) {
            return TreeReader.readOnly(parser, TreeBounds.DEFAULT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                " true ",
                "\"a\\u0000\\n\u00fc\\ud83d\\ude00\"",
                "0",
                "-1",
                "2147483648",
                "-9223372036854775808",
                "9223372036854775808",
                "1.0",
                "1e3",
                "-0.0",
                "1e400",
                "NaN",
                "[1,[2,[3,{}]],\"x\",null]",
                "{\"a\":1,\"b\":{\"c\":[{}]},\"a\":2}",
                "{\"\":1,\" \":2}",
            })
    void aTreeIsThatOfTheMapper(String json) throws IOException {
        assertThat(read(json))
                .isEqualTo(MAPPER.readTree(json))
                .hasToString(MAPPER.readTree(json).toString());
    }

    @Test
    void theFixturesGiveTheTreesOfTheMapper() throws IOException {
        int read = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".json"))::iterator) {
                String json = Files.readString(file);
                JsonNode expected = MAPPER.readTree(json);
                assertThat(read(json)).as("%s", file).isEqualTo(expected).hasToString(expected.toString());
                read++;
            }
        }
        assertThat(read).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1", "{\"a\"}", "{\"a\":1,}", "[1,]", "1 2", "{} {}", "{}x", "]", "{]", "nul", "\"a"})
    void whatTheMapperRefusesIsRefused(String json) {
        assertThatThrownBy(() -> MAPPER.readTree(json)).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void anEmptyInputIsAMissingNode() throws IOException {
        assertThat(read(" ").isMissingNode()).isTrue();
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> read("{\"a\":".repeat(100_000))).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void aMapOfFieldsBehavesLikeALinkedHashMap() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Map<String, JsonNode> map = new SmallMap();
            Map<String, JsonNode> expected = new LinkedHashMap<>();
            for (int step = 0; step < 60; step++) {
                String name = "n" + random.nextInt(1 + round / 10);
                JsonNode value = TextNode.valueOf("v" + step);
                switch (random.nextInt(9)) {
                    case 0 -> assertThat(map.remove(name)).isEqualTo(expected.remove(name));
                    case 1 ->
                        assertThat(map.entrySet()
                                        .removeIf(entry -> entry.getKey().equals(name)))
                                .isEqualTo(expected.entrySet()
                                        .removeIf(entry -> entry.getKey().equals(name)));
                    case 2 -> {
                        for (Map<String, JsonNode> each : List.of(map, expected)) {
                            each.entrySet().forEach(entry -> entry.setValue(value));
                        }
                    }
                    default -> assertThat(map.put(name, value)).isEqualTo(expected.put(name, value));
                }
                assertThat(map).isEqualTo(expected).hasSameSizeAs(expected);
                assertThat(new ArrayList<>(map.keySet())).isEqualTo(new ArrayList<>(expected.keySet()));
                assertThat(map.get(name)).isEqualTo(expected.get(name));
                assertThat(map.containsKey(name)).isEqualTo(expected.containsKey(name));
                assertThat(map.get("none")).isNull();
            }
            map.clear();
            assertThat(map).isEmpty();
        }
    }
}
