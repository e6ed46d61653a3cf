package dev.aigw.providers.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
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
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one mapper of all adapters, behind static methods. Safe for use by many threads.
 *
 * <p>Unknown properties are ignored, a text must be one JSON value and nothing after it, and a string may be as long as
 * the body limit of the transport allows. {@code NaN} and {@code Infinity} are read as numbers, and control characters
 * in strings as themselves, as model servers write them so.
 */
public final class Json {

    /**
     * A string may be as long as a body, which the transport bounds: a picture is one string. Depth is what a tree may
     * have, names are longer than any vendor's, and a number of more digits than these is not one. The number of values
     * is bounded by {@link TreeBounds}.
     */
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNestingDepth(2 * TreeReader.MAX_DEPTH)
            .maxNameLength(16 * 1024)
            .maxNumberLength(1000)
            .build();

    private static final ObjectMapper MAPPER = mapper();
    private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int MOST_DIGITS = 100;
    private static final Pattern DECIMAL = Pattern.compile("\\d+(\\.\\d*)?([eE][+-]?\\d+)?");
    private static final int MOST_TOGETHER = 10_000;

    private Json() {}

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(CONSTRAINTS)
                // not one in each thread: threads of a server outlive the application, and virtual ones are used once
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build();
        return new ObjectMapper(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
    }

    /**
     * Parses one JSON value within bounds; an empty input gives a missing node.
     *
     * @throws com.fasterxml.jackson.core.exc.StreamConstraintsException if it exceeds the bounds
     * @throws IOException if it is not JSON, or reading fails
     */
    public static JsonNode parse(InputStream in, TreeBounds bounds) throws IOException {
        try (JsonParser parser = MAPPER.createParser(in)) {
            return TreeReader.readOnly(parser, bounds);
        }
    }

    /**
     * Parses one JSON value; an empty input gives a missing node.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode parse(byte[] buffer, int offset, int length) throws IOException {
        return parse(buffer, offset, length, TreeBounds.DEFAULT);
    }

    /**
     * Parses one JSON value within bounds; an empty input gives a missing node.
     *
     * @throws com.fasterxml.jackson.core.exc.StreamConstraintsException if it exceeds the bounds
     * @throws IOException if it is not JSON
     */
    public static JsonNode parse(byte[] buffer, int offset, int length, TreeBounds bounds) throws IOException {
        try (JsonParser parser = MAPPER.createParser(buffer, offset, length)) {
            return TreeReader.readOnly(parser, bounds);
        }
    }

    /**
     * Reads from the value that begins a buffer without making a tree of it.
     *
     * @throws IOException if it is not JSON, or the reader fails
     */
    public static <T> @Nullable T read(byte[] buffer, int offset, int length, Reading<T> reading) throws IOException {
        try (JsonParser parser = MAPPER.createParser(buffer, offset, length)) {
            return reading.read(parser);
        }
    }

    /** Reads from a parser that stands before the first token. */
    @FunctionalInterface
    public interface Reading<T> {
        /**
         * Returns what was read, or null.
         *
         * @throws IOException if it is not JSON
         */
        @Nullable
        T read(JsonParser parser) throws IOException;
    }

    /**
     * Returns a parser of bytes that are read as they arrive, to read what is too large for one tree.
     *
     * @throws IOException if reading fails
     */
    public static JsonParser parser(InputStream in) throws IOException {
        return MAPPER.createParser(in);
    }

    /**
     * Returns the value at whose first token a parser stands.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode value(JsonParser parser, TreeBounds bounds) throws IOException {
        return TreeReader.readCurrent(parser, bounds);
    }

    /**
     * Returns the value at whose first token a parser stands.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode value(JsonParser parser) throws IOException {
        return TreeReader.readCurrent(parser, TreeBounds.DEFAULT);
    }

    /**
     * Parses JSON values that stand one after another, at most 10,000, with blanks, commas or the field name
     * {@code data:} of an event stream between them at most.
     *
     * @throws IOException if there is anything else
     */
    public static List<JsonNode> parseAll(byte[] buffer, int offset, int length, TreeBounds bounds) throws IOException {
        List<JsonNode> values = new ArrayList<>(2);
        int end = offset + length;
        int at = skipBetween(buffer, offset, end);
        while (at < end) {
            try (JsonParser parser = MAPPER.createParser(buffer, at, end - at)) {
                if (values.size() >= MOST_TOGETHER) {
                    throw new StreamConstraintsException("it holds more than " + MOST_TOGETHER + " JSON texts");
                }
                values.add(TreeReader.readNext(parser, bounds));
                at = skipBetween(buffer, at + (int) parser.currentLocation().getByteOffset(), end);
            }
        }
        return values;
    }

