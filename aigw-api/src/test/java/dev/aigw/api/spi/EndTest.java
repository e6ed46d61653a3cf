package dev.aigw.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class EndTest {

    private static final ChatResponse REPLY = ChatResponse.builder()
            .serviceTier("flex")
            .usage(TokenUsage.of(3, 4))
            .build();

    @Test
    void whatIsNotSetIsNothing() {
        End end = End.builder(Outcome.ABANDONED).build();

        assertThat(end.outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(end.reply()).isNull();
        assertThat(end.usage()).isEqualTo(TokenUsage.NONE);
        assertThat(end.failure()).isNull();
        assertThat(end.outputChars()).isZero();
        assertThat(end.latencyNanos()).isZero();
        assertThat(end.serviceTier()).isNull();
        assertThat(end.cost()).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void theTierIsTheRepliesUnlessItIsSet() {
        assertThat(End.builder(Outcome.SUCCESS).reply(REPLY).build().serviceTier())
                .isEqualTo("flex");
        assertThat(End.builder(Outcome.SUCCESS)
                        .reply(REPLY)
                        .serviceTier("default")
                        .build()
                        .serviceTier())
                .isEqualTo("default");
    }

    @Test
    void ofStreamsTheLatencyIsToTheFirstContent() {
        End plain = End.builder(Outcome.SUCCESS).durationNanos(9).build();
        assertThat(plain.latencyNanos()).isEqualTo(9);
        assertThat(plain.toBuilder().firstContentNanos(4).build().latencyNanos())
                .isEqualTo(4);
    }

    @Test
    void aCopyIsEqualAndEachDifferenceCounts() {
        End end = End.builder(Outcome.SUCCESS)
                .reply(REPLY)
                .usage(REPLY.usage())
                .outputChars(1)
                .durationNanos(2)
                .firstContentNanos(3)
                .cost(Cost.usd(BigDecimal.ONE))
                .build();

        assertThat(end.toBuilder().build()).isEqualTo(end).hasSameHashCodeAs(end);
        assertThat(end.toBuilder().reply(null).build()).isNotEqualTo(end);
        assertThat(end.toBuilder().usage(TokenUsage.NONE).build()).isNotEqualTo(end);
        assertThat(end.toBuilder().outputChars(9).build()).isNotEqualTo(end);
        assertThat(end.toBuilder().durationNanos(9).build()).isNotEqualTo(end);
        assertThat(end.toBuilder().firstContentNanos(9).build()).isNotEqualTo(end);
        assertThat(end.toBuilder().serviceTier("priority").build()).isNotEqualTo(end);
        assertThat(end.toBuilder().cost(Cost.ZERO).build()).isNotEqualTo(end);
        assertThat(end.toBuilder()
                        .failure(GatewayException.of(ErrorKind.TIMEOUT, "slow"))
                        .build())
                .isNotEqualTo(end);
    }
}
