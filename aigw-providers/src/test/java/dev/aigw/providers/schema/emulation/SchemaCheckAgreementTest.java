package dev.aigw.providers.schema.emulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.json.Json;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares our check with a full validator, for each schema and each value. */
class SchemaCheckAgreementTest {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "5",
            "5.0",
            "0.5",
            "1e2",
            "12345678901234567890",
            "''",
            "'a'",
            "'ab'",
            "'abc'",
            "[]",
            "[1]",
            "[1,2]",
            "['a',null]",
            "[[1],[2]]",
            "{}",
            "{'a':1}",
            "{'a':'x'}",
            "{'a':{'a':{}}}",
            "{'b':true}",
            "{'a':1,'b':2}",
            "{'a':[1,{'a':2}],'c':null}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'type':'integer'}",
                "{'type':'number'}",
                "{'type':['string','null']}",
                "{'type':'object'}",
                "{'type':'array'}",
                "{'type':'boolean'}",
                "{'enum':[1,'a',null,{'a':1}]}",
                "{'const':5}",
                "{'minimum':1}",
                "{'maximum':1}",
                "{'exclusiveMinimum':0}",
                "{'exclusiveMaximum':5}",
                "{'minLength':2}",
                "{'maxLength':1}",
                "{'minItems':2}",
                "{'maxItems':1}",
                "{'minProperties':1}",
                "{'maxProperties':1}",
                "{'required':['a']}",
                "{'properties':{'a':{'type':'integer'}}}",
                "{'properties':{'a':{'type':'integer'}},'additionalProperties':false}",
                "{'properties':{'a':true},'additionalProperties':{'type':'boolean'}}",
                "{'items':{'type':'integer'}}",
                "{'items':{'items':{'minimum':2}}}",
                "{'anyOf':[{'type':'string'},{'minimum':1,'type':'number'}]}",
                "{'oneOf':[{'type':'integer'},{'type':'number'}]}",
                "{'allOf':[{'type':'object'},{'required':['b']}]}",
                "{'properties':{'a':{'$ref':'#'}},'additionalProperties':false}",
                "{'$ref':'#/$defs/n','$defs':{'n':{'type':'number','minimum':1}}}",
                "{'$ref':'#/$defs/n','maximum':1,'$defs':{'n':{'type':'number'}}}",
                "{'properties':{'a':false}}",
            })
    void bothTakeAndRefuseTheSame(String text) {
        JsonNode root = json(text);
        Schema full = REGISTRY.getSchema(root);
        SchemaCheck ours = SchemaCheck.of(ResponseFormat.schema("s", Json.map(root)));

        for (String value : VALUES) {
            assertThat(ours.problems(json(value).toString()).isEmpty())
                    .as("%s fits %s", value, text)
                    .isEqualTo(full.validate(json(value)).isEmpty());
        }
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text.replace('\'', '"')));
    }
}
