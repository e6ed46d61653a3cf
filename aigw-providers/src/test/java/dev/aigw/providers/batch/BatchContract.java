package dev.aigw.providers.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.batch.FakeVendor.Outcome;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the batches of every vendor do, against a server that keeps to the vendor's published shapes. */
abstract class BatchContract<V extends FakeVendor> {

    final MockWebServer server = new MockWebServer();
    final V vendor;
    private @Nullable ProviderAdapter open;

    BatchContract(V vendor) {
        this.vendor = vendor;
    }

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(vendor);
        server.start();
    }

    @AfterEach
    void stop() {
        adapter().close();
        server.close();
    }

    ProviderAdapter adapter() {
        ProviderAdapter known = open;
        if (known == null) {
            known = vendor.adapter(server.url("/").toString());
            open = known;
        }
        return known;
    }

    BatchSupport batches() {
        return Objects.requireNonNull(adapter().batches());
    }

    static AttemptContext attempt() {
        return AttemptContext.builder("up")
                .timeouts(Timeouts.builder()
                        .attempt(Duration.ofSeconds(30))
                        .idle(Duration.ofSeconds(30))
                        .build())
                .build();
    }

    static BatchRequest chats(String... ids) {
        BatchRequest.Builder batch = BatchRequest.builder("m");
        for (String id : ids) {
            batch.chat(
                    id,
                    ChatRequest.builder("m")
                            .system("Be brief")
                            .user("question " + id)
                            .maxOutputTokens(50)
                            .build());
        }
        return batch.build();
    }

    BatchPart submit(String... ids) {
        return batches().submit(chats(ids), attempt()).parts().get(0);
    }

    Map<String, BatchResult> results(BatchPart part) {
        Map<String, BatchResult> read = new HashMap<>();
        try (BatchSupport.Source source = batches().results(part, attempt())) {
            for (BatchResult result = source.next(); result != null; result = source.next()) {
                read.put(result.id(), result);
            }
        }
        return read;
    }

    static GatewayException failure(ThrowingCallable call) {
        return catchThrowableOfType(GatewayException.class, call);
    }

    boolean saw(String beginning) {
        return vendor.seen.stream().anyMatch(line -> line.startsWith(beginning));
    }

    @Test
    void anItemIsSentAsThePlainCallWouldBe() throws Exception {
        ChatRequest chat = ChatRequest.builder("m")
                .system("Be brief")
                .user("Say \"hi\" \n in 漢字")
                .tool(new ToolSpec("weather", "reports it", Map.of("type", "object"), false, null))
                .temperature(0.5)
                .maxOutputTokens(50)
                .build();
        adapter().call(ChatRequest.CHAT, chat, attempt());
        RecordedRequest plain = server.takeRequest();
        JsonNode body = Json.parseOrNull(Objects.requireNonNull(plain.getBody()).utf8());

        batches().submit(BatchRequest.builder("m").chat("a", chat).build(), attempt());

        assertThat(vendor.batches.values())
                .singleElement()
                .satisfies(batch -> assertThat(batch.items).singleElement().satisfies(item -> {
                    assertThat(item.id()).isEqualTo("a");
                    assertThat(item.body()).isEqualTo(body);
                }));
    }

    @Test
    void aBatchGoesThroughItsStatesToItsResults() {
        BatchPart part = submit("a", "b", "c", "d");
        assertThat(part.items()).containsExactly("a", "b", "c", "d");

        for (State state : List.of(State.QUEUED, State.RUNNING, State.FINALIZING)) {
            vendor.state(state);
            BatchStatus status = batches().status(part, attempt());
            assertThat(status.hasEnded()).as(state + " is " + status).isFalse();
            assertThat(status.total()).isEqualTo(4);
        }
        vendor.state(State.COMPLETED);
        BatchStatus status = batches().status(part, attempt());
        assertThat(status.state()).isEqualTo(State.COMPLETED);
        assertThat(status.succeeded()).isEqualTo(4);

        Map<String, BatchResult> results = results(part);
        assertThat(results).hasSize(4);
        results.forEach((id, result) -> {
            assertThat(result.chat().text()).isEqualTo("re " + id);
            assertThat(result.chat().usage().inputTokens()).isEqualTo(9);
            assertThat(result.chat().usage().outputTokens()).isEqualTo(3);
        });
    }

    @Test
    void anItemsErrorIsOfTheKindThatAPlainCallFailsWith() {
        BatchPart part = submit("ok", "bad", "busy", "late", "stopped");
        vendor.outcomes.put("bad", Outcome.REFUSED);
        vendor.outcomes.put("busy", Outcome.RATE_LIMITED);
        vendor.outcomes.put("late", Outcome.EXPIRED);
        vendor.outcomes.put("stopped", Outcome.CANCELLED);
        vendor.state(State.COMPLETED);

        Map<String, BatchResult> results = results(part);

        assertThat(results.get("ok").succeeded()).isTrue();
        assertThat(kind(results, "bad")).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(kind(results, "busy")).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(kind(results, "late")).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(kind(results, "stopped")).isEqualTo(ErrorKind.CANCELLED);
        assertThat(Objects.requireNonNull(results.get("bad").failure()).provider())
                .isEqualTo(adapter().name());
    }

    private static ErrorKind kind(Map<String, BatchResult> results, String id) {
        return Objects.requireNonNull(results.get(id).failure()).kind();
    }

    @Test
    void allItemsMayFail() {
        BatchPart part = submit("a", "b");
        vendor.outcomes.put("a", Outcome.REFUSED);
        vendor.outcomes.put("b", Outcome.REFUSED);
        vendor.state(State.COMPLETED);

        assertThat(batches().status(part, attempt()).failed()).isEqualTo(2);
        assertThat(results(part))
                .hasSize(2)
                .allSatisfy((id, result) -> assertThat(result.succeeded()).isFalse());
    }

    @Test
    void anItemThatCannotBeReadTakesNoOtherWithIt() {
        BatchPart part = submit("a", "b", "c");
        vendor.outcomes.put("b", Outcome.CUT);
        vendor.state(State.COMPLETED);

        Map<String, BatchResult> results = results(part);

        assertThat(results.get("a").succeeded()).isTrue();
        assertThat(results.get("c").succeeded()).isTrue();
        BatchResult cut = results.getOrDefault("b", results.get(""));
        assertThat(Objects.requireNonNull(cut.failure()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"CANCELLED", "EXPIRED"})
    void aBatchThatDidNotGetToItsEndHasTheResultsUntilThen(State end) {
        BatchPart part = submit("a", "b");
        vendor.outcomes.put("b", end == State.CANCELLED ? Outcome.CANCELLED : Outcome.EXPIRED);
        vendor.state(end);

        assertThat(batches().status(part, attempt()).state()).isEqualTo(end);
        assertThat(results(part).get("a").succeeded()).isTrue();
    }

    @Test
    void cancellingABatchThatHasEndedIsHarmless() {
        BatchPart part = submit("a");
        batches().cancel(part, attempt());
        assertThat(vendor.batches.get(part.id()).state).isIn(State.CANCELLING, State.CANCELLED);

        vendor.state(State.COMPLETED);
        batches().cancel(part, attempt());
    }

    @Test
    void aPollThatIsRateLimitedSaysSo() {
        BatchPart part = submit("a");
        vendor.answerWith(
                part.id(),
                vendor.error(429).newBuilder().addHeader("Retry-After", "17").build());

        GatewayException busy = failure(() -> batches().status(part, attempt()));

        assertThat(busy.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(17));
    }

    @Test
    void aRefusedSubmissionLeavesNothingBehind() {
        vendor.fail(vendor.creates(), 400);

        GatewayException refused = failure(() -> submit("a"));

        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(vendor.batches).isEmpty();
        if (vendor instanceof FakeOpenAi files) {
            assertThat(files.files).as("the uploaded file is deleted").isEmpty();
        }
    }

    @Test
    void aBatchWhoseCreationWasNotAnsweredIsFoundOrReportedAsUnconfirmed() {
        vendor.breakAfter(vendor.creates());
        RecordingAttempt attempt = new RecordingAttempt("up");

        if (vendor instanceof FakeAnthropic) {
            GatewayException unknown = failure(() -> batches().submit(chats("a"), attempt));
            assertThat(unknown.kind()).isEqualTo(ErrorKind.UNCONFIRMED);
            assertThat(unknown).hasMessageContaining("list of batches");
        } else {
            assertThat(batches().submit(chats("a"), attempt).parts().get(0).id())
                    .isEqualTo(vendor.batches.keySet().iterator().next());
            assertThat(attempt.warnings).anyMatch(warning -> warning.contains("did not answer but has created"));
        }
        assertThat(vendor.batches).hasSize(1);
    }

    @Test
    void whenTheListOfBatchesIsOutOfReachTooTheSubmissionIsUnconfirmed() {
        vendor.breakAfter(vendor.creates());
        vendor.fail("GET ", 500);

        GatewayException unknown = failure(() -> submit("a"));

        assertThat(unknown.kind()).isEqualTo(ErrorKind.UNCONFIRMED);
        if (vendor instanceof FakeOpenAi files) {
            assertThat(unknown).hasMessageContaining("file-1");
            assertThat(files.files).as("the batch may need it").hasSize(1);
        }
    }

    @Test
    void anIdempotencyKeyFindsTheBatchThatWasSubmittedWithIt() {
        AttemptContext keyed =
                AttemptContext.builder("up").idempotencyKey("job-7").build();
        BatchPart first = batches().submit(chats("a"), keyed).parts().get(0);
        BatchPart second = batches().submit(chats("a"), keyed).parts().get(0);

        if (vendor instanceof FakeAnthropic) {
            assertThat(second).isNotEqualTo(first); // it keeps no keys
        } else {
            assertThat(second).isEqualTo(first);
            assertThat(vendor.batches).hasSize(1);
        }
    }

    @Test
    void whatABatchMayNotHaveIsRefusedBeforeAnythingIsSent() {
        ChatRequest tier =
                ChatRequest.builder("m").user("hi").serviceTier("flex").build();
        GatewayException refused = failure(
                () -> batches().submit(BatchRequest.builder("m").chat("x", tier).build(), attempt()));
        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("item \"x\"").hasMessageContaining("leave serviceTier out");

        GatewayException id = failure(() -> submit("ok", "漢"));
        assertThat(id.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(id).hasMessageContaining("item \"漢\"").hasMessageContaining("use 1 to");

        GatewayException reserved = failure(() -> batches()
                .submit(
                        BatchRequest.builder("m")
                                .chat(
                                        "x",
                                        ChatRequest.builder("m")
                                                .user("hi")
                                                .extra("stream", true)
                                                .build())
                                .build(),
                        attempt()));
        assertThat(reserved).hasMessageContaining("item \"x\"").hasMessageContaining("reserved");
        assertThat(vendor.seen).isEmpty();
    }

    @Test
    void aBrokenConnectionInTheMiddleOfTheResultsFailsAndLosesNothingBefore() {
        BatchPart part = submit("a", "b", "c");
        vendor.state(State.COMPLETED);
        vendor.breakInside(resultsPath(part));

        try (BatchSupport.Source source = batches().results(part, attempt())) {
            GatewayException broken = failure(() -> {
                BatchResult result;
                do {
                    result = source.next();
                } while (result != null);
            });
            assertThat(broken).isNotNull();
            assertThat(broken.kind()).isIn(ErrorKind.CONNECTION, ErrorKind.MALFORMED_RESPONSE);
        }
        assertThat(results(part)).hasSize(3);
    }

    /** Returns a part of the request line that reads results. */
    abstract String resultsPath(BatchPart part);

    @Test
    void resultsThatAreGoneAreNotFound() {
        BatchPart part = submit("a");
        vendor.state(State.COMPLETED);
        vendor.fail(resultsPath(part), 404);

        assertThat(failure(() -> batches().results(part, attempt())).kind()).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void noSecretIsInAFailure() {
        vendor.answerWith(
                vendor.creates(),
                new MockResponse.Builder()
                        .code(400)
                        .addHeader("Content-Type", "application/json")
                        .body("{\"error\":{\"message\":\"bad key sk-secret\"}}")
                        .build());

        GatewayException refused = failure(() -> submit("a"));

        assertThat(refused.getMessage() + refused.body()).doesNotContain("sk-secret");
    }
}