    private static int skipBetween(byte[] buffer, int from, int end) {
        int at = from;
        while (at < end) {
            byte b = buffer[at];
            if (b == 'd' && end - at >= 5 && new String(buffer, at, 5, StandardCharsets.ISO_8859_1).equals("data:")) {
                at += 5;
            } else if (b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == ',') {
                at++;
            } else {
                break;
            }
        }
        return at;
    }

    /** Parses one JSON value; null if the text is not JSON. */
    public static @Nullable JsonNode parseOrNull(String text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            return TreeReader.readOnly(parser, TreeBounds.DEFAULT);
        } catch (IOException e) {
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
     * Writes the entries of a map as fields of the object that was begun.
     *
     * @throws IOException if a value cannot be written, or writing fails
     */
    public static void writeFields(JsonGenerator out, Map<String, ?> fields) throws IOException {
        if (fields.isEmpty()) {
            return;
        }
        for (Map.Entry<String, ?> field : fields.entrySet()) {
            out.writeFieldName(field.getKey());
            write(out, field.getValue());
        }
    }

    /**
     * Writes a plain JSON value, or a record or bean, as the next value of {@code out}.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        write(out, value, JsonMapper.installed());
    }

    /**
     * Writes a plain JSON value, or a record or bean as {@code mapper} writes it, as the next value of {@code out}.
     *
     * @throws IOException if writing fails
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if it cannot be written
     */
    public static void write(JsonGenerator out, @Nullable Object value, JsonMapper mapper) throws IOException {
        if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(out, entry.getValue(), mapper);
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(out, element, mapper);
            }
            out.writeEndArray();
        } else if (value instanceof Integer number) {
            out.writeNumber(number);
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value == null) {
            out.writeNull();
        } else {
            out.writeRawValue(mapper.write(value));
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
     * Returns the value as plain JSON, converting records and beans as {@code mapper} writes them.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if it cannot be written
     */
    public static @Nullable Object plainOf(@Nullable Object value, JsonMapper mapper) {
        return plain(Objects.requireNonNull(parseOrNull(mapper.write(value))));
    }

    /** Returns the beginning of a node's text, at most {@code maxChars}: what a message about it needs. */
    public static String excerpt(JsonNode node, int maxChars) {
        Excerpt excerpt = new Excerpt(maxChars);
        try (JsonGenerator out = MAPPER.createGenerator(excerpt)) {
            MAPPER.writeTree(out, node);
        } catch (IOException e) {
            if (!excerpt.isFull()) {
                throw new UncheckedIOException(e);
            }
        }
        return excerpt.toString();
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

    /**
     * Returns the arguments of a tool call as text: some servers send an object where their protocol has a string, and
     * others a string of JSON where it has an object. Empty when the field is absent or null.
     */
    public static String argumentsOf(JsonNode call, String field) {
        JsonNode arguments = call.get(field);
        if (arguments == null || arguments.isNull()) {
            return "";
        }
        return arguments.isTextual() ? arguments.textValue() : arguments.toString();
    }

    /**
     * Returns an integer field, also where it is written as a text; null when it is absent or no number that an int can
     * hold.
     */
    public static @Nullable Integer intOf(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value != null && value.isTextual()) {
            try {
                return Integer.valueOf(value.textValue());
            } catch (NumberFormatException e) {
                return null; // a text that is no number
            }
        }
        return value != null && value.isNumber() && value.canConvertToInt() ? value.intValue() : null;
    }

    /**
     * Returns a field that counts something, also where it is written as a text; null when it is absent or no count, as
     * negative numbers are. A count that a long cannot hold is {@link Long#MAX_VALUE}.
     */
    public static @Nullable Long countOf(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value != null && value.isTextual()) {
            return countOf(value.textValue().strip());
        }
        if (value == null || !value.isNumber() || !(value.doubleValue() >= 0)) {
            return null;
        }
        return value.canConvertToLong() ? value.longValue() : Long.MAX_VALUE;
    }

    private static @Nullable Long countOf(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return null;
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new BigInteger(text).min(LONGEST).longValue();
        }
        return DECIMAL.matcher(text).matches() ? (long) Double.parseDouble(text) : null; // saturates
    }

    /** Returns a field that is an object or an array, or a missing node. */
    public static JsonNode at(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isContainerNode() ? value : MissingNode.getInstance();
    }
}
