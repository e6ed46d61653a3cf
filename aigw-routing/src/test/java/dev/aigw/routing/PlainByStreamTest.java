package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.catalog.DeploymentBuilder;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PlainByStreamTest extends RouterHarness {

    private static final ChatRequest REQUEST = ChatRequest.of("m", "hello");

    private FakeProvider fake = fake().chunks("Hello", " you").build();

    PlainByStreamTest() {
        super(5);
    }

    private ModelRouter.Builder router(Consumer<DeploymentBuilder> deployment) {
        return builder(fake).model("m", model -> model.deployment("fake/a", deployment));
    }

    private boolean streamed() {
        return fake.attempts().get(0).operation().equals(ChatRequest.CHAT_STREAM);
    }

    @Test
    void theAnswerIsThatOfThePlainCall() {
        ChatResponse plain;
        try (ModelRouter router = router(deployment -> {}).build()) {
            plain = router.chat(REQUEST);
            assertThat(streamed()).isFalse();
        }
        fake = fake().chunks("Hello", " you").build();
        try (ModelRouter router =
                router(deployment -> deployment.plainByStream(true)).build()) {
            ChatResponse response = router.chat(REQUEST);
            assertThat(streamed()).isTrue();
            assertThat(response.message()).isEqualTo(plain.message());
            assertThat(response.usage()).isEqualTo(plain.usage());
            assertThat(response.finishReason()).isEqualTo(plain.finishReason());
            settled(router, fake);
        }
    }

    @Test
    void aCardThatSaysSoTurnsItOnAndTheDeploymentOff() {
        ModelCards cards = ModelCards.none()
                .with(
                        "fake/a",
                        ModelCard.builder().lacks(Capability.PLAIN_CANCELLATION).build());
        try (ModelRouter router = router(deployment -> {}).cards(cards).build()) {
            router.chat(REQUEST);
            assertThat(streamed()).isTrue();
        }
        fake = fake().chunks("Hello").build();
        try (ModelRouter router = router(deployment -> deployment.plainByStream(false))
                .cards(cards)
                .build()) {
            router.chat(REQUEST);
            assertThat(streamed()).isFalse();
        }
    }

    @Test
    void theTimeoutBetweenEventsApplies() {
        fake = fake().streamThenStall(new ChatEvent.TextDelta(0, "Hel")).build();
        try (ModelRouter router = router(deployment -> deployment.plainByStream(true))
                .retry(RetryPolicy.none())
                .timeouts(Timeouts.builder().idle(Duration.ofSeconds(2)).build())
                .build()) {
            GatewayException failure = failure(() -> router.chat(REQUEST));
            assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.STREAM_INTERRUPTED);
            assertThat(failure).hasMessageContaining("2 s");
            settled(router, fake);
        }
    }

    @Test
    void cancellationClosesTheStream() {
        fake = fake().streamThenStall(new ChatEvent.TextDelta(0, "Hel")).build();
        Cancellation cancellation = new Cancellation();
        try (ModelRouter router =
                router(deployment -> deployment.plainByStream(true)).build()) {
            environment.schedule(Duration.ofSeconds(1).toNanos(), () -> cancellation.cancel());
            GatewayException failure = failure(() -> router.chat(
                    REQUEST, CallOptions.builder().cancellation(cancellation).build()));
            assertThat(failure.kind()).isEqualTo(ErrorKind.CANCELLED);
            settled(router, fake);
        }
    }
}
