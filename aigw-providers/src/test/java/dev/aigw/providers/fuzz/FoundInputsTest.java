package dev.aigw.providers.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs for which a parser threw something other than a {@code GatewayException}, found by fuzzing. */
class FoundInputsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "openai stream|data: {\"choices\":{\"error\":{}}}\\n\\n",
                "mistral stream|data: {\"choices\":[]}\\n\\ndata: {\"choices\":{\"a\":{}}}\\n\\n",
                "openai reply|{\"choices\":{\"error\":{}}}",
                "ollama embeddings|{\"embeddings\":[{\"a\":1},[1]]}",
                "gemini embeddings|{\"embeddings\":[{\"values\":{\"a\":1}},{\"values\":[1]}]}",
                "openai reply|\\0\\0\\0{\\0\\0\\377\\376"
            })
    void whatWasFoundIsAFailureOfTheGateway(String target, String text) {
        byte[] input = text.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
        assertThatCode(() -> Targets.named(target).reader().read(input)).doesNotThrowAnyException();
    }
}
