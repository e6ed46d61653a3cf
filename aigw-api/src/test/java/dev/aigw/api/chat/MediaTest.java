package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTest {

    private static final byte[] PNG = latin1("\u0089PNG\r\n\u001a\nrest");
    private static final byte[] JPEG = latin1("\u00ff\u00d8\u00ff\u00e0rest");

    @TempDir
    Path folder;

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    @ParameterizedTest
    @CsvSource({
        "a.png, 89504E470D0A1A0A00, image/png",
        "a.jpg, FFD8FFE000104A464946, image/jpeg",
        "a.webp, 524946460000000057454250565038, image/webp",
        "a.gif, 47494638396101000100, image/gif",
        "IMG_1.HEIC, 000000186674797068656963000000006D696631, image/heic",
        "a.heic, 00000018667479706D6966310000000068656963, image/heic",
        "a.avif, 000000186674797061766966, image/avif",
        "a.bmp, 424D4600000000000000360000002800000002000000020000000100, image/bmp",
        "a.tif, 49492A0008000000, image/tiff",
        "a.wav, 52494646240000005741564566, audio/wav",
        "a.mp3, 494433030000000000, audio/mpeg",
        "a.mp3, FFFB9000000000, audio/mpeg",
        "a.aac, FFF1508000000000, audio/aac",
        "a.flac, 664C614300000022, audio/flac",
        "a.ogg, 4F676753000200, audio/ogg",
        "a.ogv, 4F676753000200, video/ogg",
        "a.m4a, 00000020667479704D344120, audio/mp4",
        "a.m4a, 000000206674797069736F6D, audio/mp4",
        "a.mp4, 000000206674797069736F6D, video/mp4",
        "a.mov, 00000014667479707174202000000000, video/quicktime",
        "a.webm, 1A45DFA39F4286810142F7810142F2810442F381084282847765626D, video/webm",
        "a.weba, 1A45DFA39F4286810142F7810142F2810442F381084282847765626D, audio/webm",
        "a.mkv, 1A45DFA3A34286810142F7810142F2810442F381084282886D6174726F736B61, video/x-matroska",
        "a.pdf, 255044462D312E370A, application/pdf",
        "a.docx, 504B030414000600, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a.doc, D0CF11E0A1B11AE1, application/msword",
        "a.txt, 68C3A96C6C6F, text/plain",
        "README.md, 2320546974, text/markdown",
        "a.csv, 612C620A, text/csv",
        "a.json, 7B7D, application/json",
        "BMW.txt, 424D57206361727320616E64206D6F726520776F726473207468616E203236, text/plain",
        "photo, FFD8FFE000104A464946, image/jpeg",
    })
    void aFileHasTheTypeThatItsBytesAndItsNameSay(String name, String hex, String type) throws IOException {
        byte[] content = HexFormat.of().parseHex(hex);

        Media media = Media.of(file(name, content));

        assertThat(media.mimeType()).isEqualTo(type);
        assertThat(media.bytes()).isEqualTo(content);
    }

    @Test
    void theBytesDecideWhereTheNameIsWrong() throws IOException {
        assertThat(Media.of(file("really-a-jpeg.png", JPEG)).mimeType()).isEqualTo("image/jpeg");
        assertThat(Media.of(file("notes.txt", PNG)).mimeType()).isEqualTo("image/png");
    }

    @Test
    void aFileIsReadAtOnce() throws IOException {
        Path path = file("a.png", PNG);
        Media media = Media.of(path);
        Files.write(path, JPEG);

        assertThat(media.bytes()).isEqualTo(PNG);
    }

    @Test
    void whatCannotBeSentIsRefusedWithTheFix() throws IOException {
        assertThatThrownBy(() -> Media.of(file("cat.png", latin1("<html>not found</html>"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cat.png does not begin like image/png")
                .hasMessageNotContaining("not found");
        assertThatThrownBy(() -> Media.of(file("empty.jpg", new byte[0]))).hasMessageContaining("empty.jpg is empty");
        assertThatThrownBy(() -> Media.of(file("x.xyz", latin1("what"))))
                .hasMessageContaining("x.xyz")
                .hasMessageContaining("Media.ofBytes(mimeType, bytes)");
        assertThatThrownBy(() -> Media.of(file("latin1.txt", latin1("caf\u00e9"))))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> Media.of(file("utf16.csv", "a,b".getBytes(StandardCharsets.UTF_16))))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> Media.of(file("some.zip", latin1("PK\u0003\u0004"))))
                .hasMessageContaining("zip archive");
        assertThatThrownBy(() -> Media.of(file("big.png", PNG), 11)).hasMessageContaining("more than 11 bytes");
        assertThat(Media.of(file("fits.png", PNG), PNG.length).sizeBytes()).isEqualTo(PNG.length);
        assertThatThrownBy(() -> Media.of(folder.resolve("absent.png")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("absent.png");
        assertThatThrownBy(() -> Media.of(folder)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Media.of(latin1("what is it"))).hasMessageContaining("first bytes");
    }

    @Test
    void aUriIsReadDecodedOrLeftToTheVendor() throws IOException {
        assertThat(Media.of(file("a b.png", PNG).toUri()).bytes()).isEqualTo(PNG);
        assertThat(Media.of(URI.create("https://example.org/a.png?sig=1")).url())
                .isEqualTo("https://example.org/a.png?sig=1");
        assertThat(Media.of(URI.create("gs://bucket/a.mp4")).url()).isEqualTo("gs://bucket/a.mp4");
        assertThat(Media.of(URI.create("data:text/plain,Hello%20you")).bytes()).isEqualTo(latin1("Hello you"));
        assertThatThrownBy(() -> Media.of(URI.create("images/cat.png"))).hasMessageContaining("Media.of(Path)");
    }

    @Test
    void aDataUrlIsDecodedAsBrowsersDo() {
        String base64 = Base64.getEncoder().encodeToString(PNG);
        String shifted = Base64.getUrlEncoder().withoutPadding().encodeToString(JPEG);

        assertThat(Media.ofUrl("data:image/png;base64," + base64)).isEqualTo(Media.ofBytes("image/png", PNG));
        assertThat(Media.ofUrl("DATA:image/PNG;name=x.png;charset=utf-8;BASE64," + base64))
                .isEqualTo(Media.ofBytes("image/png", PNG));
        assertThat(Media.ofUrl("data:image/jpg;base64," + shifted)).isEqualTo(Media.ofBytes("image/jpeg", JPEG));
        assertThat(Media.ofUrl("data:image/png;base64, " + base64.substring(0, 5) + "\r\n " + base64.substring(5)))
                .isEqualTo(Media.ofBytes("image/png", PNG));
        assertThat(Media.ofUrl(
                        "data:image/png;base64," + base64.replace("=", "%3D").replace("/", "%2F")))
                .isEqualTo(Media.ofBytes("image/png", PNG));
        assertThat(Media.ofUrl("data:,Gr%C3%BC%C3%9Fe 100% \u00e9\ud83d\ude00"))
                .isEqualTo(Media.ofBytes(
                        "text/plain", "Gr\u00fc\u00dfe 100% \u00e9\ud83d\ude00".getBytes(StandardCharsets.UTF_8)));
        assertThat(Media.ofUrl("data:text/csv;charset=iso-8859-1,caf%E9").bytes())
                .isEqualTo("caf\u00e9".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBrokenDataUrlIsRefusedWithoutItsContent() {
        assertThatThrownBy(() -> Media.ofUrl("data:image/png;base64"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("comma");
        assertThatThrownBy(() -> Media.ofUrl("data:image/png;base64,se?cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image/png is not base64")
                .hasMessageNotContaining("cret");
        assertThatThrownBy(() -> Media.ofUrl("data:text/plain;charset=klingon,x"))
                .hasMessageContaining("klingon");
    }

    @Test
    void aMessageTakesMediaOfAnyKind() {
        Media sound = Media.ofBytes("audio/wav", new byte[] {1});
        Media pdf = Media.ofUrl("https://example.org/a.PDF#page=2");
        Media clip = Media.ofUrl("https://example.org/a.mp4?x=.png");
        Media image = Media.of(PNG);

        Message message = Message.user("What are these?", image, sound, clip, pdf);

        assertThat(message.parts())
                .containsExactly(
                        new ContentPart.Text("What are these?"),
                        new ContentPart.Image(image),
                        new ContentPart.Audio(sound),
                        new ContentPart.Video(clip),
                        new ContentPart.Document(pdf, null, false));
        assertThat(ChatRequest.builder("m")
                        .user("What are these?", image, sound, clip, pdf)
                        .build()
                        .messages())
                .containsExactly(message);
        assertThatThrownBy(() -> Message.user("?", Media.ofFileId("file-1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("new ContentPart.Image(media)");
    }

    @Test
    void theLikelyTypeOfAUrlIsThatOfItsFileName() {
        assertThat(Media.ofUrl("https://example.org/a.webp?sig=a.b/c").likelyType())
                .isEqualTo("image/webp");
        assertThat(Media.ofUrl("https://example.org/picture").likelyType()).isNull();
        assertThat(Media.ofBytes("image/jpg; q=1", JPEG).likelyType()).isEqualTo("image/jpeg");
    }
}
