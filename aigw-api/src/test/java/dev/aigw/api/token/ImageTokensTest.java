package dev.aigw.api.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTokensTest {

    private static ContentPart.Image png(int width, int height, @Nullable String detail) {
        ByteBuffer header = ByteBuffer.allocate(33);
        header.putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .putInt(0x49484452)
                .putInt(width)
                .putInt(height);
        return new ContentPart.Image(Media.ofBytes("image/png", header.array()), detail);
    }

    private static long tokens(String model, int width, int height, @Nullable String detail) {
        return TokenCounter.calibrated().countMedia(png(width, height, detail), model);
    }

    @ParameterizedTest
    @CsvSource({
        // the vendor's own examples
        "gpt-5.4, 1024, 1024, high, 1229",
        "gpt-5.4, 2048, 2048, high, 3000",
        "gpt-6-astra, 4096, 512, high, 2458",
        "o4-mini, 1800, 2400, high, 2498", // 1452 patches, 1.72 each
        "gpt-4o, 1024, 1024, high, 765",
        "gpt-4o, 2048, 4096, high, 1105",
        // and what follows from its rules
        "gpt-4o, 4096, 8192, low, 85",
        "gpt-4o-mini, 1024, 1024, high, 25501",
        "gpt-5, 512, 512, high, 210",
        "gpt-5.1, 512, 513, auto, 350",
        "o3, 512, 512, high, 225",
        "gpt-5.6-luna, 4032, 3024, auto, 14364", // not scaled down
        "gpt-5.6-luna, 4032, 3024, high, 2942", // 57 by 43 patches
        "gpt-5.6-luna, 4032, 3024, low, 231", // 512 by 384
        "gpt-5.5, 8000, 8000, original, 12000",
        "gpt-5.4-nano, 3000, 3000, low, 4916", // more than at high, as the vendor warns
        "gpt-4.1-mini, 1024, 1024, high, 1659",
        "gpt-4.1, 1024, 1024, high, 765",
        "gpt-5-mini, 32, 32, high, 2"
    })
    void anImageCostsWhatOpenAiSays(String model, int width, int height, String detail, long expected) {
        assertThat(tokens(model, width, height, detail)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5, 200, 200, 64",
        "claude-sonnet-4-5, 1000, 1000, 1296",
        "claude-haiku-4-5, 1092, 1092, 1521",
        "claude-opus-4-8, 1920, 1080, 2691",
        "claude-opus-4-7, 3840, 2160, 4784",
        "claude-opus-4-6, 3840, 2160, 1560",
        "claude-3-7-sonnet-20250219, 1075, 1520, 1551", // scaled to 924 by 1307
        "claude-opus-5, 4032, 3024, 4740", // scaled to 2212 by 1659
        "claude-sonnet-5, 8000, 10, 92" // a strip is scaled by its length
    })
    void anImageCostsWhatAnthropicSays(String model, int width, int height, long expected) {
        assertThat(tokens(model, width, height, null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-flash, 384, 384, 258",
        "gemini-2.5-pro, 960, 540, 1548",
        "gemini-2.0-flash, 4000, 4000, 1032",
        "gemini-2.5-flash, 9000, 500, 2322",
        "gemini-3.1-pro-preview, 4000, 4000, 1120",
        "gemini-3-flash-preview, 10, 10, 1120"
    })
    void anImageCostsWhatGoogleSays(String model, int width, int height, long expected) {
        assertThat(tokens(model, width, height, null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-4o-2024-08-06, 765",
        "chatgpt-4o-latest, 765",
        "ft:gpt-4o-mini-2024-07-18:acme::1, 25501",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0, 1369",
        "anthropic/claude-opus-4.7, 1369",
        "claude-opus-4@20250514, 1369",
        "projects/p/locations/eu/publishers/google/models/gemini-2.5-flash, 1032",
        "models/gemini-3-pro-preview, 1120",
        "GPT-4.1, 765"
    })
    void modelsAreKnownByTheirNamesOnCloudsAndAtBrokers(String model, long expected) {
        assertThat(tokens(model, 1024, 1024, null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"gpt-5.3-codex", "gpt-40", "llava", "my-deployment", "o11"})
    void modelsWithoutARuleHaveAStatedBound(String model) {
        assertThat(tokens(model, 1024, 1024, null)).isEqualTo(1600);
        assertThat(tokens(model, 1024, 1024, "low")).isEqualTo(85);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, 765",
        "gpt-5.6-sol, 4916",
        "claude-opus-4-6, 1521",
        "claude-opus-5, 4761",
        "gemini-2.5-pro, 1032"
    })
    void anImageBehindAUrlCountsAs2048By2048(String model, long expected) {
        ContentPart.Image image = new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"));
        assertThat(TokenCounter.calibrated().countMedia(image, model))
                .isEqualTo(expected)
                .isEqualTo(tokens(model, 2048, 2048, null));
    }

    @Property
    void noImageCountsNothingOrMoreThanItsVendorAllots(
            @ForAll @IntRange(min = 1, max = 20_000) int width, @ForAll @IntRange(min = 1, max = 20_000) int height) {
        assertThat(tokens("gpt-4o", width, height, "high")).isBetween(255L, 85 + 8 * 170L);
        assertThat(tokens("gpt-5.5", width, height, null)).isBetween(1L, 12_000L);
        assertThat(tokens("gpt-5.4", width, height, "high")).isBetween(1L, 3_000L);
        assertThat(tokens("claude-opus-5", width, height, null)).isBetween(1L, 4_784L);
        assertThat(tokens("claude-opus-4-6", width, height, null)).isBetween(1L, 1_568L);
        assertThat(tokens("gemini-2.5-flash", width, height, null)).isBetween(258L, 2_322L);
        assertThat(tokens("claude-opus-5", width, height, null))
                .isEqualTo(tokens("claude-opus-5", height, width, null));
    }
}
