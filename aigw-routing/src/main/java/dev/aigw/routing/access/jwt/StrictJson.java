package dev.aigw.routing.access.jwt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object so that no other reader could have understood it differently: UTF-8 without errors, no name twice
 * at any depth, nothing after the end, and not deep.
 */
final class StrictJson {

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .maxNameLength(1_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** Returns the object; null if the bytes are anything else. What is wrong is not said: it would quote a token. */
    static @Nullable Map<String, @Nullable Object> object(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder() // reports errors, where a string's constructor would replace them
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return MAPPER.readValue(text, OBJECT);
        } catch (CharacterCodingException | JsonProcessingException e) {
            return null;
        }
    }
}
