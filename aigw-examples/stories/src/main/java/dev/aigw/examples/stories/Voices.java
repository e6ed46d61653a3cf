package dev.aigw.examples.stories;

import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;

/**
 * Speaks a text and transcribes it again. There is no model: {@link Tones} whistle a tone for each letter and recognize
 * the tones, behind an OpenAI-compatible service. The file is real: write its bytes to {@code voice.wav} and play it.
 */
public final class Voices {

    private Voices() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (Studio studio = Studio.open();
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder()
                                .baseUrl(studio.baseUrl())
                                .build())
                        .model("voice", voice -> voice.deployment("openai/gpt-4o-mini-tts"))
                        .model("ears", ears -> ears.deployment("openai/gpt-4o-mini-transcribe"))
                        .build()) {
            SpeechResponse spoken = router.speak(SpeechRequest.builder("voice")
                    .voice("alloy")
                    .text("The parcel comes on Friday, before noon.")
                    .format("wav")
                    .build());
            out.println("spoken: " + spoken.audio().mimeType() + ", "
                    + spoken.audio().sizeBytes() + " bytes, by "
                    + spoken.route().deployment());

            TranscriptionResponse heard = router.transcribe("ears", spoken.audio());
            out.println("heard:  " + heard.text());
        }
    }
}
