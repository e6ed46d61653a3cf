package dev.aigw.providers.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.providers.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a type and the reading of it agree, for types composed at random: a value of the type fits the schema
 * and comes back equal, and what is changed in it is refused by both or by neither.
 */
class SchemaReadingTest {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static final JsonMapper MAPPER = JacksonMapper.of(new ObjectMapper());

    enum Mood {
        GOOD,
        BAD
    }

    record Box<T>(T value) {}

    record Pair<A, B>(A left, @Nullable B right) {}

    record Tree<T>(T label, List<Tree<T>> children) {}

    record Scalars(int i, long l, double d, float f, boolean b, char c, short s, byte y, OptionalInt o, Year year) {}

    sealed interface Figure {}

    record Circle(double radius) implements Figure {}

    record Group(List<Figure> figures, Optional<Figure> last) implements Figure {}

    record Dot() implements Figure {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Cat.class, name = "cat"),
        @JsonSubTypes.Type(value = Dog.class, name = "dog")
    })
    interface Animal {}

    record Cat(int lives) implements Animal {}

    record Dog(String name, @Nullable Animal friend) implements Animal {}

    /** A type with one of its values. */
    record Sample(Type type, Object value) {
        @Override
        public String toString() {
            return type.getTypeName() + " " + value;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Generic(Class<?> raw, Type... arguments) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.clone();
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return raw.getEnclosingClass();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Generic that && getTypeName().equals(that.getTypeName());
        }

        @Override
        public int hashCode() {
            return getTypeName().hashCode();
        }

        @Override
        public String getTypeName() {
            return raw.getName()
                    + List.of(arguments).stream().map(Type::getTypeName).toList();
        }
    }

    @Property(tries = 200)
    void whatIsWrittenFitsTheSchemaAndComesBackEqual(@ForAll("samples") Sample sample) {
        JsonNode schema = schemaOf(sample.type());
        JsonNode json = written(sample);

        assertThat(fits(json, schema)).as("%s fits %s", json, schema).isTrue();
        assertThat(MAPPER.read(json.toString(), sample.type())).isEqualTo(sample.value());
        assertStrict(schema, "");
    }

    @Property(tries = 500)
    void whatIsChangedIsRefusedByBothOrByNeither(@ForAll("samples") Sample sample, @ForAll long seed) {
        JsonNode schema = schemaOf(sample.type());
        JsonNode json = written(sample);
        Change change = new Change(new Random(seed), sample.value() instanceof Map);
        JsonNode changed = change.apply(json);
        if (change.means == null) {
            return;
        }
        boolean fits = fits(change.means, schema);
        if (!fits) {
            assertThatThrownBy(() -> MAPPER.read(changed.toString(), sample.type()), "%s after %s", changed, schema)
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
        } else if (!change.isText) { // what a schema says of a text in words is checked only by reading
            assertThat(MAPPER.read(changed.toString(), sample.type())).isNotNull();
        }
    }

    private static JsonNode schemaOf(Type type) {
        return Objects.requireNonNull(Json.parseOrNull(Json.text(MAPPER.schema(type))));
    }

    private static boolean fits(JsonNode json, JsonNode schema) {
        Schema validator = REGISTRY.getSchema(schema);
        return validator.validate(json).isEmpty();
    }

    private static JsonNode written(Sample sample) {
        boolean isObject = sample.value() instanceof Record
                && !(sample.value() instanceof Figure)
                && !(sample.value() instanceof Animal);
        return json(isObject ? sample.value() : new Box<>(sample.value()));
    }

    /** Returns a value as its schema should say. */
    private static JsonNode json(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof Optional<?> optional) {
            return json(optional.orElse(null));
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? nodes.numberNode(optional.getAsInt()) : nodes.nullNode();
        }
        if (value instanceof Collection<?> items) {
            ArrayNode array = nodes.arrayNode();
            items.forEach(item -> array.add(json(item)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ArrayNode array = nodes.arrayNode();
            map.forEach((key, held) ->
                    array.addObject().<ObjectNode>set("key", json(key)).set("value", json(held)));
            return array;
        }
        if (value instanceof Record record) {
            return object(record);
        }
        if (value instanceof Year year) {
            return nodes.numberNode(year.getValue());
        }
        if (value instanceof BigDecimal number) {
            return DecimalNode.valueOf(number);
        }
        return value == null || value instanceof Number || value instanceof Boolean
                ? new ObjectMapper().valueToTree(value)
                : nodes.textNode(value.toString());
    }

    private static ObjectNode object(Record record) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (record instanceof Figure) {
            object.put("type", record.getClass().getSimpleName());
        } else if (record instanceof Animal) {
            object.put("kind", record instanceof Cat ? "cat" : "dog");
        }
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                object.set(component.getName(), json(component.getAccessor().invoke(record)));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return object;
    }

    /** Asserts the rules that vendors have for schemas they enforce. */
    private static void assertStrict(JsonNode schema, String path) {
        if (path.isEmpty()) {
            assertThat(schema.path("type").asText()).isEqualTo("object");
        }
        if (schema.isObject()) {
            if (schema.path("properties").isObject()
                    && schema.path("type").asText().equals("object")) {
                assertThat(schema.path("additionalProperties").isBoolean())
                        .as(path)
                        .isTrue();
                Set<String> required = new LinkedHashSet<>();
                schema.path("required").forEach(name -> required.add(name.asText()));
                assertThat(schema.get("properties").fieldNames()).toIterable().containsExactlyElementsOf(required);
            }
            if (schema.has("$ref")) {
                assertThat(schema.size()).as(path).isEqualTo(1);
            }
            schema.properties().forEach(field -> assertStrict(field.getValue(), path + "/" + field.getKey()));
        } else if (schema.isArray()) {
            schema.forEach(element -> assertStrict(element, path + "/-"));
        }
    }

    /** Changes one value of a tree. */
    private static final class Change {

        private final Random random;
        private final boolean ofMap;

        /** What the changed tree means; null if nothing was changed. */
        private @Nullable JsonNode means;

        private boolean isText;

        Change(Random random, boolean ofMap) {
            this.random = random;
            this.ofMap = ofMap;
        }

        @SuppressWarnings("ReferenceEquality") // is it the root?
        JsonNode apply(JsonNode tree) {
            JsonNode changed = tree.deepCopy();
            List<JsonNode> containers = new ArrayList<>();
            collect(changed, containers);
            containers.removeIf(JsonNode::isEmpty);
            if (containers.isEmpty()) {
                return changed;
            }
            JsonNode place = containers.get(random.nextInt(containers.size()));
            if (place instanceof ArrayNode array) {
                array.set(random.nextInt(array.size()), other());
                means = changed;
                return changed;
            }
            ObjectNode object = (ObjectNode) place;
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            boolean isTag = name.equals("type") || name.equals("kind");
            boolean isWrapper = object == changed && object.size() == 1; // an empty object is an empty map
            if (!isTag && !isWrapper && !object.has("key") && random.nextInt(4) == 0) {
                object.putNull(name); // an absent member counts as null
                means = changed.deepCopy();
                object.remove(name);
                return changed;
            }
            JsonNode value = other();
            object.set(name, value);
            means = ofMap && object == changed && !value.isArray() ? entryOf(name, value) : changed;
            return changed;
        }

        /** Returns what a map means that is written as a plain object: the list of its entries. */
        private static JsonNode entryOf(String key, JsonNode value) {
            ObjectNode map = JsonNodeFactory.instance.objectNode();
            map.putArray("value").addObject().put("key", key).set("value", value);
            return map;
        }

        private JsonNode other() {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (random.nextInt(6)) {
                case 0 -> nodes.nullNode();
                case 1 -> nodes.numberNode(1.5);
                case 2 -> nodes.booleanNode(true);
                case 3 -> nodes.numberNode(-3);
                case 4 -> nodes.arrayNode();
                default -> {
                    isText = true;
                    yield nodes.textNode("zz");
                }
            };
        }

        private static void collect(JsonNode node, List<JsonNode> containers) {
            if (node.isContainerNode()) {
                containers.add(node);
                node.forEach(child -> collect(child, containers));
            }
        }
    }

    @Provide
    Arbitrary<Sample> samples() {
        return Arbitraries.randomValue(random -> sample(random, 0));
    }

    private static Sample sample(Random random, int depth) {
        return random.nextInt(5) < depth ? scalar(random) : composed(random, depth + 1);
    }

    private static Sample scalar(Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> new Sample(String.class, text(random));
            case 1 -> new Sample(Integer.class, random.nextInt());
            case 2 -> new Sample(Long.class, random.nextLong());
            case 3 -> new Sample(Double.class, random.nextGaussian() * 1e9);
            case 4 -> new Sample(BigDecimal.class, new BigDecimal(new BigInteger(90, random), random.nextInt(20)));
            case 5 -> new Sample(BigInteger.class, new BigInteger(90, random));
            case 6 -> new Sample(Boolean.class, random.nextBoolean());
            case 7 -> new Sample(LocalDate.class, LocalDate.ofEpochDay(random.nextInt(60_000)));
            case 8 -> new Sample(Instant.class, Instant.ofEpochMilli(random.nextInt()));
            case 9 ->
                new Sample(LocalDateTime.class, LocalDate.EPOCH.atStartOfDay().plusSeconds(random.nextInt()));
            case 10 -> new Sample(Duration.class, Duration.ofMillis(random.nextInt()));
            case 11 -> new Sample(UUID.class, new UUID(random.nextLong(), random.nextLong()));
            case 12 -> new Sample(Mood.class, mood(random));
            default ->
                new Sample(
                        Scalars.class,
                        new Scalars(
                                random.nextInt(),
                                random.nextLong(),
                                random.nextDouble(),
                                random.nextFloat(),
                                random.nextBoolean(),
                                'x',
                                (short) random.nextInt(),
                                (byte) random.nextInt(),
                                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt()),
                                Year.of(random.nextInt(3000))));
        };
    }

    private static Mood mood(Random random) {
        return Mood.values()[random.nextInt(2)];
    }

    private static String text(Random random) {
        return List.of("", "a", "\"quoted\"", "ü\n", "{}", "null", "12").get(random.nextInt(7));
    }

    private static Sample composed(Random random, int depth) {
        return switch (random.nextInt(10)) {
            case 0 -> {
                Sample item = sample(random, depth);
                yield new Sample(new Generic(List.class, item.type()), List.of(item.value(), item.value()));
            }
            case 1 -> {
                Sample item = sample(random, depth);
                yield new Sample(new Generic(Set.class, item.type()), Set.of(item.value()));
            }
            case 2 -> {
                Sample value = sample(random, depth);
                Map<Object, Object> map = new LinkedHashMap<>();
                map.put(text(random), value.value());
                map.put("b", value.value());
                yield new Sample(new Generic(Map.class, String.class, value.type()), map);
            }
            case 3 -> {
                Sample value = sample(random, depth);
                boolean byMood = random.nextBoolean();
                Object key = byMood ? mood(random) : (Object) random.nextInt();
                yield new Sample(
                        new Generic(Map.class, byMood ? Mood.class : Integer.class, value.type()),
                        Map.of(key, value.value()));
            }
            case 4 -> {
                Sample value = sample(random, depth);
                yield new Sample(new Generic(Box.class, value.type()), new Box<>(value.value()));
            }
            case 5 -> {
                Sample left = sample(random, depth);
                Sample right = sample(random, depth);
                yield new Sample(
                        new Generic(Pair.class, left.type(), right.type()),
                        new Pair<>(left.value(), random.nextBoolean() ? right.value() : null));
            }
            case 6 -> {
                Sample value = sample(random, depth);
                Type optional = new Generic(Optional.class, value.type());
                yield new Sample(
                        new Generic(Box.class, optional),
                        new Box<>(random.nextBoolean() ? Optional.of(value.value()) : Optional.empty()));
            }
            case 7 -> {
                Sample label = sample(random, depth);
                Tree<Object> leaf = new Tree<>(label.value(), List.of());
                yield new Sample(new Generic(Tree.class, label.type()), new Tree<>(label.value(), List.of(leaf, leaf)));
            }
            case 8 -> new Sample(Figure.class, figure(random, depth));
            default -> new Sample(Animal.class, animal(random, depth));
        };
    }

    private static Figure figure(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 2 : 3)) {
            case 0 -> new Circle(random.nextDouble());
            case 1 -> new Dot();
            default ->
                new Group(
                        List.of(figure(random, depth + 1)),
                        random.nextBoolean() ? Optional.empty() : Optional.of(figure(random, depth + 1)));
        };
    }

    private static Animal animal(Random random, int depth) {
        return random.nextBoolean()
                ? new Cat(random.nextInt(9))
                : new Dog("Rex", depth > 3 || random.nextBoolean() ? null : animal(random, depth + 1));
    }
}
