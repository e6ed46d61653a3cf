package dev.aigw.providers.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JacksonMapperTest {

    enum Mood {
        GOOD,
        BAD
    }

    record Aspect(String name, Mood mood) {}

    record Verdict(
            @JsonPropertyDescription("why, in one sentence") String reason,
            Mood mood,
            double confidence,
            @JsonProperty("star_count") @Nullable Integer stars,
            List<Aspect> aspects,
            boolean certain) {}

    record Tree(String label, List<Tree> children) {}

    @Test
    void aRecordBecomesAnObjectWithAllItsComponentsInOrder() {
        assertThat(Json.text(JsonMapper.installed().schema(Verdict.class)))
                .isEqualTo("{\"type\":\"object\",\"properties\":{"
                        + "\"reason\":{\"type\":\"string\",\"description\":\"why, in one sentence\"},"
                        + "\"mood\":{\"type\":\"string\",\"enum\":[\"GOOD\",\"BAD\"]},"
                        + "\"confidence\":{\"type\":\"number\"},"
                        + "\"star_count\":{\"type\":[\"integer\",\"null\"]},"
                        + "\"aspects\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                        + "\"name\":{\"type\":\"string\"},\"mood\":{\"type\":\"string\",\"enum\":[\"GOOD\",\"BAD\"]}},"
                        + "\"required\":[\"name\",\"mood\"],\"additionalProperties\":false}},"
                        + "\"certain\":{\"type\":\"boolean\"}},"
                        + "\"required\":[\"reason\",\"mood\",\"confidence\",\"star_count\",\"aspects\",\"certain\"],"
                        + "\"additionalProperties\":false}");
    }

    @Test
    void aRecordMayContainItself() {
        assertThat(Json.text(JsonMapper.installed().schema(Tree.class))).contains("\"$ref\":\"#");
    }

    @Test
    void formatsAndToolsTakeTheType() {
        ResponseFormat format = ResponseFormat.schema(Verdict.class);
        assertThat(format.name()).isEqualTo("Verdict");
        assertThat(format.strict()).isTrue();
        assertThat(format).isEqualTo(ResponseFormat.schema(Verdict.class));

        ToolSpec tool = ToolSpec.function("judge", "judges", Aspect.class);
        assertThat(tool.parameters()).isEqualTo(JsonMapper.installed().schema(Aspect.class));
    }

    @Test
    void whatFitsTheSchemaIsReadAsTheRecord() {
        Verdict verdict = JsonMapper.installed().read("""
                {"reason":"r","mood":"BAD","confidence":0.5,"star_count":null,
                "aspects":[{"name":"food","mood":"GOOD"}],"certain":false}""", Verdict.class);
        assertThat(verdict)
                .isEqualTo(new Verdict("r", Mood.BAD, 0.5, null, List.of(new Aspect("food", Mood.GOOD)), false));
    }
}
