package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BareJsonTest {

    private static final String JSON = "{\"name\":\"Ann\",\"age\":3}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "\uFEFF%",
                "\u200B\n %\u00A0",
                "```json\n%\n```",
                "```\n%```",
                "```JSON\r\n%\r\n```\r\n",
                "``` json \r\n\r\n%\r\n```",
                "```%```",
                "```json %```",
                "```json5\n%\n```",
                "~~~json\n%\n~~~",
                "````json\n%\n````",
                "```json\n%",
                "Here you go:\n```json\n%\n```\nHope this helps!",
                "Here is the JSON: %",
                "%\n\nHope this helps! (in [brackets])",
                "It fits {your schema}:\n%",
                "As asked [1, 2, ...]: %",
                "<think>\nhmm {x}\n</think>\n\n```json\n%\n```",
                "<thinking>{\"draft\":1}</thinking>\n%",
                "the server wrote the opening tag {\"draft\":1}</think>%",
                "<json>%</json>",
                "%\n%",
                "```json\n%\n```\nOnce more:\n```json\n%\n```",
                "The schema was {\"type\":\"object\"}.\n```json\n%\n```"
            })
    void whatStandsAroundTheValueIsIgnored(String text) {
        assertThat(BareJson.of(text.replace("%", JSON))).isEqualTo(JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "plain words",
                "{'name':'Ann','age':3}",
                "{\"name\":\"Ann\", // the name\n\"age\":3}",
                "{\"name\":\"Ann\",\"age\":3,}",
                "{“name”:“Ann”,“age”:3}",
                "{\"name\":\"Ann\",\"age\":3}\n{\"name\":\"Bob\",\"age\":4}",
                "```json\n{\"a\":1}\n```\n```json\n{\"a\":2}\n```",
                "{\"a\":1} and [2]",
                "{'first':{\"a\":1},'second':{\"a\":2}}",
                "{\"first\":{\"a\":1},}",
                "{\"a\":1, \"b\": {\"c\":2}",
                "```json\n{\"a\":{\"b\":1},}\n```",
                "```",
                "``` ```",
                "```\n``",
                "1\n```",
                "the answer is 42",
                "<think>never closed {\"a\":1} {\"a\":2}"
            })
    void whatHoldsNoOneValueStays(String text) {
        assertThat(BareJson.of(text)).isEqualTo(text);
    }

    @Test
    void theInsideIsKeptAsItIs() {
        String json = "{\"text\":\"a ``` fence, </think> and a } in a string\",\n \"n\": -1.50e+2}";

        assertThat(BareJson.of(json)).isEqualTo(json);
        assertThat(BareJson.of("Look:\n```json\n" + json + "\n```")).isEqualTo(json);
        assertThat(BareJson.of("{\"line\":\"a\nb\"}")).isEqualTo("{\"line\":\"a\nb\"}");
        assertThat(BareJson.of("<think>x</think>\"word\"")).isEqualTo("\"word\"");
        assertThat(BareJson.of("```json\n42\n```")).isEqualTo("42");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "1.5", "1e9", "true", "false", "'\"a\\u00e9\"'", "[]", "'[1,[2]]'"})
    void aValueAloneIsItself(String json) {
        assertThat(BareJson.of(" " + json + "\n")).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "{\"a\":",
                "[[1],",
                "{}",
                "{x}",
                "```",
                "```[",
                "```json\n",
                "```[\"",
                "~~~\"",
                "<think>",
                "</think>",
                "\"",
                "[1,",
                "{\"a\":1,",
                "``` ",
                "```\n[1,"
            })
    void aTextThatRepeatsItselfIsReadInOnePass(String part) {
        String text = part.repeat(2_000_000 / part.length());

        assertThat(BareJson.of(text)).isNotNull(); // hours, if each place were read to the end
    }
}
