package dev.aigw.providers.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamedArgumentsTest {

    private final List<ChatEvent> events = new ArrayList<>();
    private final ReplyDecoder decoder = new ReplyDecoder(
            "vertex",
            new Origin("vertex", new RecordingAttempt("m"), ChatRequest.of("m", "?")),
            events::add,
            new Counts(warning -> {}),
            () -> {});

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text.replace('\'', '"')));
    }

    private static String written(String... pieces) {
        StreamedArguments arguments = new StreamedArguments();
        StringBuilder text = new StringBuilder();
        for (String piece : pieces) {
            text.append(arguments.add(json(piece)));
        }
        return text.append(arguments.end()).toString();
    }

    @Test
    void aTextInPiecesBecomesOne() {
        assertThat(written(
                        "{'jsonPath':'$.location','stringValue':'Boston','willContinue':true}",
                        "{'jsonPath':'$.location','stringValue':', MA \\u00e9\\n'}",
                        "{'jsonPath':'$.brightness','numberValue':50}",
                        "{'jsonPath':'$.on','boolValue':true}",
                        "{'jsonPath':'$.by','nullValue':'NULL_VALUE'}"))
                .isEqualTo("{\"location\":\"Boston, MA \u00e9\\n\",\"brightness\":50,\"on\":true,\"by\":null}");
    }

    @Test
    void objectsAndArraysOpenAndCloseAsThePathsGo() {
        assertThat(written(
                        "{'jsonPath':'$.a.b[0].c','numberValue':1}",
                        "{'jsonPath':'$.a.b[0].d','numberValue':2}",
                        "{'jsonPath':'$.a.b[1].c','numberValue':3}",
                        "{'jsonPath':'$.a.e','stringValue':'x'}",
                        "{'jsonPath':'$.f[0][0]','numberValue':4}",
                        "{'jsonPath':'$.f[0][1]','numberValue':5}",
                        "{'jsonPath':'$.f[1][0]','numberValue':6}"))
                .isEqualTo("{\"a\":{\"b\":[{\"c\":1,\"d\":2},{\"c\":3}],\"e\":\"x\"},\"f\":[[4,5],[6]]}");
    }

    @Test
    void namesMayBeQuoted() {
        assertThat(ArgumentPath.parse("$['it\\'s here'].x[2]")).containsExactly("it's here", "x", 2);
        assertThat(ArgumentPath.parse("$[\"a.b\"]")).containsExactly("a.b");
    }

    @Test
    void escapesInNamesAreThoseOfJson() {
        assertThat(ArgumentPath.parse("$['a\\nb\\t\\\\n\\/$1']['\\u00e9\\uD83D\\uDE00']"))
                .containsExactly("a\nb\t\\n/$1", "\u00e9\uD83D\uDE00");
    }

    @Test
    void aNameMayBeLong() {
        String name = "n".repeat(100_000);
        assertThat(ArgumentPath.parse("$['" + name + "']")).containsExactly(name);
    }

    private List<ToolCall> calls() {
        ChatAccumulator answer = new ChatAccumulator();
        events.forEach(answer::add);
        return answer.toResponse().toolCalls();
    }

    private void parts(String parts) {
        decoder.decode(json("{'candidates':[{'content':{'parts':[" + parts + "]}}]}"));
    }

    @Test
    void partsBetweenThePiecesOfACallDoNotSplitIt() {
        parts("{'functionCall':{'name':'f','willContinue':true}}");
        parts("{'functionCall':{'partialArgs':[{'jsonPath':'$.a','stringValue':'x','willContinue':true}],"
                + "'willContinue':true}}");
        parts("{'text':'','thoughtSignature':'s'},{'text':'so'}");
        parts("{'functionCall':{'partialArgs':[{'jsonPath':'$.a','stringValue':'y'}],'willContinue':true}}");
        parts("{'text':'','thoughtSignature':'s'}");
        decoder.decode(json("{'candidates':[{'finishReason':'STOP'}]}"));

        assertThat(calls()).singleElement().returns("{\"a\":\"xy\"}", ToolCall::arguments);
    }

    @Test
    void aMarkOfTheEndAfterTheEndIsNoCall() {
        parts("{'functionCall':{'name':'f','willContinue':true}}");
        parts("{'functionCall':{'partialArgs':[{'jsonPath':'$.a','stringValue':'x'}]}}");
        parts("{'functionCall':{},'thoughtSignature':'s'}");

        assertThat(calls())
                .singleElement()
                .returns("{\"a\":\"x\"}", ToolCall::arguments)
                .returns("s", ToolCall::signature);
    }

    @Test
    void aTextThatIsNotEndedEndsWhereTheNextBeginsOrTheCallEnds() {
        assertThat(written(
                        "{'jsonPath':'$.a','stringValue':'x','willContinue':true}",
                        "{'jsonPath':'$.b','stringValue':'y','willContinue':true}"))
                .isEqualTo("{\"a\":\"x\",\"b\":\"y\"}");
        assertThat(written()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"$.a;$.a", "$.a.b;$.a", "$.a[0];$.a[2]", "$.a[0];$.a.b", "$.a;b", "$.a;$", "$.a;$.b[x]", "$.a;$[0]"
            })
    void piecesOutOfOrderOrWithoutAPlaceAreMalformed(String first, String second) {
        assertThatThrownBy(() -> written(
                        "{'jsonPath':'" + first + "','numberValue':1}",
                        "{'jsonPath':'" + second + "','numberValue':2}"))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.MALFORMED_RESPONSE, GatewayException::kind);
    }

    @Test
    void callsAreKeptApartInAStream() {
        decode("{'functionCall':{'name':'light','id':'1','willContinue':true},'thoughtSignature':'sig'}");
        decode("{'functionCall':{'partialArgs':[{'jsonPath':'$.on','boolValue':true}],'willContinue':true}}");
        decode("{'functionCall':{}}");
        decode("{'functionCall':{'name':'play','id':'2','willContinue':true}}");
        decode("{'functionCall':{'name':'stop','id':'3','args':{'now':true}}}");
        decoder.decode(json("{'candidates':[{'finishReason':'STOP'}]}"));

        assertThat(events)
                .contains(
                        new ChatEvent.ToolCallStarted(0, "1", "light", "sig", "vertex?model=m"),
                        new ChatEvent.ToolArgumentsDelta(0, "{\"on\":true"),
                        new ChatEvent.ToolArgumentsDelta(0, "}"),
                        new ChatEvent.ToolCallStarted(1, "2", "play", null, null),
                        new ChatEvent.ToolArgumentsDelta(1, "{}"),
                        new ChatEvent.ToolCallStarted(2, "3", "stop", null, null),
                        new ChatEvent.ToolArgumentsDelta(2, "{\"now\":true}"),
                        new ChatEvent.Finished(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "STOP")));
    }

    private void decode(String part) {
        decoder.decode(json("{'candidates':[{'content':{'parts':[" + part + "]}}]}"));
    }
}
