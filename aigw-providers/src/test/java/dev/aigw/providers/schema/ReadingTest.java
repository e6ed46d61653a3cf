package dev.aigw.providers.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TypeRef;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.predict.PredictResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read as a type, and what is refused. */
class ReadingTest {

    enum Unit {
        C,
        @JsonProperty("°F")
        F
    }

    record Item(String sku, int qty) {}

    record Numbers(byte tiny, int i, long l, double d, BigDecimal exact, boolean flag, char letter) {}

    record Loose(
            @Nullable String note,
            Optional<String> nick,
            OptionalInt age,
            @Nullable List<Item> items) {}

    record Nested(List<Item> items, Item first, Map<String, Integer> counts, String raw) {}

    record Times(
            Instant at,
            LocalDateTime local,
            @JsonFormat(pattern = "dd.MM.yyyy") LocalDate day) {}

    record Reading(Unit unit) {}

    record Checked(int age) {
        Checked {
            if (age < 0) {
                throw new IllegalArgumentException("age is negative");
            }
        }
    }

    record Renamed(
            @JsonAlias({"fullName", "name"}) @JsonProperty("full_name")
            String name) {}

    record NoArguments() {}

    sealed interface Event permits Started, Moved {}

    record Started(String by) implements Event {}

    record Moved(int x, int y) implements Event {}

    public static class OldStyle {
        private final String name;

        public OldStyle(String name, int age) {
            this.name = name + age;
        }

        public String getName() {
            return name;
        }
    }

    private static final dev.aigw.api.JsonMapper MAPPER = dev.aigw.api.JsonMapper.installed();

    private static <T> T read(String json, Class<T> type) {
        return MAPPER.read(json.replace('\'', '"'), type);
    }

