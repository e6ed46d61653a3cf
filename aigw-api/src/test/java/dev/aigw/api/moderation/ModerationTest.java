package dev.aigw.api.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.Media;
import dev.aigw.api.moderation.ModerationResponse.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModerationTest {

    @Test
    void eachTextIsAnItemUnlessThereAreImages() {
        ModerationRequest texts = ModerationRequest.of("moderation", "a", "b");
        Media image = Media.ofUrl("https://example.com/a.png");

        assertThat(texts.items()).isEqualTo(2);
        assertThat(texts.toBuilder().image(image).build().items()).isEqualTo(1);
        assertThat(ModerationRequest.builder("moderation").image(image).build().items())
                .isEqualTo(1);
    }

    @Test
    void aRequestWithNothingToCheckIsRefused() {
        assertThatThrownBy(() -> ModerationRequest.of("moderation"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("text(...)");
    }

    @Test
    void theIdentityIsAllButTheModel() {
        ModerationRequest request = ModerationRequest.of("moderation", "a");

        assertThat(request.toBuilder().model("other").build().cacheIdentity()).isEqualTo(request.cacheIdentity());
        assertThat(request.toBuilder().text("b").build().cacheIdentity()).isNotEqualTo(request.cacheIdentity());
        assertThat(request + " " + request.cacheIdentity()).contains("1 texts");
    }

    @Test
    void aVerdictNamesTheCategoriesThatApplyInTheVendorsOrder() {
        Map<String, Boolean> categories = new LinkedHashMap<>();
        categories.put("violence", true);
        categories.put("hate", false);
        categories.put("harassment", true);
        Verdict verdict = new Verdict(true, categories, Map.of("violence", 0.9));
        categories.clear();

        ModerationResponse response = ModerationResponse.builder()
                .result(new Verdict(false, Map.of(), Map.of()))
                .result(verdict)
                .build();

        assertThat(verdict.flaggedCategories()).containsExactly("violence", "harassment");
        assertThat(response.flagged()).isTrue();
        assertThat(response.toBuilder().build()).isEqualTo(response);
        assertThat(ModerationResponse.builder().build().flagged()).isFalse();
    }
}
