package dev.aigw.providers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.chat.ChatRequest;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;

class GeminiBatchTest extends BatchContract<FakeGemini> {

    GeminiBatchTest() {
        super(new FakeGemini());
    }

    @Override
    String resultsPath(BatchPart part) {
        return part.id();
    }

    @Test
    void repliesWithoutKeysAreThoseOfTheRequestsInTheirOrder() {
        BatchPart part = submit("a", "b", "c");
        vendor.keys = false;
        vendor.state(State.COMPLETED);

        Map<String, BatchResult> results = results(part);

        assertThat(results.get("a").chat().text()).isEqualTo("re a");
        assertThat(results.get("c").chat().text()).isEqualTo("re c");
    }

    @Test
    void aListOfRepliesWithoutAnObjectAroundItIsRead() {
        BatchPart part = submit("a");
        vendor.answerWith(
                part.id(),
                new MockResponse.Builder()
                        .body("{\"name\":\"x\",\"response\":{\"inlinedResponses\":[{\"response\":" + vendor.reply("hi")
                                + ",\"metadata\":{\"key\":\"a\"}}]}}")
                        .build());

        assertThat(results(part).get("a").chat().text()).isEqualTo("hi");
    }

    @Test
    void aBatchThatFailedAsAWholeSaysWhy() {
        BatchPart part = submit("a");
        vendor.state(State.FAILED);

        BatchStatus status = batches().status(part, attempt());

        assertThat(status.state()).isEqualTo(State.FAILED);
        GatewayException failure = status.failure();
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(results(part)).isEmpty();
    }

    @Test
    void moreThanOneRequestMayCarryIsDividedAndAnItemThatNeverFitsIsRefused() {
        String large = "x".repeat(11_000_000);
        BatchRequest two = BatchRequest.builder("m")
                .chat("a", ChatRequest.of("m", large))
                .chat("b", ChatRequest.of("m", large))
                .build();

        List<BatchPart> parts = batches().submit(two, attempt()).parts();

        assertThat(parts).hasSize(2);
        assertThat(parts.get(1).items()).containsExactly("b");

        GatewayException never = failure(() -> batches()
                .submit(
                        BatchRequest.builder("m")
                                .chat("c", ChatRequest.of("m", large + large))
                                .build(),
                        attempt()));
        assertThat(never.kind()).isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertThat(never).hasMessageContaining("item \"c\"").hasMessageContaining("shorten it");
    }

    @Test
    void whenTheSecondPartIsRefusedTheFirstIsCancelled() {
        String large = "x".repeat(11_000_000);
        BatchRequest two = BatchRequest.builder("m")
                .chat("a", ChatRequest.of("m", large))
                .chat("b", ChatRequest.of("m", large))
                .build();
        vendor.refuseAfter = 1;

        GatewayException refused = failure(() -> batches().submit(two, attempt()));

        assertThat(refused.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(vendor.batches.values())
                .singleElement()
                .satisfies(batch -> assertThat(batch.state).isEqualTo(State.CANCELLED));
    }
}
