package dev.aigw.providers.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one mapper of all adapters, behind static methods. Safe for use by many threads.
 *
 * <p>Unknown properties are ignored, a text must be exactly one JSON value, and a string may be as long as the
 * transport's maximum body size allows. {@code NaN} and {@code Infinity} are read as numbers, since model servers write
 * them.
 */
public final class Json {

    private static final ObjectMapper MAPPER = mapper();

    /** Reads replies as an application's types; adapters pass it to the replies they create. */
    public static final JsonMapper REPLIES = Json::readReply;

    private Json() {}

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build();
        return new ObjectMapper(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
    }

    /**
     * Parses one JSON value; an empty input gives a missing node.
     *
     * @throws IOException if it is not JSON, or reading fails
     */
    public static JsonNode parse(InputStream in) throws IOException {
        JsonNode node = MAPPER.readTree(in);
        return node == null ? MissingNode.getInstance() : node;
    }

    /**
     * Parses one JSON value; an empty input gives a missing node.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode parse(byte[] buffer, int offset, int length) throws IOException {
        JsonNode node = MAPPER.readTree(buffer, offset, length);
        return node == null ? MissingNode.getInstance() : node;
    }

    /** Parses one JSON value; null if the text is not JSON. */
    public static @Nullable JsonNode parseOrNull(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /**
     * Starts writing JSON as UTF-8. Closing the generator closes {@code out}.
     *
     * @throws IOException if {@code out} fails
     */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return MAPPER.createGenerator(out);
    }

    /**
     * Writes a plain JSON value, or a record or bean, as the next value of {@code out}.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(out, element);
            }
            out.writeEndArray();
        } else {
            out.writePOJO(value);
        }
    }

    /** Returns a value as JSON text. */
    public static String text(@Nullable Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    private static GatewayException unwritable(Exception cause) {
        return GatewayException.builder(
                        ErrorKind.INVALID_REQUEST,
                        "a value of the request cannot be written as JSON: use maps, lists,"
                                + " strings, numbers, booleans, null, or records of these")
                .cause(cause)
                .build();
    }

    /**
     * Returns the value as plain JSON, converting records and beans.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if it cannot be written
     */
    public static @Nullable Object plainOf(@Nullable Object value) {
        try {
            return plain(MAPPER.valueToTree(value));
        } catch (IllegalArgumentException e) {
            throw unwritable(e);
        }
    }

    /** Returns a node as a plain JSON value: map, list, string, number, boolean or null. */
    public static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> map(node);
            case ARRAY -> list(node);
            case STRING -> node.textValue();
            case NUMBER -> node.numberValue();
            case BOOLEAN -> node.booleanValue();
            default -> null;
        };
    }

    private static List<@Nullable Object> list(JsonNode array) {
        List<@Nullable Object> list = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            list.add(plain(element));
        }
        return list;
    }

    /** Returns an object node as a map of plain JSON values, in order; empty for any other node. */
    public static Map<String, @Nullable Object> map(JsonNode node) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            map.put(field.getKey(), plain(field.getValue()));
        }
        return map;
    }

    /** Returns a string field, or null when it is absent or no string. */
    public static @Nullable String textOf(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null ? null : value.textValue();
    }

    /** Returns an integer field, or null when it is absent or no number. */
    public static @Nullable Integer intOf(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isNumber() ? value.intValue() : null;
    }

    /** Returns a field that is an object or an array, or a missing node. */
    public static JsonNode at(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isContainerNode() ? value : MissingNode.getInstance();
    }

    private static <T> T readReply(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            e.clearLocation();
            throw GatewayException.builder(
                            ErrorKind.MALFORMED_RESPONSE,
                            "the answer cannot be read as " + type.getName() + ": ask for it with"
                                    + " ResponseFormat.schema, and check that the type fits the schema")
                    .cause(e)
                    .build();
        }
    }
}