    private static void assertRefused(String json, Class<?> type, String message) {
        assertThatThrownBy(() -> read(json, type), json)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'sku':'a'}|qty is missing",
                "{'sku':'a','qty':null}|qty is null",
                "{'sku':null,'qty':1}|sku is null",
                "{'qty':1}|sku is missing",
                "{'sku':'a','qty':1.9}|qty is a fraction, which is no integer",
                "{'sku':'a','qty':'1.9'}|which is no integer",
                "{'sku':'a','qty':''}|qty is an empty string, which is no integer",
                "{'sku':'a','qty':' 1'}|which is no integer",
                "{'sku':'a','qty':true}|qty is a boolean, which is no integer",
                "{'sku':'a','qty':3000000000}|not between -2147483648 and 2147483647",
                "{'sku':'a','qty':1e999999}|which is too large",
                "{'sku':'a','qty':[1]}|qty is a list of 1 item, which is no integer",
                "{'sku':1,'qty':1}|sku is an integer, which is no string",
                "{'sku':'a','sku':'b','qty':1}|a property is given twice at line 1, column ",
                "[{'sku':'a','qty':1}]|which is no Item",
                "\"Item\"|which is no Item",
                "null|it is null",
                "{'sku':'a','qty':1} {}|not one JSON value",
                "{'sku':'a','qty':NaN}|not one JSON value",
            })
    void nothingIsMadeUp(String json, String message) {
        assertRefused(json, Item.class, message);
    }

    @ParameterizedTest
    @CsvSource({"1", "'\"1\"'", "'\"\"'", "'\"c\"'", "'\"F\"'", "null", "{}"})
    void anEnumIsReadByItsNamesOnly(String value) {
        assertRefused("{\"unit\":" + value + "}", Reading.class, "unit is ");
        assertThat(read("{'unit':'°F'}", Reading.class)).isEqualTo(new Reading(Unit.F));
    }

    @Test
    void numbersKeepTheirValueOrAreRefused() {
        String json = "{'tiny':%s,'i':7.0,'l':9007199254740993,'d':0.1,'exact':1.10,'flag':%s,'letter':'%s'}";

        assertThat(read(String.format(json, "-128", "'true'", "x"), Numbers.class))
                .isEqualTo(new Numbers((byte) -128, 7, 9007199254740993L, 0.1, new BigDecimal("1.10"), true, 'x'));
        assertThat(read(
                        "{'tiny':'1','i':'2','l':'3','d':'4.5','exact':'6.70','flag':true,'letter':'x'}",
                        Numbers.class))
                .isEqualTo(new Numbers((byte) 1, 2, 3, 4.5, new BigDecimal("6.70"), true, 'x'));
        assertRefused(
                String.format(json, "200", "true", "x"), Numbers.class, "tiny is an integer, not between -128 and 127");
        assertRefused(
                String.format(json, "1", "'yes'", "x"),
                Numbers.class,
                "flag is a string of 3 characters, neither true nor false");
        assertRefused(String.format(json, "1", "1", "x"), Numbers.class, "flag is an integer");
        assertRefused(
                String.format(json, "1", "true", "xy"),
                Numbers.class,
                "letter is a string of 2 characters, which is not one character");
        assertRefused(
                String.format(json, "1", "true", "x").replace("0.1", "1e400"),
                Numbers.class,
                "d is a fraction, which is too");
    }

    @Test
    void whatMayBeNullMayBeAbsentAndAnOptionalIsNeverNull() {
        Loose empty = new Loose(null, Optional.empty(), OptionalInt.empty(), null);

        assertThat(read("{}", Loose.class)).isEqualTo(empty);
        assertThat(read("{'note':null,'nick':null,'age':null,'items':null}", Loose.class))
                .isEqualTo(empty);
        assertThat(read("{'nick':'a','age':3,'other':[1]}", Loose.class))
                .isEqualTo(new Loose(null, Optional.of("a"), OptionalInt.of(3), null));
        assertRefused("{'items':[null]}", Loose.class, "items[0] is null");
        assertRefused("{'items':[{'sku':'a','qty':0.5}]}", Loose.class, "items[0].qty is a fraction");
    }

    @Test
    void whatIsQuotedIsReadWhereNoTextCanBeMeant() {
        Item item = new Item("a", 1);
        String json = "{\"items\":\"[{\\\"sku\\\":\\\"a\\\",\\\"qty\\\":1}]\",\"first\":\"{\\\"sku\\\":\\\"a\\\","
                + "\\\"qty\\\":\\\"1\\\"}\",\"counts\":\"{\\\"b\\\":2}\",\"raw\":\"{\\\"c\\\":3}\"}";

        assertThat(read(json, Nested.class)).isEqualTo(new Nested(List.of(item), item, Map.of("b", 2), "{\"c\":3}"));
        assertThat(read("\"{\\\"sku\\\":\\\"a\\\",\\\"qty\\\":1}\"", Item.class))
                .isEqualTo(item);
        assertRefused(
                "{'items':'none','first':{},'counts':{},'raw':''}", Nested.class, "items is a string of 4 characters");
    }

    @Test
    void mapsAreReadFromEntriesAndFromObjects() {
        TypeRef<Map<String, Integer>> counts = new TypeRef<>() {};
        Map<String, Integer> map = Map.of("a", 1);

        assertThat(MAPPER.read("{\"value\":[{\"key\":\"a\",\"value\":1}]}", counts))
                .isEqualTo(map);
        assertThat(MAPPER.read("[{\"key\":\"a\",\"value\":1}]", counts)).isEqualTo(map);
        assertThat(MAPPER.read("{\"a\":1}", counts)).isEqualTo(map);
        assertThat(MAPPER.read("{\"value\":1}", counts)).isEqualTo(Map.of("value", 1));
        assertThat(MAPPER.read("[]", counts)).isEmpty();
        assertThatThrownBy(() -> MAPPER.read("[{\"key\":\"a\",\"value\":1},{\"key\":\"a\",\"value\":2}]", counts))
                .hasMessageContaining("[1] has the key of an entry before it");
        assertThatThrownBy(() -> MAPPER.read("{\"a\":null}", counts)).hasMessageContaining("[0] is null");
        assertThatThrownBy(() -> MAPPER.read("[[\"a\",1]]", counts)).hasMessageContaining("no list of entries");
        assertThat(MAPPER.read("{\"7\":\"C\"}", new TypeRef<Map<Integer, Unit>>() {}))
                .isEqualTo(Map.of(7, Unit.C));
    }

    @Test
    void rootsThatAreNoObjectsAreReadWithAndWithoutTheirWrapper() {
        TypeRef<List<Item>> items = new TypeRef<>() {};

        assertThat(MAPPER.read("{\"value\":[{\"sku\":\"a\",\"qty\":1}]}", items))
                .containsExactly(new Item("a", 1));
        assertThat(MAPPER.read("[]", items)).isEmpty();
        assertThat(read("{'value':'hello'}", String.class)).isEqualTo("hello");
        assertThat(read("'hello'", String.class)).isEqualTo("hello");
        assertThat(MAPPER.read("{\"value\":42}", int.class)).isEqualTo(42);
        assertThat(read("{'value':'C'}", Unit.class)).isEqualTo(Unit.C);
        assertThat(read("{'value':[1,2]}", int[].class)).containsExactly(1, 2);
        assertThat(MAPPER.read("[\"C\",\"C\"]", new TypeRef<Set<Unit>>() {})).containsExactly(Unit.C);
        assertThatThrownBy(() -> MAPPER.read("{\"type\":\"array\",\"items\":[]}", items))
                .hasMessageContaining("no list");
    }

    @Test
    void sealedTypesAreToldApartByTheirTypeOrElseByTheirMembers() {
        assertThat(read("{'type':'Moved','x':1,'y':2}", Event.class)).isEqualTo(new Moved(1, 2));
        assertThat(read("{'value':{'type':'Started','by':'me'}}", Event.class)).isEqualTo(new Started("me"));
        assertThat(read("{'by':'me'}", Event.class)).isEqualTo(new Started("me"));
        assertThat(read("{'by':'me'}", Started.class)).isEqualTo(new Started("me"));
        assertRefused("{'type':'Ended'}", Event.class, "type is a string of 5 characters, none of Started, Moved");
        assertRefused("{'type':'Moved','x':1}", Event.class, "y is missing");
        assertRefused("{'x':1}", Event.class, "type is missing, which is one of Started, Moved");
        assertRefused("{'by':'me','x':1,'y':2}", Event.class, "type is missing");
        assertRefused("{}", Event.class, "type is missing");
    }

    @Test
    void timesAreReadInTheirOwnFormOnly() {
        assertThat(read(
                        "{'at':'2026-11-30T10:00:00+01:00','local':'2026-11-30T10:00','day':'30.11.2026'}",
                        Times.class))
                .isEqualTo(new Times(
                        Instant.parse("2026-11-30T09:00:00Z"),
                        LocalDateTime.of(2026, 11, 30, 10, 0),
                        LocalDate.of(2026, 11, 30)));
        assertRefused(
                "{'at':'2026-11-30T10:00:00Z','local':'2026-11-30T10:00:00Z','day':'30.11.2026'}",
                Times.class,
                "local is a string of 20 characters, which is not a date and time without offset");
        assertRefused(
                "{'at':'now','local':'2026-11-30T10:00','day':'30.11.2026'}",
                Times.class,
                "at is a string of 3 characters");
        assertRefused("{'at':1,'local':'2026-11-30T10:00','day':'30.11.2026'}", Times.class, "at is an integer");
        assertRefused(
                "{'at':'2026-11-30T10:00:00Z','local':'2026-11-30T10:00','day':'2026-11-30'}",
                Times.class,
                "day does not fit the type LocalDate");
    }

    @Test
    void whatAConstructorRefusesIsNoAnswer() {
        assertRefused("{'age':-1}", Checked.class, "it was refused: IllegalArgumentException of ");
        assertThatThrownBy(() -> read("{'age':-1}", Checked.class)).cause().hasMessageContaining("age is negative");
        assertThat(read("{'age':1}", Checked.class)).isEqualTo(new Checked(1));
    }

    @Test
    void otherNamesAreReadToo() {
        assertThat(read("{'fullName':'Ann'}", Renamed.class)).isEqualTo(new Renamed("Ann"));
        assertThat(read("{'name':'Ann'}", Renamed.class)).isEqualTo(new Renamed("Ann"));
        assertThat(read("{'full_name':'Ann'}", Renamed.class)).isEqualTo(new Renamed("Ann"));
        assertRefused("{'other':'Ann'}", Renamed.class, "full_name is missing");
    }

    @Test
    void valuesOfNoFormAreReadAsJacksonReadsThem() {
        assertThat(MAPPER.read("{\"a\":[1,2.5,\"x\",null,{\"b\":true}]}", (Type) Map.class))
                .isEqualTo(Map.of("a", Arrays.asList(1, 2.5, "x", null, Map.of("b", true))));
        assertThat(MAPPER.read("[1]", Object.class)).isEqualTo(List.of(1));
        assertThatThrownBy(() -> MAPPER.read("null", Object.class)).hasMessageContaining("it is null");
    }

    @Test
    void aClassThatJacksonCannotMakeIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> read("{'name':'Ann','age':3}", OldStyle.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("OldStyle cannot be read");
    }

    @Test
    void theMapperOfAnApplicationDecidesWhereItHasSettings() {
        enum Label {
            SPAM,
            @JsonEnumDefaultValue
            UNKNOWN
        }
        dev.aigw.api.JsonMapper lenient = JacksonMapper.of(JsonMapper.builder()
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS, MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
                .build());

        assertThat(lenient.read("\"spam\"", Label.class)).isEqualTo(Label.SPAM);
        assertThat(lenient.read("\"ham\"", Label.class)).isEqualTo(Label.UNKNOWN);
        assertThat(lenient.read("{\"SKU\":\"a\",\"Qty\":1}", Item.class)).isEqualTo(new Item("a", 1));
        assertThatThrownBy(() -> lenient.read("{\"sku\":\"a\",\"qty\":1,\"x\":2}", Item.class))
                .hasMessageContaining(
                        "has a property that the type does not have"); // unknown properties, as Jackson by default
        assertThatThrownBy(() -> lenient.read("{\"sku\":\"a\",\"qty\":null}", Item.class))
                .hasMessageContaining("qty is null");
    }

    @Test
    void failuresSayWhatWasReadAndAdviseWhatHelps() {
        assertThatThrownBy(() -> ChatResponse.of("{\"sku\":\"a\"}").as(Item.class))
                .hasMessage("the answer: Item cannot be read: qty is missing; ask for it with ResponseFormat.schema");
        assertThatThrownBy(() -> ChatResponse.builder()
                        .text("{\"sku\":\"a\",")
                        .finishReason(FinishReason.of(FinishReason.Kind.LENGTH, "length"))
                        .build()
                        .as(Item.class))
                .hasMessageContaining("cut short")
                .hasMessageContaining("maxTokens");
        assertThatThrownBy(() -> new ToolCall("1", "order", "{\"sku\":\"a\",\"qty\":\"x\"}").as(Item.class))
                .hasMessage(
                        "the arguments of tool order: Item cannot be read: qty is a string of 1 character, which is no integer");
        assertThatThrownBy(() -> PredictResponse.of(Map.of("sku", "a")).as(Item.class))
                .hasMessage("the answer of the model service: Item cannot be read: qty is missing");
        assertThatThrownBy(() -> ChatResponse.of("").as(Item.class)).hasMessageContaining("there is no JSON");
    }

    record Everything(
            String text,
            int whole,
            double fraction,
            boolean flag,
            Unit unit,
            LocalDate day,
            List<Item> items,
            Map<String, Integer> counts,
            @JsonFormat(pattern = "dd.MM.yyyy") LocalDate patterned) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SECRET",
                "SECRET {}",
                "{'text':SECRET}",
                "{'text':'SECRET",
                "{'SECRET':1,'SECRET':2}",
                "['SECRET']",
                "{'text':'a'} 'SECRET'",
                "{'text':['SECRET']}",
                "{'text':'a','whole':'SECRET'}",
                "{'text':'a','whole':1,'fraction':'SECRET'}",
                "{'text':'a','whole':1,'fraction':1,'flag':'SECRET'}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'SECRET'}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'SECRET'}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':'SECRET'}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':[{'SECRET':1}]}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':[],"
                        + "'counts':{'SECRET':'SECRET'}}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':[],"
                        + "'counts':{'SECRET':null}}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':[],"
                        + "'counts':[{'key':'SECRET','value':1},{'key':'SECRET','value':1}]}",
                "{'text':'a','whole':1,'fraction':1,'flag':true,'unit':'C','day':'2026-11-30','items':[],"
                        + "'counts':{},'patterned':'SECRET'}",
            })
    void aFailureQuotesNothingOfTheAnswer(String json) {
        for (Class<?> type : List.of(Everything.class, Item.class, Map.class, Parsing.class)) {
            try {
                read(json, type);
            } catch (GatewayException e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).doesNotContain("SECRET");
                assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
                assertThat(e.body()).isNull();
            }
        }
        assertThatThrownBy(() -> read(json, Everything.class)).isInstanceOf(GatewayException.class);
    }

    /** Its constructor quotes what it cannot read, as the platform's parsers do. */
    record Parsing(String text) {
        Parsing {
            Integer.parseInt(text);
        }
    }

    @Test
    void failuresShowNoSecretsAndNoLongTexts() {
        String key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";
        assertThatThrownBy(() -> read("{'sku':'a','qty':'" + key + "'}", Item.class))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(key).hasSizeLessThan(200));
        assertThatThrownBy(() -> read("my key is " + key + " " + "x".repeat(9_000), Item.class))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(key).hasSizeLessThan(500));
    }

    @ParameterizedTest
    @CsvSource({"''", "' '", "null", "{}", "'```json\n{}\n```'", "'\"{}\"'"})
    void theArgumentsOfAToolWithoutParametersAreAnEmptyObject(String arguments) {
        assertThat(new ToolCall("1", "now", arguments).as(NoArguments.class)).isEqualTo(new NoArguments());
        assertThatThrownBy(() -> new ToolCall("1", "order", arguments).as(Item.class))
                .hasMessageContaining("sku is missing");
    }

    @Test
    void deepAndLargeAnswersAreReadOrRefusedWithoutHarm() {
        assertRefused("[".repeat(100_000), Item.class, "not one JSON value");
        assertRefused("{'sku':'a','qty':" + "9".repeat(5_000) + "}", Item.class, "not one JSON value");
        assertThat(read("{'sku':'" + "x".repeat(1_000_000) + "','qty':1}", Item.class)
                        .sku())
                .hasSize(1_000_000);
    }
}
