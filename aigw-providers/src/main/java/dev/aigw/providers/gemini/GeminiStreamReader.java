package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.http.ChatEventReader;
import dev.aigw.providers.http.HttpStream;

/** Reads a streamed answer. It has no sentinel: the answer is complete when the body ends after a finish reason. */
final class GeminiStreamReader extends ChatEventReader {

    private final ReplyDecoder decoder;

    GeminiStreamReader(String provider, HttpStream stream) {
        super(provider, stream);
        this.decoder = new ReplyDecoder(provider, this::add);
    }

    @Override
    protected void decode(String name, JsonNode event) {
        decoder.decode(event);
    }
}
