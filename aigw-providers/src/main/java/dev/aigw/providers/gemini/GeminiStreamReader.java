package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import dev.aigw.providers.kit.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed answer. It has no sentinel: the answer is complete when the body ends after a finish reason. The
 * vendor may say {@code STOP} early and go on, or say it again, so the latest reason is told once, at the end.
 *
 * <p>Each event has the tokens used so far. Of events that are not parsed, the latest numbers are kept, and reported
 * with every eighth event and at the end of the answer.
 */
final class GeminiStreamReader extends ChatEventReader {

    private static final String USAGE = "usageMetadata";

    private final ReplyDecoder decoder;
    private final TextDeltaTemplate template;
    private byte[] figures = {};
    private int figuresLength;
    private ChatEvent.@Nullable Finished last;
    private boolean whole;

    GeminiStreamReader(String provider, Origin origin, HttpStream stream) {
        this(provider, origin, stream, new TextDeltaTemplate("text", null, USAGE));
    }

    private GeminiStreamReader(String provider, Origin origin, HttpStream stream, TextDeltaTemplate template) {
        super(stream, template);
        this.template = template;
        this.decoder = new ReplyDecoder(provider, origin, this::keep, counts(), this::began);
    }

    private void keep(ChatEvent event) {
        if (event instanceof ChatEvent.Finished finished) {
            last = finished;
            whole = hasContent();
        } else {
            whole &= !event.isContent();
            add(event);
        }
    }

    @Override
    protected void beforeFinish() {
        if (last != null) {
            add(last);
        }
    }

    @Override
    protected boolean isWhole() {
        return whole;
    }

    @Override
    protected void textUnparsed() {
        whole = false;
    }

    @Override
    protected boolean endsWithBody() {
        return true;
    }

    @Override
    protected void decode(String name, JsonNode event) {
        if (event.has(USAGE)) {
            tellSkimmed(); // this event may leave out what an earlier one counted
        }
        decoder.decode(event);
        if (decoder.openText() != template.index()) {
            template.forget(); // the next text belongs to another part
        }
    }

    @Override
    protected boolean isSkimmed(ChatEvent event) {
        return event instanceof ChatEvent.UsageReported;
    }

    @Override
    protected void skim(byte[] buffer, int offset, int length) {
        if (figures.length < length) {
            figures = new byte[length * 2];
        }
        System.arraycopy(buffer, offset, figures, 0, length);
        figuresLength = length;
    }

    @Override
    protected void tellSkimmed() {
        if (figuresLength > 0) {
            try {
                decoder.usage(Json.parse(figures, 0, figuresLength));
            } catch (IOException e) {
                throw new UncheckedIOException("usage numbers of a known form are not JSON", e);
            }
            figuresLength = 0;
        }
    }
}
