package dev.aigw.api.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.Media;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AudioTest {

    private static final Media MP3 = Media.ofBytes("audio/mpeg", new byte[] {1, 2});

    @Test
    void aTranscriptionRequestKeepsItsProperties() {
        Set<TranscriptionRequest.Timestamps> wanted = EnumSet.of(TranscriptionRequest.Timestamps.WORD);
        TranscriptionRequest request = TranscriptionRequest.builder("scribe")
                .audio(MP3)
                .language("en")
                .prompt("ZyntriQix")
                .temperature(0.0)
                .timestamps(wanted)
                .extra("include", "logprobs")
                .build();
        wanted.clear();

        assertThat(request.timestamps()).containsExactly(TranscriptionRequest.Timestamps.WORD);
        assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request.toBuilder().language("de").build()).isNotEqualTo(request);
        assertThat(request + " " + request.cacheIdentity()).doesNotContain("ZyntriQix");
    }

    @Test
    void aSpeechRequestKeepsItsProperties() {
        SpeechRequest request = SpeechRequest.of("reader", "alloy", "secret words").toBuilder()
                .instructions("calmly")
                .format("wav")
                .speed(1.5)
                .build();

        assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request.toBuilder().model("other").build().cacheIdentity()).isEqualTo(request.cacheIdentity());
        assertThat(request.toBuilder().voice("ash").build().cacheIdentity()).isNotEqualTo(request.cacheIdentity());
        assertThat(request + " " + request.cacheIdentity())
                .contains("12 characters")
                .doesNotContain("secret");
    }

    @Test
    void whatIsMissingOrOutOfRangeIsRefusedWithTheFix() {
        assertThatThrownBy(() -> TranscriptionRequest.builder("scribe").build())
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("audio(media)");
        assertThatThrownBy(() -> TranscriptionRequest.builder("scribe")
                        .audio(MP3)
                        .temperature(Double.NaN)
                        .build())
                .hasMessageContaining("temperature is NaN");
        assertThatThrownBy(() -> SpeechRequest.of("reader", "alloy", " ")).hasMessageContaining("blank");
        assertThatThrownBy(() -> SpeechRequest.of("reader", "alloy", "x").toBuilder()
                        .speed(0.0)
                        .build())
                .hasMessageContaining("speed is 0.0");
        assertThatThrownBy(() -> SpeechResponse.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("audio(media)");
    }

    @Test
    void speechIsSharedAndRecordingsAreNot() {
        assertThat(SpeechRequest.SPEAK.cacheable()).isTrue();
        assertThat(TranscriptionRequest.TRANSCRIBE.cacheable()).isFalse();
        assertThat(TranscriptionRequest.TRANSCRIBE.hedgeable()).isFalse();
    }

    @Test
    void responsesAreEqualByWhatWasSaid() {
        TranscriptionResponse transcript = TranscriptionResponse.builder()
                .text("hello there")
                .duration(Duration.ofSeconds(2))
                .segment(new TranscriptionResponse.Segment(Duration.ZERO, Duration.ofSeconds(2), "hello there", "A"))
                .word(new TranscriptionResponse.Word(Duration.ZERO, Duration.ofMillis(700), "hello"))
                .build();
        SpeechResponse said = SpeechResponse.builder().audio(MP3).build();

        assertThat(transcript.toBuilder().build()).isEqualTo(transcript).hasSameHashCodeAs(transcript);
        assertThat(transcript.toBuilder().language("english").build()).isNotEqualTo(transcript);
        assertThat(transcript.toString()).contains("11 characters").doesNotContain("hello");
        assertThat(said.toBuilder().build()).isEqualTo(said).hasSameHashCodeAs(said);
    }
}
