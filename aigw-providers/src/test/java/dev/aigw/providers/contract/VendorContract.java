package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.ErrorFixture;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.Wire;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What this module's adapters do beyond the contract: any request that they take arrives completely and matches the
 * vendor's published description, what they do not take is reported, and any answer arrives completely however it is
 * streamed.
 */
public abstract class VendorContract extends ProviderContractTest {

    private static final int TRIES = 100;

    private @Nullable Vendor known;

    /** For subclasses. */
    protected VendorContract() {}

    /** Returns the vendor. */
    protected abstract Vendor vendor();

    private Vendor known() {
        Vendor made = known;
        if (made == null) {
            made = vendor();
            known = made;
        }
        return made;
    }

    @Override
    protected RequestReader requestReader() {
        return known();
    }

    @Override
    protected String upstreamModel() {
        return known().model();
    }

    @Override
    protected String streamContentType() {
        return known().streamType();
    }

    private SentJson sent(ChatRequest request, boolean drop, RecordingAttempt attempt) {
        Wire wire = new Wire().answer("application/json", known().reply().getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = known().adapter(wire.client(), drop)) {
            return new SentJson(wire.sent(() -> adapter.call(ChatRequest.CHAT, request, attempt))
                    .json());
        }
    }

    private void assertReadsBack(ChatRequest request, SentJson body) {
        assertThat(ChatFacts.of(known().read(body, known()::answer), known().blur()))
                .as("%s", body)
                .isEqualTo(ChatFacts.of(request, known().blur()));
    }

    private ChatRequest request(Set<ChatFeature> but, long seed) {
        return new RandomChats(RandomChats.allBut(but), known(), new Random(seed)).request();
    }

