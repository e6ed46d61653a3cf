package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSizeTest {

    private static byte[] file(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(ImageSizeTest.class.getResourceAsStream(name), name)) {
            return file.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({"640, 480, png", "1, 1, png", "90, 60, jpg", "3, 400, jpg", "300, 17, gif"})
    void filesOfAnEncoderTellTheirSize(int width, int height, String format) throws IOException {
        byte[] file = file("grey-" + width + "x" + height + "." + format);
        assertThat(ImageSize.read(file)).isEqualTo(new ImageSize(width, height));
        assertThat(Media.ofBytes("image/" + format, file).imageSize()).isEqualTo(new ImageSize(width, height));
    }

    @Test
    void theThreeKindsOfWebP() {
        HexFormat hex = HexFormat.of();
        String riff = "52494646" + "00000000" + "57454250";
        String lossy = riff + "56503820" + "00000000" + "300100" + "9d012a" + "8002" + "e081" + "0000";
        assertThat(ImageSize.read(hex.parseHex(lossy))).isEqualTo(new ImageSize(640, 480));
        int bits = (1000 - 1) | ((333 - 1) << 14);
        byte[] lossless = hex.parseHex(riff + "5650384c" + "00000000" + "2f" + "00000000" + "0000000000");
        for (int i = 0; i < 4; i++) {
            lossless[21 + i] = (byte) (bits >> (8 * i));
        }
        assertThat(ImageSize.read(lossless)).isEqualTo(new ImageSize(1000, 333));
        String extended = riff + "56503858" + "0a000000" + "10000000" + "ff0f00" + "ff0700";
        assertThat(ImageSize.read(hex.parseHex(extended))).isEqualTo(new ImageSize(4096, 2048));
    }

    @Test
    void aRealWebPFromAnEncoder() {
        // one pixel, lossy, as commonly embedded in pages to find out whether a browser shows WebP
        byte[] file = Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
        assertThat(ImageSize.read(file)).isEqualTo(new ImageSize(1, 1));
    }

    @Test
    void theSizeOfAJpegIsFoundAfterALongCommentAndFillBytes() throws IOException {
        byte[] plain = file("grey-90x60.jpg");
        byte[] file = new byte[plain.length + 2 + 60_000 + 3];
        System.arraycopy(plain, 0, file, 0, 2);
        file[2] = (byte) 0xFF;
        file[3] = (byte) 0xE1;
        file[4] = (byte) (60_000 >> 8);
        file[5] = (byte) 60_000;
        Arrays.fill(file, 6, 4 + 60_000, (byte) 0xC0);
        Arrays.fill(file, 4 + 60_000, 4 + 60_003, (byte) 0xFF);
        System.arraycopy(plain, 2 + 1, file, 4 + 60_003, plain.length - 3);
        assertThat(ImageSize.read(file)).isEqualTo(new ImageSize(90, 60));
    }

    @ParameterizedTest
    @CsvSource({"640, 480, png", "90, 60, jpg", "300, 17, gif"})
    void aFileCutAnywhereGivesItsSizeOrNone(int width, int height, String format) throws IOException {
        byte[] file = file("grey-" + width + "x" + height + "." + format);
        for (int length = 0; length < file.length; length++) {
            assertThat(ImageSize.read(Arrays.copyOf(file, length))).isIn(null, new ImageSize(width, height));
        }
    }

    @Property
    void noBytesMakeItThrow(@ForAll @Size(max = 64) byte[] bytes, @ForAll @IntRange(max = 4) int start) {
        byte[][] starts = {
            {(byte) 0xFF, (byte) 0xD8},
            {'G', 'I', 'F', '8'},
            {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'},
            {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', ' '},
            {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', 'X'}
        };
        byte[] file = Arrays.copyOf(starts[start], starts[start].length + bytes.length);
        System.arraycopy(bytes, 0, file, starts[start].length, bytes.length);
        ImageSize size = ImageSize.read(file);
        if (size != null) {
            assertThat(size.width()).isPositive();
            assertThat(size.height()).isPositive();
        }
    }

    @Test
    void whatIsNoImageOrNotHereHasNoSize() {
        assertThat(ImageSize.read("plain text, long enough for a header".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(Media.ofUrl("https://example.org/cat.png").imageSize()).isNull();
        assertThat(Media.ofFileId("file-1").imageSize()).isNull();
        assertThatThrownBy(() -> new ImageSize(0, 5)).hasMessageContaining("use positive numbers");
    }
}
