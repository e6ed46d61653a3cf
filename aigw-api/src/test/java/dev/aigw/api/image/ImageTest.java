package dev.aigw.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.Media;
import dev.aigw.api.image.ImageResponse.GeneratedImage;
import org.junit.jupiter.api.Test;

class ImageTest {

    private static final Media PNG = Media.ofBytes("image/png", new byte[] {1, 2});

    @Test
    void everyPropertySurvivesToBuilder() {
        ImageRequest request = ImageRequest.builder("painter")
                .prompt("a fox")
                .image(PNG)
                .mask(PNG)
                .count(2)
                .size("1024x1024")
                .quality("high")
                .background("transparent")
                .format("webp")
                .user("u")
                .extra("moderation", "low")
                .build();

        assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request.toBuilder().user("v").build())
                .isNotEqualTo(request)
                .extracting(ImageRequest::cacheIdentity)
                .isEqualTo(request.cacheIdentity());
        assertThat(request.toBuilder().size("512x512").build().cacheIdentity()).isNotEqualTo(request.cacheIdentity());
        assertThat(request + " " + request.cacheIdentity()).doesNotContain("fox");
    }

    @Test
    void whatIsMissingOrOutOfRangeIsRefusedWithTheFix() {
        assertThatThrownBy(() -> ImageRequest.of("painter", ""))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("prompt");
        assertThatThrownBy(() ->
                        ImageRequest.builder("painter").prompt("x").mask(PNG).build())
                .hasMessageContaining("image(media)");
        assertThatThrownBy(() ->
                        ImageRequest.builder("painter").prompt("x").count(0).build())
                .hasMessageContaining("count is 0");
    }

    @Test
    void requestsForImagesAreNeitherCachedNorHedged() {
        assertThat(ImageRequest.GENERATE_IMAGE.cacheable()).isFalse();
        assertThat(ImageRequest.GENERATE_IMAGE.hedgeable()).isFalse();
    }

    @Test
    void aResponseIsEqualByItsImages() {
        ImageResponse response = ImageResponse.builder()
                .image(new GeneratedImage(PNG, "a red fox"))
                .build();

        assertThat(response.toBuilder().build()).isEqualTo(response).hasSameHashCodeAs(response);
        assertThat(response.toBuilder()
                        .image(new GeneratedImage(PNG, null))
                        .build()
                        .images())
                .hasSize(2);
        assertThat(response.toString()).contains("1 images").doesNotContain("fox");
    }
}
