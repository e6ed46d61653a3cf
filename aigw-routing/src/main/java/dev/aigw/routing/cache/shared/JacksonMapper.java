package dev.aigw.routing.cache.shared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;

/** Reads stored replies as an application's types, as adapters' own mappers do. */
final class JacksonMapper implements JsonMapper {

    static final JacksonMapper INSTANCE = new JacksonMapper();

    private final ObjectMapper mapper = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JacksonMapper() {}

    @Override
    public <T> T read(String json, Class<T> type) {
        try {
            T value = mapper.readValue(json, type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            e.clearLocation(); // the location would quote the answer
            throw GatewayException.builder(
                            ErrorKind.MALFORMED_RESPONSE,
                            "the stored answer cannot be read as " + type.getName() + ": check that the type fits it,"
                                    + " or give SharedCache.builder(...).mapper(...) the mapper that reads it")
                    .cause(e)
                    .build();
        }
        throw GatewayException.of(
                ErrorKind.MALFORMED_RESPONSE, "the stored answer is null instead of a " + type.getName());
    }
}
