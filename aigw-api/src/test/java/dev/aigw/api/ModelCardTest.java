package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModelCardTest {

    @Test
    void aCapabilityThatIsNotDeclaredIsNeitherPresentNorLacking() {
        ModelCard card = ModelCard.builder()
                .capabilities(Capability.TOOLS)
                .lacks(Capability.AUDIO)
                .build();

        assertThat(card.has(Capability.TOOLS)).isTrue();
        assertThat(card.lacks(Capability.AUDIO)).isTrue();
        assertThat(card.has(Capability.VISION) || card.lacks(Capability.VISION)).isFalse();
        assertThat(card.contextWindow()).isNull();
    }

    @Test
    void theFirstCardWinsAndTheSecondFillsItsGaps() {
        ModelCard mine = ModelCard.builder()
                .lacks(Capability.TOOLS)
                .contextWindow(1_000)
                .languages("de")
                .build();
        ModelCard known = ModelCard.builder()
                .capabilities(Capability.TOOLS, Capability.VISION)
                .contextWindow(2_000)
                .maxOutputTokens(500)
                .embeddingDimensions(768)
                .price(Price.usdPerMillion("1", "2"))
                .languages("en")
                .build();

        assertThat(mine.orElse(known))
                .isEqualTo(ModelCard.builder()
                        .lacks(Capability.TOOLS)
                        .capabilities(Capability.VISION)
                        .contextWindow(1_000)
                        .maxOutputTokens(500)
                        .embeddingDimensions(768)
                        .price(Price.usdPerMillion("1", "2"))
                        .languages("de")
                        .build());
        assertThat(known.orElse(mine)).isEqualTo(known).isNotEqualTo(mine);
    }

    @Test
    void theLastWordOnACapabilityCounts() {
        ModelCard card = ModelCard.builder()
                .capabilities(Capability.TOOLS)
                .lacks(Capability.TOOLS)
                .build();

        assertThat(card.capabilities()).isEmpty();
        assertThat(card.lacking()).containsExactly(Capability.TOOLS);
    }

    @Test
    void aCapabilityIsItsNameWhateverTheCase() {
        assertThat(Capability.of("Tools")).isEqualTo(Capability.TOOLS).hasToString("tools");
        assertThatThrownBy(() -> Capability.of(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give it a name");
    }

    @Test
    void sizesMustBePositive() {
        assertThatThrownBy(() -> ModelCard.builder().contextWindow(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contextWindow is 0");
    }
}
