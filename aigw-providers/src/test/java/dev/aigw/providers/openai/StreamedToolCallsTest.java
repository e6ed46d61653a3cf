package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rules of {@link StreamedToolCalls}, one by one. */
class StreamedToolCallsTest {

    private final List<ChatEvent> events = new ArrayList<>();
    private final StreamedToolCalls streamed = new StreamedToolCalls(0, events::add);

    /** Takes in chunks, each a list of fragments in JSON with single quotes, and returns the calls. */
    private List<ToolCall> calls(String... chunks) {
        for (String chunk : chunks) {
            streamed.add(Objects.requireNonNull(Json.parseOrNull("[" + chunk.replace('\'', '"') + "]")));
        }
        streamed.end();
        ChatAccumulator answer = new ChatAccumulator();
        events.forEach(answer::add);
        return answer.toResponse().toolCalls();
    }

    /** Returns a fragment; all quotes are single ones. */
    private static String fragment(String fields, String name, String arguments) {
        return "{" + (fields.isEmpty() ? "" : fields + ",") + "'function':{"
                + (name.isEmpty() ? "" : "'name':'" + name + "',")
                + "'arguments':'" + arguments.replace("'", "\\'") + "'}}";
    }

    private static ToolCall call(String id, String name, String arguments) {
        return new ToolCall(id, name, arguments);
    }

