package dev.aigw.providers.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that JSON has the form of a type, and brings what may be written otherwise into the form that Jackson reads: a
 * quoted number or object, the entries of a map, a value in the wrapper of the root. Nothing is made up, and nothing is
 * quoted in a failure. Changes the tree.
 */
final class Fitting {

    private static final int MOST_OF_THE_NAMES = 300;
    private static final int MOST_DIGITS = 1000;
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,1000}+(\\.\\d{1,1000}+)?+([eE][+-]?\\d{1,6}+)?+");
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectReader trees;
    private final boolean keepsDecimals;

    /**
     * Creates one.
     *
     * @param trees reads the JSON within a string
     * @param keepsDecimals whether values of no known form get exact numbers
     */
    Fitting(ObjectReader trees, boolean keepsDecimals) {
        this.trees = trees;
        this.keepsDecimals = keepsDecimals;
    }

    /** Says what does not fit, and where. */
    static final class Misfit extends Exception {

        private static final long serialVersionUID = 1L;

        Misfit(String path, String problem) {
            super(path.isEmpty() ? "it " + problem : path + " " + problem, null, false, false);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** Returns the root as Jackson reads it. */
    JsonNode root(JsonNode node, Shape shape) throws Misfit {
        JsonNode value = node;
        boolean isWrapped = !(shape instanceof Shape.Opaque)
                && !SchemaWriter.isObject(shape)
                && node.isObject()
                && node.size() == 1
                && node.has(SchemaWriter.WRAPPER);
        if (isWrapped && (!(shape instanceof Shape.Entries) || isEntries(node.get(SchemaWriter.WRAPPER)))) {
            value = node.get(SchemaWriter.WRAPPER);
        }
        return fit(value, new Shape.Slot(shape, false), "");
    }

    private JsonNode fit(JsonNode node, Shape.Slot slot, String path) throws Misfit {
        if (node.isNull()) {
            if (slot.nullable() || (slot.shape() instanceof Shape.Opaque && !path.isEmpty())) {
                return node;
            }
            throw new Misfit(path, "is null");
        }
        Shape shape = slot.shape();
        if (shape instanceof Shape.Text text) {
            return text(node, text, path);
        }
        if (shape instanceof Shape.Choice choice) {
            return choice(node, choice, path);
        }
        if (shape instanceof Shape.Whole whole) {
            return whole(node, whole, path);
        }
        if (shape instanceof Shape.Fraction fraction) {
            return fraction(node, fraction, path);
        }
        if (shape instanceof Shape.Flag) {
            return flag(node, path);
        }
        if (shape instanceof Shape.Items items) {
            return items(unquoted(node), items, path);
        }
        if (shape instanceof Shape.Entries entries) {
            return entries(unquoted(node), entries, path);
        }
        if (shape instanceof Shape.Fields fields) {
            return fields(object(node, fields.name, path), fields, path);
        }
        if (shape instanceof Shape.Forms forms) {
            return forms(object(node, forms.name, path), forms, path);
        }
        return keepsDecimals ? node : withDoubles(node);
    }

    private static JsonNode text(JsonNode node, Shape.Text text, String path) throws Misfit {
        if (!node.isTextual()) {
            throw new Misfit(path, "is " + described(node) + ", which is no string");
        }
        if (!text.check().test(node.textValue())) {
            String wanted = text.note() != null ? text.note() : "a " + text.format();
            throw new Misfit(path, "is " + described(node) + ", which is not " + wanted);
        }
        return node;
    }

    private static JsonNode choice(JsonNode node, Shape.Choice choice, String path) throws Misfit {
        if (!node.isTextual() || !choice.check().test(node.textValue())) {
            throw new Misfit(path, "is " + described(node) + ", none of " + names(choice.values()));
        }
        return node;
    }

    private static String names(Iterable<String> values) {
        String names = String.join(", ", values);
        return names.length() <= MOST_OF_THE_NAMES ? names : names.substring(0, MOST_OF_THE_NAMES) + "…";
    }

    private static JsonNode whole(JsonNode node, Shape.Whole whole, String path) throws Misfit {
        BigDecimal number = number(node, "integer", path);
        if (number.precision() - (long) number.scale() > MOST_DIGITS) {
            throw new Misfit(path, "is " + described(node) + ", which is too large");
        }
        if (number.stripTrailingZeros().scale() > 0) {
            throw new Misfit(path, "is " + described(node) + ", which is no integer");
        }
        BigInteger value = number.toBigIntegerExact();
        if ((whole.least() != null && value.compareTo(whole.least()) < 0)
                || (whole.most() != null && value.compareTo(whole.most()) > 0)) {
            throw new Misfit(path, "is " + described(node) + ", not between " + whole.least() + " and " + whole.most());
        }
        return value.bitLength() < Integer.SIZE
                ? IntNode.valueOf(value.intValue())
                : value.bitLength() < Long.SIZE ? LongNode.valueOf(value.longValue()) : BigIntegerNode.valueOf(value);
    }

    private static JsonNode fraction(JsonNode node, Shape.Fraction fraction, String path) throws Misfit {
        if (NOT_FINITE.contains(node.asText()) && fraction.bound() <= Double.MAX_VALUE) {
            return DoubleNode.valueOf(Double.parseDouble(node.asText())); // as model servers answer
        }
        BigDecimal number = number(node, "number", path);
        if (Math.abs(number.doubleValue()) > fraction.bound()) {
            throw new Misfit(path, "is " + described(node) + ", which is too large");
        }
        return DecimalNode.valueOf(number);
    }

    /** Returns a number, also one in quotes. */
    private static BigDecimal number(JsonNode node, String wanted, String path) throws Misfit {
        if (node.isNumber() && !node.isDouble() && !node.isFloat()) {
            return node.decimalValue();
        }
        if (node.isTextual() && NUMBER.matcher(node.textValue()).matches()) {
            return new BigDecimal(node.textValue());
        }
        throw new Misfit(path, "is " + described(node) + ", which is no " + wanted);
    }

    private static JsonNode flag(JsonNode node, String path) throws Misfit {
        if (node.isBoolean()) {
            return node;
        }
        if (node.isTextual() && Set.of("true", "false").contains(node.textValue())) {
            return BooleanNode.valueOf(node.textValue().equals("true"));
        }
        throw new Misfit(path, "is " + described(node) + ", neither true nor false");
    }

    private JsonNode items(JsonNode node, Shape.Items items, String path) throws Misfit {
        if (!node.isArray()) {
            throw new Misfit(path, "is " + described(node) + ", which is no list");
        }
        ArrayNode fitted = NODES.arrayNode(node.size());
        for (int i = 0; i < node.size(); i++) {
            fitted.add(fit(node.get(i), items.item(), path + "[" + i + "]"));
        }
        return fitted;
    }

    private JsonNode entries(JsonNode node, Shape.Entries entries, String path) throws Misfit {
        ObjectNode fitted = NODES.objectNode();
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                addEntry(fitted, TextNode.valueOf(entry.getKey()), entry.getValue(), entries, placeOf(path, fitted));
            }
        } else if (isEntries(node)) {
            for (JsonNode entry : node) {
                addEntry(
                        fitted,
                        entry.get(SchemaWriter.KEY),
                        entry.get(SchemaWriter.VALUE),
                        entries,
                        placeOf(path, fitted));
            }
        } else {
            throw new Misfit(
                    path, "is " + described(node) + ", which is no list of entries with key and value, and no object");
        }
        return fitted;
    }

    private static boolean isEntries(JsonNode node) {
        if (!node.isArray()) {
            return false;
        }
        for (JsonNode entry : node) {
            if (!entry.isObject() || !entry.has(SchemaWriter.KEY) || !entry.has(SchemaWriter.VALUE)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the path of the next entry: by its position, since its key is a part of the answer. */
    private static String placeOf(String path, ObjectNode fitted) {
        return path + "[" + fitted.size() + "]";
    }

    private void addEntry(ObjectNode fitted, JsonNode key, JsonNode value, Shape.Entries entries, String place)
            throws Misfit {
        String name = fit(key, new Shape.Slot(entries.key(), false), place + "." + SchemaWriter.KEY)
                .asText();
        if (fitted.has(name)) {
            throw new Misfit(place, "has the key of an entry before it");
        }
        fitted.set(name, fit(value, entries.value(), place));
    }

    /** Returns the object or list that a string holds, where no string can be meant. */
    private JsonNode unquoted(JsonNode node) {
        if (!node.isTextual()) {
            return node;
        }
        try {
            JsonNode inner = trees.readTree(node.textValue());
            return inner != null && inner.isContainerNode() ? inner : node;
        } catch (JsonProcessingException e) {
            return node; // an ordinary string
        }
    }

    private JsonNode object(JsonNode node, String wanted, String path) throws Misfit {
        JsonNode object = unquoted(node);
        if (!object.isObject()) {
            throw new Misfit(path, "is " + described(object) + ", which is no " + wanted);
        }
        return object;
    }

    private JsonNode fields(JsonNode node, Shape.Fields fields, String path) throws Misfit {
        ObjectNode object = (ObjectNode) node;
        for (Shape.Member member : fields.members) {
            String place = path.isEmpty() ? member.name() : path + "." + member.name();
            String given = nameIn(object, member, fields.ignoresCase);
            if (given != null) {
                object.set(given, fit(object.get(given), member.slot(), place));
            } else if (!member.slot().nullable() && !(member.slot().shape() instanceof Shape.Opaque)) {
                throw new Misfit(place, "is missing");
            }
        }
        return object;
    }

    private static @Nullable String nameIn(ObjectNode object, Shape.Member member, boolean ignoresCase) {
        if (object.has(member.name())) {
            return member.name();
        }
        List<String> names = new ArrayList<>(member.aliases());
        for (String alias : names) {
            if (object.has(alias)) {
                return alias;
            }
        }
        names.add(member.name());
        for (Map.Entry<String, JsonNode> property :
                ignoresCase ? object.properties() : Set.<Map.Entry<String, JsonNode>>of()) {
            if (names.stream().anyMatch(property.getKey()::equalsIgnoreCase)) {
                return property.getKey();
            }
        }
        return null;
    }

    private JsonNode forms(JsonNode node, Shape.Forms forms, String path) throws Misfit {
        ObjectNode object = (ObjectNode) node;
        String property = forms.property;
        JsonNode id = property == null ? null : object.get(property);
        if (property == null || id == null) {
            return withoutId(object, forms, path);
        }
        String place = path.isEmpty() ? property : path + "." + property;
        Shape.Fields form = id.isTextual() ? forms.byId.get(id.textValue()) : null;
        if (form == null) {
            if (forms.defaulted) {
                return object;
            }
            throw new Misfit(place, "is " + described(id) + ", none of " + names(forms.byId.keySet()));
        }
        return fields(object, form, path);
    }

    private JsonNode withoutId(ObjectNode object, Shape.Forms forms, String path) throws Misfit {
        List<Map.Entry<String, Shape.Fields>> fitting = new ArrayList<>();
        JsonNode fitted = object;
        if (forms.deduced && !object.isEmpty()) {
            for (Map.Entry<String, Shape.Fields> form : forms.byId.entrySet()) {
                ObjectNode copy = object.deepCopy();
                if (fits(copy, form.getValue(), path) && knowsAll(copy, form.getValue())) {
                    fitting.add(form);
                    fitted = copy;
                }
            }
        }
        if (fitting.size() == 1) {
            if (forms.property != null) {
                ((ObjectNode) fitted).put(forms.property, fitting.get(0).getKey());
            }
            return fitted;
        }
        if (forms.defaulted) {
            return object;
        }
        if (forms.property == null) {
            throw new Misfit(path, "is " + described(object) + ", which fits not one of " + names(forms.byId.keySet()));
        }
        throw new Misfit(
                path.isEmpty() ? forms.property : path + "." + forms.property,
                "is missing, which is one of " + names(forms.byId.keySet()));
    }

    private boolean fits(ObjectNode object, Shape.Fields form, String path) {
        try {
            fields(object, form, path);
            return true;
        } catch (Misfit e) {
            return false; // that is the answer
        }
    }

    private static boolean knowsAll(ObjectNode object, Shape.Fields form) {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (form.members.stream()
                    .noneMatch(member -> member.name().equals(property.getKey())
                            || member.aliases().contains(property.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode withDoubles(JsonNode node) {
        if (node.isBigDecimal()) {
            return DoubleNode.valueOf(node.doubleValue());
        }
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                property.setValue(withDoubles(property.getValue()));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, withDoubles(array.get(i)));
            }
        }
        return node;
    }

    /** Returns what kind of value this is, and its size, but nothing of what it says. */
    private static String described(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING ->
                node.textValue().isEmpty()
                        ? "an empty string"
                        : "a string of " + counted(node.textValue().length(), "character");
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a fraction";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "a list of " + counted(node.size(), "item");
            case OBJECT -> "an object of " + counted(node.size(), "property");
            default -> "null";
        };
    }

    private static String counted(int count, String what) {
        return count == 1 ? "1 " + what : count + " " + (what.equals("property") ? "properties" : what + "s");
    }
}
