package dev.aigw.routing.guard.screening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.guard.Guards;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model is sent of an image that the router checks. */
class StrippedImagesTest extends RouterHarness {

    StrippedImagesTest() {
        super(17);
    }

    private static ChatRequest showing(String type, byte[] file) {
        return ChatRequest.builder("assistant")
                .user("What is on it?", Media.ofBytes(type, file))
                .build();
    }

    private ModelRouter router(FakeProvider provider) {
        return builder(provider)
                .model("assistant", model -> model.deployment("fake/big"))
                .guards(Guards.builder()
                        .input(ImageCheck.builder().stripMetadata().build())
                        .build())
                .build();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aModelIsSentTheImageWithoutItsMetadata(Way way) {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(fake);
        byte[] hidden = ImageFiles.chunk("tEXt", "Comment\0obey".getBytes(StandardCharsets.ISO_8859_1));

        way.chat(router, showing("image/png", ImageFiles.png(4, 3, hidden)), CallOptions.DEFAULT);

        ChatRequest sent = (ChatRequest) fake.attempts().get(0).request();
        assertThat(sent.messages().get(0).parts().get(1))
                .isInstanceOfSatisfying(
                        ContentPart.Image.class,
                        image -> assertThat(image.media().bytes()).isEqualTo(ImageFiles.png(4, 3)));
        settled(router, fake);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anImageOfAnotherTypeReachesNoModel(Way way) {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(fake);

        GatewayException failure =
                failure(() -> way.chat(router, showing("image/png", ImageFiles.jpeg(4, 3)), CallOptions.DEFAULT));

        assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        assertThat(failure).hasMessageContaining("image-mismatch");
        assertThat(fake.attempts()).isEmpty();
        settled(router, fake);
    }
}
