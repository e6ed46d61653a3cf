package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SamplingTest {

    private static final Sampling ALL = Sampling.builder()
            .temperature(0.2)
            .topP(0.9)
            .topK(40)
            .seed(7)
            .frequencyPenalty(0.1)
            .presencePenalty(0.2)
            .build();

    private static ChatRequest.Builder hi() {
        return ChatRequest.builder("assistant").user("hi");
    }

    @Test
    void withoutSettingsTheVendorsDefaultsApply() {
        assertThat(Sampling.builder().build()).isEqualTo(Sampling.DEFAULT);
        assertThat(hi().build().sampling()).isSameAs(Sampling.DEFAULT);
    }

    @Test
    void aCopyIsEqualAndEachDifferenceCounts() {
        assertThat(ALL.toBuilder().build()).isEqualTo(ALL).hasSameHashCodeAs(ALL);
        List<UnaryOperator<Sampling.Builder>> changes = List.of(
                b -> b.temperature(null),
                b -> b.topP(0.8),
                b -> b.topK(41),
                b -> b.seed(8),
                b -> b.frequencyPenalty(0.0),
                b -> b.presencePenalty(null));
        assertThat(changes)
                .allSatisfy(change ->
                        assertThat(change.apply(ALL.toBuilder()).build()).isNotEqualTo(ALL));
    }

    @Test
    void whatIsOutOfRangeIsAnInvalidRequest() {
        assertThatThrownBy(() -> Sampling.builder().topP(1.1).build())
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessage("topP is 1.1: use 0 to 1, or leave it unset");
    }

    @Test
    void aRequestTakesThemAllAtOnceOrOneByOne() {
        ChatRequest atOnce = hi().sampling(ALL).build();
        ChatRequest oneByOne = hi().temperature(0.2)
                .topP(0.9)
                .topK(40)
                .seed(7)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .build();

        assertThat(atOnce).isEqualTo(oneByOne);
        assertThat(hi().sampling(ALL).seed(8).build().sampling())
                .isEqualTo(ALL.toBuilder().seed(8).build());
    }

    @Test
    void singleSettingsAreNotReplacedSilently() {
        assertThatThrownBy(() -> hi().temperature(0.1).sampling(ALL)).hasMessageContaining("sampling is set twice");
        assertThatThrownBy(() -> hi().seed(1).seed(2)).hasMessageContaining("seed is set twice");
    }

    @Test
    void aCopyOfARequestMaySetEachOnceMore() {
        ChatRequest request = hi().sampling(ALL).build();

        assertThat(request.toBuilder().build()).isEqualTo(request);
        assertThat(request.toBuilder().temperature(null).build().sampling())
                .isEqualTo(ALL.toBuilder().temperature(null).build());
        assertThat(request.toBuilder().sampling(Sampling.DEFAULT).build()).isEqualTo(hi().build());
    }
}