    // ---------------------------------------------------------------------------------------------------- requests

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whatAVendorTakesReachesItWhole(@ForAll long seed) {
        Set<ChatFeature> lost = EnumSet.copyOf(known().reported());
        lost.addAll(known().unreported());
        ChatRequest request = request(lost, seed);
        RecordingAttempt attempt = new RecordingAttempt(known().model());
        SentJson body = sent(request, false, attempt);
        assertThat(attempt.warnings).isEmpty();
        assertReadsBack(request, body);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whatDoesNotReachAVendorIsReported(@ForAll long seed) {
        ChatRequest request = request(known().unreported(), seed);
        RecordingAttempt attempt = new RecordingAttempt(known().model());
        SentJson body = sent(request, true, attempt);
        if (attempt.warnings.isEmpty()) {
            assertReadsBack(request, body);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws IOException {
        try (MockWebServer here = new MockWebServer();
                MockWebServer there = new MockWebServer();
                ProviderAdapter adapter = known().adapter(new OkHttpClient(), false)) {
            here.start();
            there.start();
            AttemptContext attempt = AttemptContext.builder(known().model())
                    .baseUrl(here.url("/base").toString())
                    .credential(Credential.of("a-key-of-the-first-server"))
                    .build();
            ChatRequest request = ChatRequest.of(known().model(), "hello");
            for (boolean streamed : new boolean[] {false, true}) {
                here.enqueue(new MockResponse.Builder()
                        .code(status)
                        .setHeader("Location", there.url("/latest/meta-data"))
                        .build());
                GatewayException e = catchThrowableOfType(GatewayException.class, () -> {
                    if (streamed) {
                        adapter.call(ChatRequest.CHAT_STREAM, request, attempt).close();
                    } else {
                        adapter.call(ChatRequest.CHAT, request, attempt);
                    }
                });
                assertThat(e).returns(status, GatewayException::status);
            }
            assertThat(here.getRequestCount()).isEqualTo(2);
            assertThat(there.getRequestCount()).isZero();
        }
    }

    @Test
    void extraFieldsMayNotDecideWhatIsPaid() {
        ChatRequest request = ChatRequest.builder("m")
                .user("what is asked")
                .maxOutputTokens(1234)
                .build();
        JsonNode body =
                sent(request, false, new RecordingAttempt(known().model())).node();
        Map<String, Object> limit = fieldsTo(body, value -> value.isInt() && value.intValue() == 1234);
        assertThat(limit).as("%s", body).hasSize(1);
        assertRefused(limit);
        Map<String, Object> model =
                fieldsTo(body, value -> value.isTextual() && value.textValue().equals(known().model()));
        if (!model.isEmpty()) { // else it is in the path
            assertRefused(model);
        }
        String conversation = fieldsTo(body, value -> value.toString().contains("what is asked"))
                .keySet()
                .iterator()
                .next();
        assertRefused(Map.of(conversation, List.of()));
        for (String name : new String[] {
            "model", "messages", "stream", "n", "max_tokens", "max_completion_tokens", "maxOutputTokens", "service_tier"
        }) {
            assertRefused(Map.of(name, 1));
        }
    }

    @Test
    void anExtraFieldReachesTheVendorThatItNames() {
        String own;
        String vendor;
        try (ProviderAdapter adapter = known().adapter(new Wire().client(), false)) {
            own = adapter.name();
            vendor = adapter.vendor();
        }
        ChatRequest request = ChatRequest.builder("m")
                .user("x")
                .extra("field_of_any", "plain")
                .extra(own, "field_of_adapter", "named")
                .extra(vendor, "field_of_vendor", "theirs")
                .extra("elsewhere", "field_of_others", "foreign")
                .extraEverywhere("field_of_all", "all")
                .build();
        JsonNode body =
                sent(request, false, new RecordingAttempt(known().model())).node();
        assertThat(body.path("field_of_any").textValue()).isEqualTo("plain");
        assertThat(body.path("field_of_adapter").textValue()).isEqualTo("named");
        assertThat(body.path("field_of_vendor").textValue()).isEqualTo("theirs");
        assertThat(body.path("field_of_all").textValue()).isEqualTo("all");
        assertThat(body.toString()).doesNotContain("foreign", "/");
    }

    /** Returns the first field that is wanted, within those that hold it. */
    private static Map<String, Object> fieldsTo(JsonNode body, Predicate<JsonNode> wanted) {
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (wanted.test(field.getValue())) {
                return Map.of(field.getKey(), 99);
            }
            Map<String, Object> nested = fieldsTo(field.getValue(), wanted);
            if (!nested.isEmpty()) {
                return Map.of(field.getKey(), nested);
            }
        }
        return Map.of();
    }

    private void assertRefused(Map<String, Object> extra) {
        ChatRequest.Builder request = ChatRequest.builder("m").user("x");
        extra.forEach(request::extra);
        Throwable thrown = catchThrowable(() -> sent(request.build(), true, new RecordingAttempt(known().model())));
        assertThat(thrown)
                .as("%s", extra)
                .hasMessageContaining("is reserved")
                .hasMessageContaining("leave it out of extra and");
        assertThat(((GatewayException) thrown).kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void anyRequestIsAsDescribed(@ForAll long seed) {
        SentJson body = sent(request(Set.of(), seed), true, new RecordingAttempt(known().model()));
        assertThat(known().described().problems(body.node())).as("%s", body).isEmpty();
    }

    @Property(tries = TRIES / 3, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aFieldMoreOrLessOrOfAnotherTypeIsNoticed(@ForAll long seed) {
        Random random = new Random(seed);
        ObjectNode body = (ObjectNode) sent(request(Set.of(), seed), true, new RecordingAttempt(known().model()))
                .node();
        String talk = Stream.of("messages", "contents", "input")
                .filter(body::has)
                .findFirst()
                .orElseThrow();
        JsonNode said = body.get(talk);
        ObjectNode message = (ObjectNode) said.get(random.nextInt(said.size()));
        List<String> fields = new ArrayList<>();
        message.fieldNames().forEachRemaining(fields::add);
        String field = fields.get(random.nextInt(fields.size()));
        JsonNode value = message.get(field);

        message.put("field_of_nobody", 1);
        assertThat(known().described().problems(body)).as("one more: %s", body).isNotEmpty();
        message.remove("field_of_nobody");
        message.put(field, 1);
        assertThat(known().described().problems(body))
                .as("%s is a number: %s", field, body)
                .isNotEmpty();
        message.set(field, value);
        assertThat(known().described().problems(body)).isEmpty();
        body.set("x_" + talk, body.remove(talk));
        assertThat(known().described().problems(body))
                .as("no %s: %s", talk, body)
                .isNotEmpty();
    }

    @Test
    void aStreamIsAskedForAsDescribed() {
        Wire wire = new Wire().answer(known().streamType(), new byte[0]);
        try (ProviderAdapter adapter = known().adapter(wire.client(), false)) {
            JsonNode body = wire.sent(() -> adapter.call(
                            ChatRequest.CHAT_STREAM,
                            ChatRequest.of("any", "hello"),
                            new RecordingAttempt(known().model())))
                    .json();
            assertThat(known().describedStream().problems(body)).as("%s", body).isEmpty();
        }
    }

    private SentJson described(ChatRequest.Builder request, RecordingAttempt attempt) {
        SentJson body = sent(request.build(), true, attempt);
        assertThat(known().described().problems(body.node())).as("%s", body).isEmpty();
        return body;
    }

    private RecordingAttempt attempt() {
        return new RecordingAttempt(known().model());
    }

    private static ToolSpec tool(String name) {
        return ToolSpec.function(name, "does it", Map.of());
    }

    private List<ContentPart> readParts(SentJson body) {
        return known().read(body, known()::answer).messages().stream()
                .flatMap(message -> message.parts().stream())
                .toList();
    }

    private static ToolCall call(String id, String arguments) {
        return new ToolCall(id, "f", arguments);
    }

    @Test
    void aPlainCallIsNotStreamedWhereStreamsAreAskedForInTheBody() {
        JsonNode body =
                described(ChatRequest.builder("any").user("x"), attempt()).node();
        Wire wire = new Wire().answer(known().streamType(), new byte[0]);
        try (ProviderAdapter adapter = known().adapter(wire.client(), false)) {
            JsonNode streamed = wire.sent(
                            () -> adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), attempt()))
                    .json();
            assertThat(body.has("stream")).as("%s", body).isEqualTo(streamed.has("stream"));
            assertThat(body.path("stream").booleanValue()).isFalse();
        }
    }

    @Test
    void aToolWithoutParametersTakesAnEmptyObject() {
        for (Map<String, ?> none : List.<Map<String, ?>>of(Map.of(), Map.of("type", "object"))) {
            SentJson body = described(
                    ChatRequest.builder("any").user("x").tool(ToolSpec.function("f", "does it", none)), attempt());
            Map<String, ?> schema =
                    known().read(body, known()::answer).tools().get(0).parameters();
            assertThat(schema.isEmpty() || "object".equals(schema.get("type")))
                    .as("%s", body)
                    .isTrue();
            boolean gemini = body.node().has("contents"); // takes a schema without properties, and none at all
            assertThat(schema.containsKey("properties")).isEqualTo(!gemini);
        }
    }

    @Test
    void emptyArgumentsAreAnEmptyObject() {
        for (String none : List.of("", " \n", "null", " null ")) {
            ToolCall call = call("call10000", none);
            RecordingAttempt attempt = attempt();
            SentJson body = described(
                    ChatRequest.builder("any")
                            .user("x")
                            .tool(tool("f"))
                            .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                            .message(Message.toolResult(call, "seen")),
                    attempt);
            assertThat(readParts(body))
                    .as("%s", body)
                    .filteredOn(ToolCall.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ToolCall.class, read -> assertThat(read.arguments()).isEqualTo("{}"));
            assertThat(attempt.warnings).isEmpty();
        }
    }

    @Test
    void argumentsThatAreNoObjectDoNotBreakTheRequest() {
        for (String broken : List.of("{\"city\":", "[1]", "7", "\"x\"", "{} {", "not json")) {
            ToolCall call = call("call10000", broken);
            RecordingAttempt attempt = attempt();
            SentJson body = described(
                    ChatRequest.builder("any")
                            .user("x")
                            .tool(tool("f"))
                            .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                            .message(Message.toolResult(call, "seen")),
                    attempt);
            ToolCall read = (ToolCall) readParts(body).stream()
                    .filter(ToolCall.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            assertThat(Json.parseOrNull(read.arguments()))
                    .as("%s", body)
                    .isEqualTo(Json.parseOrNull(Json.text(Map.of("arguments", broken))));
            assertThat(attempt.warnings).singleElement().asString().contains("not a JSON object");
        }
    }

    @Test
    void resultsOfToolsComeBeforeWhatTheUserSays() {
        List<ToolCall> calls = List.of(call("call10000", "{}"), call("call10001", "{}"));
        SentJson body = described(
                ChatRequest.builder("any")
                        .user("x")
                        .tool(tool("f"))
                        .message(Message.of(Message.Role.ASSISTANT, List.copyOf(calls)))
                        .message(Message.user(
                                "wait",
                                new ContentPart.ToolResult("call10000", List.of(new ContentPart.Text("first")), false)))
                        .message(Message.toolResult(calls.get(1), "second")),
                attempt());
        String sent = body.toString();
        assertThat(sent.indexOf("second")).as(sent).isBetween(sent.indexOf("first"), sent.indexOf("wait"));
    }

    @Test
    void aFailedResultCanBeReadAsSuch() {
        ToolCall call = call("call10000", "{}");
        for (String said : List.of("out of order", "")) {
            SentJson body = described(
                    ChatRequest.builder("any")
                            .user("x")
                            .tool(tool("f"))
                            .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                            .message(Message.of(
                                    Message.Role.TOOL,
                                    List.of(new ContentPart.ToolResult(
                                            call.id(), List.of(new ContentPart.Text(said)), true)))),
                    attempt());
            assertThat(body.toString()).containsIgnoringCase("error").contains(said);
        }
    }

    @Test
    void aConversationMayBeginAndEndWithAnySideAndRepeatIt() {
        Message user = Message.user("asked");
        Message assistant = Message.assistant("answered");
        for (List<Message> messages : List.of(
                List.of(assistant, user),
                List.of(Message.system("be brief, as asked")),
                List.of(assistant, assistant, user, user),
                List.of(user, Message.user(" "), assistant, Message.user("\n"), assistant, user),
                List.of(Message.system("be brief"), assistant, Message.system("be kind"), user),
                List.of(user, Message.assistant("so far \n")))) {
            String body = described(ChatRequest.builder("any").messages(messages), attempt())
                    .toString();
            assertThat(body).contains(messages.contains(Message.assistant("so far \n")) ? "so far" : "asked");
        }
    }

    @Test
    void reasoningGoesBackOrIsReported() {
        String own;
        try (ProviderAdapter adapter = known().adapter(new Wire().client(), false)) {
            own = adapter.name();
        }
        for (String origin : new String[] {own, "elsewhere", null}) {
            RecordingAttempt attempt = attempt();
            String body = described(
                            ChatRequest.builder("any")
                                    .user("x")
                                    .message(Message.of(
                                            Message.Role.ASSISTANT,
                                            List.of(
                                                    new ContentPart.Reasoning(
                                                            "thought of it", null, null, null, origin),
                                                    new ContentPart.Text("y"))))
                                    .user("z"),
                            attempt)
                    .toString();
            assertThat(body.contains("thought of it")).as("%s %s", origin, body).isEqualTo(attempt.warnings.isEmpty());
        }
    }

    @Test
    void ofManyCacheMarksTheLastFourAreSent() {
        ChatRequest.Builder request = ChatRequest.builder("any");
        for (int i = 0; i < 7; i++) {
            ContentPart hint = i == 5 ? ContentPart.CacheHint.LONG : ContentPart.CacheHint.SHORT;
            request.message(Message.user("text " + i, hint, ContentPart.CacheHint.SHORT));
        }
        RecordingAttempt attempt = attempt();
        String body = described(request, attempt).toString();
        int marks = body.split("\"(cache_control|cachePoint)\"", -1).length - 1;
        assertThat(marks).isIn(0, 4);
        if (marks > 0) {
            assertThat(body.indexOf("\"cache")).isGreaterThan(body.indexOf("text 3"));
            assertThat(attempt.warnings)
                    .anySatisfy(warning -> assertThat(warning).contains("only the last ones"));
        }
    }

    // ----------------------------------------------------------------------------------------------------- answers

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aStreamedAnswerArrivesWhole(@ForAll long seed) {
        Random random = new Random(seed);
        Set<ChatFeature> features = EnumSet.of(ChatFeature.TOOL_LOOP);
        features.addAll(known().streamed());
        Message answer = new RandomChats(features, known(), random).answer();
        List<Map.Entry<String, String>> events = known().stream(random, answer, known().usualReason());
        assertThat(facts(streamed(events).message())).as("%s", events).isEqualTo(facts(answer));
    }

    private static JsonNode facts(Message answer) {
        return ChatFacts.of(ChatRequest.builder("any").message(answer).build(), RequestReader.Blur.NONE);
    }

    private ChatResponse streamed(List<Map.Entry<String, String>> events) {
        Buffer body = new Buffer();
        events.forEach(event -> known().frame(event.getKey(), event.getValue(), body));
        Wire wire = new Wire().answer(known().streamType(), body.readByteArray());
        try (ProviderAdapter adapter = known().adapter(wire.client(), false);
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(known().model()))) {
            for (ChatEvent event : stream) {
                assertThat(event).isNotInstanceOfAny(ChatEvent.Warning.class, ChatEvent.Raw.class);
            }
            return stream.response();
        }
    }

    /** What {@code plainByStream} relies on: a stream's whole answer is that of a plain call. */
    @Test
    void anAnswerIsTheSamePlainAndByStream() {
        Message ok = Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text("ok")));
        Wire wire = new Wire().answer("application/json", known().reply().getBytes(StandardCharsets.UTF_8));
        ChatResponse plain;
        try (ProviderAdapter adapter = known().adapter(wire.client(), false)) {
            plain = adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), attempt());
        }
        ChatResponse streamed = streamed(known().stream(new Random(1), ok, known().usualReason()));
        assertThat(streamed.message()).isEqualTo(plain.message());
        assertThat(streamed.finishReason()).isEqualTo(plain.finishReason());
    }

    @TestFactory
    Stream<DynamicTest> aFinishReasonMeansTheSameWholeAndStreamed() {
        return known().finishReasons().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    FinishReason expected = FinishReason.of(row.getValue(), row.getKey());
                    Message ok = Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text("ok")));
                    if (row.getValue() == FinishReason.Kind.MALFORMED) {
                        assertBroken(row.getKey(), ok);
                        return;
                    }
                    Wire wire = new Wire()
                            .answer(
                                    "application/json",
                                    known().reply(row.getKey()).getBytes(StandardCharsets.UTF_8));
                    try (ProviderAdapter adapter = known().adapter(wire.client(), false)) {
                        ChatResponse whole = adapter.call(
                                ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(known().model()));
                        assertThat(whole.finishReason()).isEqualTo(expected);
                        assertThat(whole.text()).isEqualTo("ok");
                    }
                    ChatResponse streamed = streamed(known().stream(new Random(1), ok, row.getKey()));
                    assertThat(streamed.finishReason()).isEqualTo(expected);
                    assertThat(streamed.text()).isEqualTo("ok");
                }));
    }

    /** An answer that the vendor could not finish is a failure of the attempt, which has what came as its partial. */
    private void assertBroken(String reason, Message ok) {
        Wire wire = new Wire().answer("application/json", known().reply(reason).getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = known().adapter(wire.client(), false)) {
            Throwable whole = catchThrowable(() ->
                    adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(known().model())));
            assertThat(whole).hasMessageContaining("stopped it with the reason \"" + reason + "\"");
            assertThat(((GatewayException) whole).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(((GatewayException) whole).partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("ok"));
        }
        Throwable streamed = catchThrowable(() -> streamed(known().stream(new Random(1), ok, reason)));
        assertThat(streamed).hasMessageContaining("stopped it with the reason \"" + reason + "\"");
        assertThat(((GatewayException) streamed).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
    }

    @TestFactory
    Stream<DynamicTest> anErrorIsWhatItsFileSays() {
        return ErrorFixture.tests(known().errors(), this::adapter);
    }

    @TestFactory
    Stream<DynamicTest> aProxysErrorIsReadWithItsStatusInASuccessAndInAStream() {
        return ErrorFixture.ofProxies().stream()
                .map(error -> DynamicTest.dynamicTest(error.name(), () -> {
                    error.check(this::adapter);
                    String line = error.body().replace("\n", "");
                    byte[] body = line.getBytes(StandardCharsets.UTF_8);
                    assertIs(error, "application/json", body, false);
                    assertIs(error, "application/json", body, true);
                    Buffer event = new Buffer();
                    known().frame("message", line, event);
                    assertIs(error, known().streamType(), event.readByteArray(), true);
                }));
    }

    private void assertIs(ErrorFixture error, String type, byte[] reply, boolean streamed) {
        try (ProviderAdapter adapter =
                known().adapter(new Wire().answer(type, reply).client(), false)) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> ask(adapter, streamed));
            assertThat(e).as("%s, streamed: %s", type, streamed).isNotNull();
            assertThat(e.kind()).as("%s, streamed: %s, %s", type, streamed, e).isEqualTo(error.kind());
            if (error.code() != null) {
                assertThat(e.vendorCode()).isEqualTo(error.code());
            }
        }
    }

    private void ask(ProviderAdapter adapter, boolean streamed) {
        ChatRequest request = ChatRequest.of("any", "x");
        RecordingAttempt attempt = new RecordingAttempt(known().model());
        if (!streamed) {
            adapter.call(ChatRequest.CHAT, request, attempt);
            return;
        }
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, request, attempt)) {
            stream.response();
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void unparsedEventsSayTheSameAsParsedOnes(@ForAll long seed) {
        Vendor.Events events = known().unparsed();
        if (events != null) {
            new UnparsedEvents(known(), events).check(new Random(seed));
        }
    }
}
