package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.providers.json.Json;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON with Jackson, and makes the schemas of what it reads. Safe for use by many threads. */
public final class JacksonMapper implements JsonMapper {

    private final ObjectMapper mapper = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** For the service loader; an application uses {@link JsonMapper#installed()}. */
    public JacksonMapper() {}

    @Override
    public Map<String, ?> schema(Type type) {
        return Victools.schema(type);
    }

    @Override
    public Object read(String json, Type type) {
        try {
            Object value = mapper.readValue(json, mapper.constructType(type));
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            e.clearLocation();
            throw GatewayException.builder(ErrorKind.MALFORMED_RESPONSE, type.getTypeName() + " cannot be read")
                    .cause(e)
                    .build();
        }
        throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, type.getTypeName() + " cannot be read: it is null");
    }

    @Override
    public String write(@Nullable Object value) {
        return Json.text(value);
    }
}
