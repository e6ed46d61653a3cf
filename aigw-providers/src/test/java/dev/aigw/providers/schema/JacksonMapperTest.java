package dev.aigw.providers.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the schema of a type says, and which types have none. */
class JacksonMapperTest {

    enum Mood {
        GOOD,
        BAD
    }

    record Aspect(String name, Mood mood) {}

    record Verdict(
            @JsonPropertyDescription("why, in one sentence") String reason,
            Mood mood,
            double confidence,
            @JsonProperty("star_count") @Nullable Integer stars,
            List<Aspect> aspects,
            boolean certain) {}

    record Tree(String label, List<Tree> children) {}

    record Person(String name, Person boss) {}

    record Employee(String name, @Nullable Employee boss) {}

    @JsonClassDescription("a place")
    record Place(String city) {}

    record Trip(
            @JsonPropertyDescription("where it begins") Place from,
            @Nullable Place to,
            List<@Nullable Place> over) {}

    @JsonPropertyOrder({"b", "a"})
    record Ordered(String a, String b, @JsonIgnore @Nullable String secret) {}

    record Email(@JsonValue String address) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Email {}
    }

    record Contact(Email email) {}

    public static class Bean {
        private String name = "";

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(
                value = Cat.class,
                names = {"cat", "kitten"}),
        @JsonSubTypes.Type(value = Dog.class, name = "dog")
    })
    interface Animal {}

    record Cat(int lives) implements Animal {}

    record Dog(String name) implements Animal {}

    sealed interface Node {}

    record Leaf(String type) implements Node {}

    record Branch(List<Node> nodes) implements Node {}

    record Holder(Object any) {}

    record Wild(List<?> any) {}

    record Outer(@JsonUnwrapped Place place) {}

    record Tree2(JsonNode json) {}

    interface Open {}

    record OfOpen(Open open) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface ByClass {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes(@JsonSubTypes.Type(value = Wrapped.class, name = "w"))
    interface InWrapper {}

    record Wrapped(int a) implements InWrapper {}

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    record Point(int x, int y) {}

    enum Level {
        LOW(0),
        HIGH(1);

        private final int value;

        Level(int value) {
            this.value = value;
        }

        @JsonValue
        int value() {
            return value;
        }
    }

    @JsonDeserialize(using = OwnReader.class)
    record Own(String text) {}

    static final class OwnReader extends StdDeserializer<Own> {

        private static final long serialVersionUID = 1L;

        OwnReader() {
            super(Own.class);
        }

        @Override
        public Own deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return new Own(parser.getText());
        }
    }

    record Broken(int value) {
        @Override
        public int value() {
            throw new IllegalStateException("no value");
        }
    }

    private static String schema(Type type) {
        return Json.text(JsonMapper.installed().schema(type)).replace('"', '\'');
    }

    @Test
    void aRecordBecomesAnObjectWithAllItsComponentsInOrder() {
        assertThat(schema(Verdict.class))
                .isEqualTo("{'type':'object','properties':{"
                        + "'reason':{'type':'string','description':'why, in one sentence'},"
                        + "'mood':{'type':'string','enum':['GOOD','BAD']},"
                        + "'confidence':{'type':'number'},"
                        + "'star_count':{'type':['integer','null']},"
                        + "'aspects':{'type':'array','items':{'type':'object','properties':{"
                        + "'name':{'type':'string'},'mood':{'type':'string','enum':['GOOD','BAD']}},"
                        + "'required':['name','mood'],'additionalProperties':false}},"
                        + "'certain':{'type':'boolean'}},"
                        + "'required':['reason','mood','confidence','star_count','aspects','certain'],"
                        + "'additionalProperties':false}");
    }

    @Test
    void aTypeMayContainItselfWhereItMayEnd() {
        assertThat(schema(Tree.class))
                .startsWith("{'type':'object','properties':{'label':{'type':'string'},"
                        + "'children':{'type':'array','items':{'$ref':'#/$defs/Tree'}}}")
                .contains("'$defs':{'Tree':{'type':'object'");
        assertThat(schema(Employee.class)).contains("'boss':{'anyOf':[{'$ref':'#/$defs/Employee'},{'type':'null'}]}");
    }

    @Test
    void aReferenceStandsAlone() {
        assertThat(schema(Trip.class))
                .contains("'from':{'anyOf':[{'$ref':'#/$defs/Place'}],'description':'where it begins'}")
                .contains("'to':{'anyOf':[{'$ref':'#/$defs/Place'},{'type':'null'}]}")
                .contains("'over':{'type':'array','items':{'anyOf':[{'$ref':'#/$defs/Place'},{'type':'null'}]}}")
                .contains("'additionalProperties':false,'description':'a place'}");
    }

    @Test
    void jacksonsAnnotationsAndSettingsCount() {
        assertThat(schema(Ordered.class))
                .contains("{'b':{'type':'string'},'a':{'type':'string'}}")
                .doesNotContain("secret");
        assertThat(schema(Contact.class)).contains("'email':{'type':'string'}");
        assertThat(JsonMapper.installed().read("{\"email\":\"a@b\"}", Contact.class))
                .isEqualTo(new Contact(new Email("a@b")));
        assertThat(schema(Bean.class)).contains("'properties':{'name':{'type':'string'}}");

        JsonMapper snakes = JacksonMapper.of(
                new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE));
        assertThat(Json.text(ResponseFormat.schema(Aspect.class, snakes).schema()))
                .contains("\"Name\"", "\"Mood\"");
        assertThat(ToolSpec.function("t", "d", Aspect.class, snakes).parameters())
                .isEqualTo(snakes.schema(Aspect.class));
    }

    @Test
    void unionsAreToldApartByAProperty() {
        assertThat(schema(new TypeRef<List<Animal>>() {}.type()))
                .contains("'kind':{'type':'string','enum':['cat']}", "'enum':['kitten']", "'enum':['dog']");
        assertThat(JsonMapper.installed().read("{\"kind\":\"kitten\",\"lives\":9}", Animal.class))
                .isEqualTo(new Cat(9));
        assertThat(schema(Dog.class))
                .startsWith("{'type':'object','properties':{'kind':{'type':'string','enum':['dog'");
        assertThat(schema(Node.class)) // a member is named type, so the property is kind
                .contains("'kind':{'type':'string','enum':['Leaf']},'type':{'type':'string'}");
        Node node = new Branch(List.of(new Leaf("a")));
        assertThat(JsonMapper.installed().read(JsonMapper.installed().write(node), Node.class))
                .isEqualTo(node);
    }

    @Test
    void aRootThatIsNoObjectIsWrapped() {
        assertThat(schema(String.class))
                .isEqualTo("{'type':'object','properties':{'value':{'type':'string'}},'required':['value'],"
                        + "'additionalProperties':false}");
        assertThat(schema(new TypeRef<Map<String, Integer>>() {}.type()))
                .contains("'value':{'type':'array','items':{'type':'object','properties':{"
                        + "'key':{'type':'string'},'value':{'type':'integer'}}");
    }

    @Test
    void formatsAndToolsTakeTheType() {
        ResponseFormat format = ResponseFormat.schema(Verdict.class);
        assertThat(format.name()).isEqualTo("Verdict");
        assertThat(format.strict()).isTrue();
        assertThat(format).isEqualTo(ResponseFormat.schema(Verdict.class));
        assertThat(ResponseFormat.schema(new TypeRef<Map<String, List<Aspect>>>() {})
                        .name())
                .isEqualTo("Map_String_List_Aspect");
        assertThat(ResponseFormat.schema(Aspect[].class).name()).isEqualTo("Aspect");

        ToolSpec tool = ToolSpec.function("judge", "judges", Aspect.class);
        assertThat(tool.parameters()).isEqualTo(JsonMapper.installed().schema(Aspect.class));
    }

    static Stream<Arguments> typesWithoutSchema() {
        return Stream.of(
                Arguments.of(Object.class, "Object has no schema: its type Object can hold anything"),
                Arguments.of(Holder.class, "any of Holder has no schema: its type Object can hold anything"),
                Arguments.of(Wild.class, "any[] of Wild has no schema"),
                Arguments.of(List.class, "as in TypeRef<List<Item>>"),
                Arguments.of(Map.class, "Map has no schema"),
                Arguments.of(Tree2.class, "json of Tree2 has no schema: its type JsonNode can hold anything"),
                Arguments.of(Person.class, "each Person contains another by its member boss"),
                Arguments.of(Outer.class, "place of Outer has no schema: it is unwrapped"),
                Arguments.of(OfOpen.class, "open of OfOpen has no schema"),
                Arguments.of(ByClass.class, "use Id.NAME and As.PROPERTY"),
                Arguments.of(InWrapper.class, "use Id.NAME and As.PROPERTY"),
                Arguments.of(Point.class, "is read in a form of its own"),
                Arguments.of(Level.class, "has the constant LOW, which is written as 0"),
                Arguments.of(Own.class, "has a deserializer of its own"),
                Arguments.of(ReadingTest.OldStyle.class, "has no constructor that Jackson can call: make it a record"));
    }

    @ParameterizedTest
    @MethodSource("typesWithoutSchema")
    void aTypeThatNoSchemaDescribesIsRefusedWithTheMemberAndTheFix(Type type, String message) {
        assertThatThrownBy(() -> JsonMapper.installed().schema(type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsWrittenCanBeReadAgain() {
        record Dated(LocalDate day, Optional<Mood> mood, Optional<LocalDate> until) {}
        JsonMapper mapper = JsonMapper.installed();
        Dated dated = new Dated(LocalDate.of(2026, 11, 30), Optional.of(Mood.BAD), Optional.empty());

        assertThat(mapper.write(dated)).isEqualTo("{\"day\":\"2026-11-30\",\"mood\":\"BAD\",\"until\":null}");
        assertThat(mapper.read(mapper.write(dated), Dated.class)).isEqualTo(dated);
        assertThat(mapper.write(List.of(Map.of("a", dated), 1))).contains("[{\"a\":{\"day\":\"2026-11-30\"");
        assertThat(mapper.write(Map.of(Mood.BAD, 1.5))).isEqualTo("{\"BAD\":1.5}");
        assertThat(mapper.write(null)).isEqualTo("null");
        assertThatThrownBy(() -> mapper.write(List.of(new Broken(1))))
                .hasMessageContaining("cannot be written as JSON")
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
    }

    @Test
    void aTypeIsFreedWithItsClassLoader() throws Exception {
        WeakReference<ClassLoader> loader = readInALoaderOfItsOwn();
        for (int i = 0; i < 100 && loader.get() != null; i++) {
            System.gc();
            byte[] unused = new byte[1 << 20];
            assertThat(unused).isNotEmpty();
        }
        assertThat(loader.get()).isNull();
    }

    private static WeakReference<ClassLoader> readInALoaderOfItsOwn() throws Exception {
        URL classes = Verdict.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, JacksonMapperTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                return name.startsWith(JacksonMapperTest.class.getName())
                        ? findClass(name)
                        : super.loadClass(name, resolve);
            }
        }) {
            Class<?> type = loader.loadClass(Aspect.class.getName());
            assertThat(type).isNotEqualTo(Aspect.class);
            assertThat(JsonMapper.installed().schema(type)).isNotEmpty();
            Object aspect =
                    Objects.requireNonNull(JsonMapper.installed().read("{\"name\":\"a\",\"mood\":\"BAD\"}", type));
            assertThat(JsonMapper.installed().write(aspect)).contains("BAD");
            return new WeakReference<>(loader);
        }
    }
}
