package dev.aigw.providers.schema.emulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.json.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCheckTest {

    enum Mood {
        GOOD,
        BAD
    }

    record Verdict(Mood mood, @Nullable Integer stars, List<Verdict> parts) {}

    @Test
    void whatFitsARecordHasNoProblems() {
        assertThat(verdict(
                        "{\"mood\":\"GOOD\",\"stars\":null,\"parts\":[{\"mood\":\"BAD\",\"stars\":2,\"parts\":[]}]}"))
                .isEmpty();
    }

    @Test
    void eachProblemIsReportedWithItsPath() {
        assertThat(verdict("{\"mood\":\"SO SO\",\"stars\":2.5,\"parts\":[{\"mood\":\"BAD\",\"parts\":7,\"why\":1}]}"))
                .containsExactlyInAnyOrder(
                        "/mood is none of [\"GOOD\",\"BAD\"]",
                        "/stars is not of type [\"integer\",\"null\"]",
                        "/parts/0 lacks \"stars\"",
                        "/parts/0/parts is not of type \"array\"",
                        "/parts/0/why is not allowed");
    }

    @Test
    void withoutQuotesAPropertyThatTheSchemaDoesNotNameIsAStar() {
        SchemaCheck check = SchemaCheck.of(ResponseFormat.schema(Verdict.class));

        assertThat(check.problemsUnquoted("{\"mood\":\"SECRET\",\"stars\":null,\"parts\":[],\"SECRET\":1}"))
                .containsExactlyInAnyOrder("/mood is none of [\"GOOD\",\"BAD\"]", "/* is not allowed");
    }

    @Test
    void boundsAndNumbersAboveAllDoublesAreCompared() {
        for (String bound : List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")) {
            assertThat(problems("{'" + bound + "':1e999}", "5")).isEmpty();
            assertThat(problems("{'" + bound + "':5}", "1e999")).isEmpty();
        }
        assertThat(problems("{'maximum':5}", "9".repeat(400))).hasSize(1);
    }

    @Test
    void atMostTenProblemsAreReported() {
        assertThat(problems("{'items':{'type':'string'}}", "[1,2,3,4,5,6,7,8,9,10,11,12]"))
                .hasSize(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'integer'} | 3.0",
                "{'type':['string','null']} | null",
                "{'enum':[1,'a']} | 1.0",
                "{'const':{'a':1}} | {'a':1}",
                "{'enum':[[1]]} | [1.0]",
                "{'const':{'a':[{'b':2}]}} | {'a':[{'b':2.0}]}",
                "{'anyOf':[{'type':'null'},{'$ref':'#/$defs/n'}],'$defs':{'n':{'type':'number'}}} | 2.5",
                "{'oneOf':[{'type':'integer'},{'type':'string'}]} | 1",
                "{'additionalProperties':{'type':'boolean'}} | {'x':true}",
                "{'properties':{'a':{'$ref':'#'}},'required':[]} | {'a':{'a':{}}}",
                "{'$ref':'https://example.com/other'} | 1",
                "{'type':'string','pattern':'^b'} | 'a'",
                "{'minimum':1,'maximum':5} | 5",
                "{'exclusiveMinimum':0,'exclusiveMaximum':1} | 0.5",
                "{'minLength':2,'maxLength':2} | '\uD83D\uDE00!'",
                "{'minItems':1,'maxItems':1,'minProperties':9} | [1]",
                "{'minimum':1} | NaN",
                "{} | [1]",
            })
    void aValueThatFits(String schema, String value) {
        assertThat(problems(schema, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'integer'} | 3.5 | the value is not of type \"integer\"",
                "{'type':'number'} | NaN | the value is not of type \"number\"",
                "{'enum':[1,'a']} | 'b' | the value is none of [1,\"a\"]",
                "{'const':1} | 2 | the value is not 1",
                "{'anyOf':[{'type':'null'},{'type':'number'}]} | 'a' | the value fits none of the forms",
                "{'oneOf':[{'type':'integer'},{'type':'number'}]} | 1 | the value does not fit exactly one",
                "{'allOf':[{'required':['a']}]} | {} | the value lacks \"a\"",
                "{'additionalProperties':{'type':'boolean'}} | {'x':1} | /x is not of type \"boolean\"",
                "{'minimum':1} | 0.99 | the value is below 1",
                "{'maximum':5} | 6 | the value is above 5",
                "{'exclusiveMinimum':0} | 0 | the value is not above 0",
                "{'exclusiveMaximum':1} | 1.0 | the value is not below 1",
                "{'properties':{'a':{'minLength':2}}} | {'a':'b'} | the length of /a is below 2",
                "{'maxLength':1} | 'ab' | the length of the value is above 1",
                "{'minItems':2} | [1] | the number of items of the value is below 2",
                "{'maxProperties':1} | {'a':1,'b':2} | the number of properties of the value is above 1",
                "{'$ref':'#'} | 1 | the value is nested too deeply",
                "{} | {'a':1} and so on | it is not one JSON value",
                "{} | `` | it is not one JSON value",
            })
    void aValueThatDoesNotFit(String schema, String value, String problem) {
        assertThat(problems(schema, value)).singleElement().asString().startsWith(problem);
    }

    @Test
    void theNameOfAFormIsLookedAtBeforeWhatIsDeepWithin() {
        String operation =
                "{'type':'object','required':['of','op'],'properties':{'of':{'$ref':'#'},'op':{'const':'%s'}}}";
        String schema =
                "{'anyOf':[" + operation.formatted("neg") + "," + operation.formatted("abs") + ",{'type':'number'}]}";
        int depth = 60;

        assertThat(problems(schema, "{'of':".repeat(depth) + "1" + ",'op':'abs'}".repeat(depth)))
                .isEmpty();
        assertThat(problems(schema, "{'of':".repeat(depth) + "1" + ",'op':'sin'}".repeat(depth)))
                .containsExactly("the value fits none of the forms that \"anyOf\" allows");
    }

    @Test
    void anAnswerThatFitsTooManyFormsAtEachLevelIsGivenUp() {
        String form = "{'properties':{'of':{'$ref':'#'}}}";
        int depth = 100;

        assertThat(problems(
                        "{'anyOf':[" + form + "," + form + ",{'type':'number'}]}",
                        "{'of':".repeat(depth) + "1" + "}".repeat(depth)))
                .containsExactly("it is too complex to be checked against the schema");
    }

    @Test
    void aLongListIsChecked() {
        assertThat(problems(
                        "{'items':{'anyOf':[{'type':'string'},{'type':'integer'}]}}", "[" + "1,".repeat(99_999) + "1]"))
                .isEmpty();
    }

    @Test
    void aLongNameFromTheAnswerIsShortened() {
        assertThat(problems("{'additionalProperties':false}", "{'" + "n".repeat(10_000) + "':1}"))
                .containsExactly("/" + "n".repeat(60) + "… is not allowed");
    }

    private static List<String> verdict(String value) {
        return SchemaCheck.of(ResponseFormat.schema("v", JsonMapper.installed().schema(Verdict.class)))
                .problems(value);
    }

    private static List<String> problems(String schema, String value) {
        JsonNode parsed = Objects.requireNonNull(Json.parseOrNull(schema.replace('\'', '"')));
        return SchemaCheck.of(ResponseFormat.schema("s", Json.map(parsed))).problems(value.replace('\'', '"'));
    }
}
