package dev.aigw.providers.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value as a tree, within {@link TreeBounds}. Of names that repeat in an object the last counts. The
 * trees are equal to those of Jackson's own reader. Their objects have {@link SmallMap}s, since hash tables would be
 * most of what reading a reply allocates; lists of numbers cannot be changed. Used once, by one thread.
 */
final class TreeReader {

    /** How deep a text may nest. */
    static final int MAX_DEPTH = 500;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int NUMBERS_A_VALUE = 8;
    private static final int SKIPPED_DEPTH = 3;

    private final TreeBounds bounds;
    private final JsonParser parser;
    private long left;

    private TreeReader(JsonParser parser, TreeBounds bounds) {
        this.parser = parser;
        this.bounds = bounds;
        this.left = (long) NUMBERS_A_VALUE * bounds.maxValues();
    }

    /**
     * Reads the next value, of which more may follow; a missing node if there is none.
     *
     * @throws StreamConstraintsException if it exceeds the bounds
     * @throws IOException if it is not JSON, or reading fails
     */
    static JsonNode readNext(JsonParser parser, TreeBounds bounds) throws IOException {
        return new TreeReader(parser, bounds).next();
    }

    /**
     * Reads the value at whose first token the parser stands.
     *
     * @throws StreamConstraintsException if it exceeds the bounds
     * @throws IOException if it is not JSON, or reading fails
     */
    static JsonNode readCurrent(JsonParser parser, TreeBounds bounds) throws IOException {
        return new TreeReader(parser, bounds).value(parser.currentToken(), 0);
    }

    private JsonNode next() throws IOException {
        JsonToken first = parser.nextToken();
        return first == null ? MissingNode.getInstance() : value(first, 0);
    }

    /**
     * Reads the one value that the parser holds; a missing node if there is none.
     *
     * @throws StreamConstraintsException if it exceeds the bounds
     * @throws IOException if it is not JSON, there is more than one value, or reading fails
     */
    static JsonNode readOnly(JsonParser parser, TreeBounds bounds) throws IOException {
        JsonNode value = new TreeReader(parser, bounds).next();
        if (!value.isMissingNode() && parser.nextToken() != null) {
            throw new JsonParseException(parser, "there is more than one JSON value");
        }
        return value;
    }

    private JsonNode value(JsonToken token, int depth) throws IOException {
        take(NUMBERS_A_VALUE);
        return switch (token) {
            case START_OBJECT -> object(deeper(depth));
            case START_ARRAY -> array(deeper(depth));
            case VALUE_STRING -> TextNode.valueOf(parser.getText());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> DoubleNode.valueOf(parser.getDoubleValue());
            case VALUE_TRUE -> BooleanNode.TRUE;
            case VALUE_FALSE -> BooleanNode.FALSE;
            case VALUE_NULL -> NullNode.getInstance();
            default -> throw new JsonParseException(parser, "a JSON value was expected");
        };
    }

    private ObjectNode object(int depth) throws IOException {
        SmallMap fields = new SmallMap();
        boolean skips = depth <= SKIPPED_DEPTH && !bounds.skipped().isEmpty();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new JsonParseException(parser, "the text ends within an object");
            }
            if (skips && bounds.skipped().contains(name)) {
                parser.skipChildren();
            } else {
                fields.put(name, value(token, depth));
            }
        }
        return new ObjectNode(NODES, fields);
    }

    private ArrayNode array(int depth) throws IOException {
        JsonToken token = parser.nextToken();
        NumberList numbers = null;
        while (isSmallNumber(token)) {
            numbers = numbers == null ? new NumberList() : numbers;
            take(1);
            if (token == JsonToken.VALUE_NUMBER_INT) {
                numbers.add(parser.getLongValue());
            } else {
                numbers.add(parser.getDoubleValue());
            }
            token = parser.nextToken();
        }
        if (numbers != null && token == JsonToken.END_ARRAY) {
            return new ArrayNode(NODES, numbers);
        }
        if (numbers != null) {
            take((NUMBERS_A_VALUE - 1L) * numbers.size());
        }
        List<JsonNode> values = numbers == null ? new ArrayList<>(2) : new ArrayList<>(numbers);
        while (token != null && token != JsonToken.END_ARRAY) {
            values.add(value(token, depth));
            token = parser.nextToken();
        }
        return new ArrayNode(NODES, values);
    }

    /** Returns whether the token is a number that {@link NumberList} takes. */
    private boolean isSmallNumber(@Nullable JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NUMBER_FLOAT
                || (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER);
    }

    private JsonNode integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> IntNode.valueOf(parser.getIntValue());
            case LONG -> LongNode.valueOf(parser.getLongValue());
            default -> BigIntegerNode.valueOf(parser.getBigIntegerValue());
        };
    }

    private static int deeper(int depth) throws IOException {
        if (depth >= MAX_DEPTH) {
            throw new StreamConstraintsException("it nests deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private void take(long eighths) throws IOException {
        left -= eighths;
        if (left < 0) {
            throw new StreamConstraintsException("it holds more than " + bounds.maxValues()
                    + " JSON values; raise the adapter's maxJsonValues if that is expected");
        }
    }
}
