package dev.aigw.providers.openai;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.EventStream;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.kit.DividedAttempt;
import dev.aigw.providers.kit.Origin;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Chats over the Responses API: at once or in the background, in full or continued by id. Safe for many threads. */
final class ResponsesCalls {

    static final String PATH = "/responses";

    private final HttpEndpoint http;
    private final Dialect dialect;
    private final ResponsesCodec codec;
    private final ResponsesCodec longCodec;
    private final Background background;
    private final Map<String, ?> extra;
    private final boolean continueById;

    /**
     * Creates it for one server.
     *
     * @param longCodec reads the answers to requests whose prompts are cached for long
     * @param extra the adapter's extra fields
     * @param continueById whether answers are stored and continued by their ids
     */
    ResponsesCalls(
            HttpEndpoint http,
            Dialect dialect,
            ResponsesCodec codec,
            ResponsesCodec longCodec,
            Background background,
            Map<String, ?> extra,
            boolean continueById) {
        this.http = http;
        this.dialect = dialect;
        this.codec = codec;
        this.longCodec = longCodec;
        this.background = background;
        this.extra = extra;
        this.continueById = continueById;
    }

    /** Sends a request, and again if the vendor does not know the stored answer that it continues. */
    private interface Sender<R> {
        R send(Begun begun, StoredAnswer stored, AttemptContext attempt);
    }

    /** A call, and what reads its answer. */
    private record Begun(HttpCall call, ResponsesCodec codec) {}

    /** Returns an answer. */
    ChatResponse chat(ChatRequest request, AttemptContext attempt, Unsupported unsupported, Dialect written) {
        boolean apart = isInBackground(request);
        return send(request, attempt, unsupported, written, false, (begun, stored, context) -> {
            ChatResponse answer = apart
                    ? background.answer(begun.call, context, begun.codec::decode)
                    : http.transport()
                            .send(
                                    begun.call,
                                    context,
                                    Framing.SERVER_SENT_EVENTS,
                                    (HttpReply reply) -> begun.codec.decode(reply),
                                    stream -> new ResponsesStreamReader(http.name(), begun.codec, stream, stored));
            ContentPart.Raw part = stored.part(http.name(), answer.id());
            return part == null || answer.message().parts().contains(part)
                    ? answer
                    : answer.toBuilder().part(part).build();
        });
    }

    /** Returns a streamed answer. */
    ChatStream stream(ChatRequest request, AttemptContext attempt, Unsupported unsupported, Dialect written) {
        boolean apart = isInBackground(request);
        return send(request, attempt, unsupported, written, true, (begun, stored, context) -> {
            HttpStream opened = http.transport().open(begun.call, context);
            EventStream events = apart ? new BackgroundStream(background, opened, context) : opened;
            return ChatStream.of(new ResponsesStreamReader(http.name(), begun.codec, events, stored));
        });
    }

    private <R> R send(
            ChatRequest request,
            AttemptContext attempt,
            Unsupported unsupported,
            Dialect written,
            boolean streamed,
            Sender<R> sender) {
        if (isInBackground(request) && dialect.hasNo("background")) {
            throw noBackground(unsupported);
        }
        ChatRequest fitted = unsupported.fit(request);
        StoredAnswer stored = isStored(fitted) ? StoredAnswer.of(fitted, unsupported) : StoredAnswer.none(fitted);
        DividedAttempt time = new DividedAttempt(attempt);
        try {
            return sender.send(call(stored, attempt, unsupported, written, streamed), stored, attempt);
        } catch (GatewayException e) {
            if (!stored.isUnknown(e)) {
                throw e;
            }
            unsupported.warn("does not know the stored answer " + stored.previous()
                    + " any more, or not for this account, so it was sent the conversation in full");
            StoredAnswer full = stored.inFull();
            AttemptContext again = time.next();
            return sender.send(call(full, again, unsupported, written, streamed), full, again);
        }
    }

    private Begun call(
            StoredAnswer stored, AttemptContext attempt, Unsupported unsupported, Dialect written, boolean streamed) {
        PromptCache cache = PromptCache.of(written, unsupported, stored.request(), attempt);
        ResponsesEncoder encoder = new ResponsesEncoder(extra, unsupported, stored, cache, attempt);
        HttpCall call = http.call("POST", dialect.path.apply(PATH, attempt.model()), attempt)
                .body(out -> encoder.write(out, streamed));
        ResponsesCodec reads = cache != null && cache.writesLong() ? longCodec : codec;
        return new Begun(call, reads.of(new Origin(http.name(), attempt, stored.whole())));
    }

    /** Writes a request of a batch, whose answer is not stored. */
    void write(ChatRequest request, AttemptContext attempt, Unsupported unsupported, Dialect written, OutputStream out)
            throws IOException {
        StoredAnswer sent = StoredAnswer.none(unsupported.fit(request));
        PromptCache cache = PromptCache.of(written, unsupported, sent.request(), attempt);
        new ResponsesEncoder(extra, unsupported, sent, cache, attempt).write(out, false);
    }

    /** Returns the answer to a request of a batch. */
    ChatResponse decode(HttpReply reply) {
        return codec.decode(reply);
    }

    /** Returns whether the answer is stored so that it can be continued by its id. */
    private boolean isStored(ChatRequest request) {
        Map<String, ?> all = ChatEncoder.merged(extra, request.extra());
        return continueById
                && !Boolean.FALSE.equals(all.get("store"))
                && !all.containsKey("previous_response_id")
                && !all.containsKey("conversation");
    }

    private boolean isInBackground(ChatRequest request) {
        return isInBackground(extra, request);
    }

    /** Returns whether a request asks for an answer in the background. */
    static boolean isInBackground(Map<String, ?> extra, ChatRequest request) {
        return ResponsesEncoder.isTrue(ChatEncoder.merged(extra, request.extra()), "background");
    }

    /** Returns the refusal of a request for an answer in the background. */
    static GatewayException noBackground(Unsupported unsupported) {
        return unsupported.refusal("answers nothing in the background here: leave background out, or use an adapter"
                + " whose server has it in the Responses API");
    }
}