    @Test
    void fragmentsOfOneIndexAreOneCall() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", ""),
                        fragment("'index':1,'id':'b'", "g", ""),
                        fragment("'index':0", "", "{'x':"),
                        fragment("'index':1", "", "{'y':"),
                        fragment("'index':1", "", "2}"),
                        fragment("'index':0", "", "1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"), call("b", "g", "{\"y\":2}"));
    }

    @Test
    void anEmptyIdAndTheWordNullAreNone() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", "{'x':"),
                        fragment("'index':0,'id':'null'", "", "1"),
                        fragment("'index':0,'id':''", "", "}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(new StreamedToolCallsTest().calls(fragment("'index':0,'id':'null'", "f", "{}")))
                .containsExactly(call("call_0", "f", "{}"));
    }

    @Test
    void aNameThatComesLateIsTheCallsName() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "", "{'x':"),
                        fragment("'index':0", "", "1}"),
                        fragment("'index':0", "f", "")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(events).hasOnlyElementsOfTypes(ChatEvent.ToolCallStarted.class, ChatEvent.ToolArgumentsDelta.class);
    }

    @Test
    void anIdThatComesAfterTheNameIsOnlyLate() {
        assertThat(calls(fragment("'index':0,'id':''", "f", "{'x':"), fragment("'index':0,'id':'a'", "", "1}")))
                .extracting(ToolCall::name, ToolCall::arguments)
                .containsExactly(tuple("f", "{\"x\":1}"));
    }

    @Test
    void aNewIdInEachChunkSaysNothing() {
        assertThat(calls(
                        fragment("'index':0,'id':'a1'", "f", "{'x':"),
                        fragment("'index':0,'id':'a2'", "", "1"),
                        fragment("'index':0,'id':'a3'", "f", "}")))
                .containsExactly(call("a1", "f", "{\"x\":1}"));
    }

    @Test
    void oneIndexForAllCallsIsNoReasonToJoinThem() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", "{'x':1}"),
                        fragment("'index':0,'id':'b'", "f", "{'x':2}"),
                        fragment("'index':0,'id':'c'", "g", ""),
                        fragment("'index':0,'id':'c'", "", "{'y':3}")))
                .containsExactly(call("a", "f", "{\"x\":1}"), call("b", "f", "{\"x\":2}"), call("c", "g", "{\"y\":3}"));
    }

    @Test
    void aLastFragmentUnderAWrongIndexBelongsToTheLatestCall() {
        assertThat(calls(fragment("'index':0,'id':'a'", "f", "{'x':"), fragment("'index':1", "", "1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(new StreamedToolCallsTest()
                        .calls(fragment("'index':1,'id':'a'", "f", "{'x':"), fragment("'index':0,'id':'a'", "", "1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
    }

    @Test
    void withoutIndexAnIdOrANameBeginsACallAndTheRestFollowsIt() {
        assertThat(calls(
                        fragment("'id':'a'", "f", "{'x':"),
                        fragment("", "", "1}"),
                        fragment("'id':'b'", "g", "{'y':"),
                        fragment("'id':'b'", "", "2}")))
                .containsExactly(call("a", "f", "{\"x\":1}"), call("b", "g", "{\"y\":2}"));
    }

    @Test
    void withoutIndexAndIdEachNameInAChunkIsACall() {
        assertThat(calls(fragment("", "f", "{'x':1}") + "," + fragment("", "f", "{'x':2}")))
                .containsExactly(call("call_0", "f", "{\"x\":1}"), call("call_1", "f", "{\"x\":2}"));
    }

    @Test
    void aNameAndIdRepeatedInEachChunkBeginNoOtherCall() {
        assertThat(calls(
                        fragment("'id':'a'", "f", "{'x':"),
                        fragment("'id':'a'", "f", "1"),
                        fragment("'id':'a'", "f", "}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
    }

    @Test
    void argumentsMayBeAnObject() {
        assertThat(calls("{'index':0,'id':'a','function':{'name':'f','arguments':{'x':1}}}"))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(new StreamedToolCallsTest().calls("{'index':0,'id':'a','function':{'name':'f','arguments':null}}"))
                .containsExactly(call("a", "f", ""));
    }

    @Test
    void cumulativeArgumentsAreToldOnce() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", "{'x':"),
                        fragment("'index':0", "", "{'x':1"),
                        fragment("'index':0", "", "{'x':1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
    }

    @Test
    void argumentsSentOnceMoreAtTheEndAreToldOnce() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", "{'x':"),
                        fragment("'index':0", "", "1}"),
                        fragment("'index':0", "", "{'x':1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(
                        new StreamedToolCallsTest() // other blanks
                                .calls(
                                        fragment("'index':0,'id':'a'", "f", "{'x':1}"),
                                        fragment("'index':0", "", "{ 'x' : 1 }")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(
                        new StreamedToolCallsTest() // the flush of a parser after its first brace
                                .calls(fragment("'index':0,'id':'a'", "f", "{"), fragment("'index':0", "", "{'x':1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
    }

    @Test
    void argumentsAfterAnEmptyObjectReplaceIt() {
        assertThat(calls(fragment("'index':0,'id':'a'", "f", "{}"), fragment("'index':0", "", "{'x':1}")))
                .containsExactly(call("a", "f", "{\"x\":1}"));
        assertThat(new StreamedToolCallsTest().calls(fragment("'index':0,'id':'a'", "f", "{}")))
                .containsExactly(call("a", "f", "{}"));
    }

    @Test
    void aPieceThatHappensToRepeatTheBeginningIsKept() {
        assertThat(calls(fragment("'index':0,'id':'a'", "f", "["), fragment("'index':0", "", "[1],[2]]")))
                .containsExactly(call("a", "f", "[[1],[2]]"));
    }

    @Test
    void callsWithOneIdGetIdsOfTheirOwn() {
        assertThat(calls(
                        fragment("'index':0,'id':'a'", "f", "{'x':1}"), fragment("'index':1,'id':'a'", "g", "{'x':2}")))
                .containsExactly(call("a", "f", "{\"x\":1}"), call("a_2", "g", "{\"x\":2}"));
    }

    @Test
    void argumentsAreToldAsTheyCome() {
        calls(
                fragment("'index':0,'id':'a'", "f", ""),
                fragment("'index':0", "", "{'x':"),
                fragment("'index':0", "", "1}"));
        assertThat(events)
                .containsExactly(
                        new ChatEvent.ToolCallStarted(0, "a", "f"),
                        new ChatEvent.ToolArgumentsDelta(0, "{\"x\":"),
                        new ChatEvent.ToolArgumentsDelta(0, "1}"));
    }
}
