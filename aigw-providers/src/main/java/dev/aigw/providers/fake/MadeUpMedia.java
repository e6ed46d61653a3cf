package dev.aigw.providers.fake;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Images, sounds and transcripts made up without a model; the same request always gives the same answer. */
final class MadeUpMedia {

    /** A PNG of one transparent pixel. */
    private static final Media PIXEL = Media.ofBase64(
            "image/png",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=");

    private static final int WAV_HEADER_BYTES = 44;
    private static final int BYTES_A_SECOND = 8_000;

    private MadeUpMedia() {}

    static ImageResponse images(ImageRequest request) {
        Integer count = request.count();
        ImageResponse.Builder response = ImageResponse.builder();
        for (int i = 0; i < (count == null ? 1 : count); i++) {
            response.image(new ImageResponse.GeneratedImage(PIXEL, null));
        }
        return response.usage(input(request.prompt())).build();
    }

    static TranscriptionResponse transcribe(TranscriptionRequest request) {
        String text = request.audio().sizeBytes() + " bytes";
        return TranscriptionResponse.builder()
                .text(text)
                .usage(TokenUsage.builder().output(Answers.words(text)).build())
                .build();
    }

    static SpeechResponse speak(SpeechRequest request) {
        long words = Answers.words(request.text());
        return SpeechResponse.builder()
                .audio(Media.ofBytes("audio/wav", silence(Math.toIntExact(words * BYTES_A_SECOND / 10))))
                .usage(input(request.text()))
                .build();
    }

    private static TokenUsage input(String text) {
        return TokenUsage.builder().input(Answers.words(text)).build();
    }

    /** Returns a RIFF WAVE file: PCM, one channel, 8,000 unsigned 8-bit samples a second, all in the middle. */
    private static byte[] silence(int samples) {
        ByteBuffer wav = ByteBuffer.allocate(WAV_HEADER_BYTES + samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(WAV_HEADER_BYTES - 8 + samples).put(ascii("WAVE"));
        wav.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
        wav.putInt(BYTES_A_SECOND).putInt(BYTES_A_SECOND).putShort((short) 1).putShort((short) 8);
        wav.put(ascii("data")).putInt(samples);
        while (wav.hasRemaining()) {
            wav.put((byte) 0x80);
        }
        return wav.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
