package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.json.Json;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GrowingObjectTest {

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "{}",
                        "[",
                        "]",
                        "\"",
                        "\\",
                        "a",
                        "\"a\":1",
                        ",",
                        " ",
                        "\n",
                        "{\"a\":\"}\"}",
                        "1",
                        "null")
                .list()
                .ofMaxSize(8);
    }

    @Property
    void afterEachPieceItIsWholeWhereAParserFindsOneObject(@ForAll("pieces") List<String> pieces) {
        GrowingObject growing = new GrowingObject("");
        StringBuilder all = new StringBuilder();
        for (String piece : pieces) {
            growing.append(piece);
            all.append(piece);
            JsonNode parsed = Json.parseOrNull(all.toString());
            JsonNode object = parsed != null && parsed.isObject() ? parsed : null;

            assertThat(growing.value()).as(all.toString()).isEqualTo(object);
            assertThat(growing.isWhole()).isEqualTo(object != null);
        }
    }
}
