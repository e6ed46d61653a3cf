package dev.aigw.api.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictTest {

    private record House(int rooms) {}

    @Test
    void plainValuesAreWrittenAsJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("a\"b", Arrays.asList(1, 2.5, true, null));
        json.put("empty", Map.of());
        json.put("text", "line\n\u0001");

        assertThat(PredictResponse.of(json).rawJson())
                .isEqualTo("{\"a\\\"b\":[1,2.5,true,null],\"empty\":{},\"text\":\"line\\n\\u0001\"}");
        assertThat(PredictResponse.of(List.of()).rawJson()).isEqualTo("[]");
        assertThatThrownBy(() -> PredictResponse.of(Double.NaN).rawJson()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aValueOfTheTypeWantedNeedsNoMapper() {
        assertThat(PredictResponse.of("yes").as(String.class)).isEqualTo("yes");
        assertThatThrownBy(() -> PredictResponse.of(Map.of("rooms", 3)).as(House.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mapper");
    }

    @Test
    void equalPayloadsShareAnIdentityWhateverTheModel() {
        PredictRequest request = PredictRequest.of("price", new House(3));

        assertThat(request).isEqualTo(PredictRequest.of("price", new House(3)));
        assertThat(request.cacheIdentity()).isEqualTo(request.withModel("other").cacheIdentity());
        assertThat(request.toString()).contains("House").doesNotContain("3");
        assertThatThrownBy(() -> PredictRequest.of("", 1)).isInstanceOf(GatewayException.class);
    }
}
