package dev.aigw.providers.openai;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpBytes;
import java.util.Locale;

/** Writes requests to the speech endpoint and reads its replies ("Create speech" in OpenAI's reference). */
final class SpeechCodec {

    private SpeechCodec() {}

    static Fields encode(String provider, SpeechRequest request, AttemptContext attempt) {
        Fields fields = Fields.of(attempt)
                .put("input", request.text())
                .put("voice", request.voice())
                .put("instructions", request.instructions())
                .put("response_format", request.format())
                .put("speed", request.speed())
                .extra(request.extra());
        if (fields.get("voice") == null) {
            throw GatewayException.builder(
                            ErrorKind.INVALID_REQUEST,
                            provider + " requires a voice: set voice(...), for example \"alloy\"")
                    .provider(provider)
                    .deployment(attempt.deployment())
                    .build();
        }
        return fields;
    }

    static SpeechResponse decode(HttpBytes reply, SpeechRequest request) {
        String type = reply.header("Content-Type");
        String known = type == null ? "" : type.toLowerCase(Locale.ROOT);
        if (known.startsWith("application/json") || known.startsWith("text/")) {
            throw reply.malformed("the request asked for audio, but the provider sent " + known);
        }
        if (reply.body().length == 0) {
            throw reply.malformed("the reply is empty");
        }
        String format = request.format() == null ? "mp3" : request.format();
        String mimeType = known.startsWith("audio/") ? known : MediaFiles.audioType(format);
        return SpeechResponse.builder()
                .audio(Media.ofBytes(mimeType, reply.body()))
                .build();
    }
}
