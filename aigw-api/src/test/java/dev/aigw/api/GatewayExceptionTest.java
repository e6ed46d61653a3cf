package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayExceptionTest {

    private static final Route ROUTE = Route.builder()
            .callId("c1")
            .requestedModel("assistant")
            .model("assistant")
            .build();

    @Test
    void aCopyHasEverythingTheOriginalHad() {
        IOException cause = new IOException("reset");
        GatewayException earlier = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        GatewayException original = GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                .cause(cause)
                .provider("openai")
                .deployment("openai/gpt#2")
                .status(429)
                .vendorCode("slow_down")
                .requestId("req_1")
                .retryAfter(Duration.ofSeconds(3))
                .headers(Map.of("retry-after", List.of("3")))
                .body("{}")
                .partial(ChatResponse.of("so far"))
                .route(ROUTE)
                .suppressed(earlier)
                .build();

        GatewayException copy = original.toBuilder().build();

        assertThat(copy).isNotSameAs(original).hasMessage("slow down").hasCause(cause);
        assertThat(copy.getSuppressed()).containsExactly(earlier);
        assertThat(copy.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(copy.provider()).isEqualTo("openai");
        assertThat(copy.deployment()).isEqualTo("openai/gpt#2");
        assertThat(copy.status()).isEqualTo(429);
        assertThat(copy.vendorCode()).isEqualTo("slow_down");
        assertThat(copy.requestId()).isEqualTo("req_1");
        assertThat(copy.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(copy.headers()).isEqualTo(Map.of("retry-after", List.of("3")));
        assertThat(copy.body()).isEqualTo("{}");
        assertThat(copy.partial()).isEqualTo(ChatResponse.of("so far"));
        assertThat(copy.route()).isEqualTo(ROUTE);
    }

    @Test
    void aCopyMayDifferWithoutTouchingTheOriginal() {
        GatewayException original = GatewayException.of(ErrorKind.SERVER_ERROR, "oops");

        GatewayException copy = original.toBuilder()
                .kind(ErrorKind.STREAM_INTERRUPTED)
                .message("broke off")
                .build();

        assertThat(copy.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(copy).hasMessage("broke off");
        assertThat(original.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        assertThat(original).hasMessage("oops");
    }

    @Test
    void whatIsNotKnownIsAbsent() {
        GatewayException bare = GatewayException.of(ErrorKind.CANCELLED, "stopped");

        assertThat(bare.provider()).isNull();
        assertThat(bare.status()).isZero();
        assertThat(bare.retryAfter()).isNull();
        assertThat(bare.headers()).isEmpty();
        assertThat(bare.partial()).isNull();
        assertThat(bare.route()).isSameAs(Route.NONE);
    }
}
