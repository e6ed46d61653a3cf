package dev.aigw.providers.http.events;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of JSON events; a subclass decodes them.
 *
 * <p>The common text delta is found without parsing, where the subclass gives a template for it. An error object
 * becomes its exception. One event may hold several objects, or a list of them. What holds no brace cannot hold content
 * and is skipped; any other event that cannot be read ends the stream as a failure, since skipping it would leave a
 * hole in the answer.
 *
 * <p>The end of the body is the end of the answer if a finish reason came before, otherwise a failure. After a finish
 * reason a break is the end too, and so is a connection that stays open without more of the answer. One thread reads;
 * close may come from any.
 */
public abstract class ChatEventReader implements ChatEventSource {

    private static final int TELL_EVERY = 8;
    private static final long HELD_OPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final EventStream stream;
    private final @Nullable TextDeltaTemplate template;
    private final AnswerSize size = new AnswerSize();
    private final ArrayDeque<ChatEvent> pending = new ArrayDeque<>(4);
    private final Counts counts = new Counts(warning -> pending.add(new ChatEvent.Warning(warning)));
    private TokenUsage usage = TokenUsage.NONE;
    private @Nullable GatewayException failure;
    private @Nullable FinishReason broken;
    private int skimmed;
    private boolean content;
    private boolean finished;
    private final Set<Integer> calls = new HashSet<>(4);
    private final ToolCallIds ids = new ToolCallIds();
    private boolean whole;
    private boolean complete;

    /** Creates a reader of {@code stream}. */
    protected ChatEventReader(EventStream stream) {
        this(stream, null);
    }

    /**
     * Creates a reader of {@code stream}.
     *
     * @param template finds common text deltas; null for vendors whose events differ too much
     */
    protected ChatEventReader(EventStream stream, @Nullable TextDeltaTemplate template) {
        this.stream = stream;
        this.template = template;
    }

    /**
     * Decodes one event and passes its content to {@link #add}.
     *
     * @param name the event's name, empty if it has none
     */
    protected abstract void decode(String name, JsonNode event);

    /**
     * Reads the varying numbers of an event that was found without parsing; does nothing by default.
     *
     * @see TextDeltaTemplate#looseOffset()
     */
    protected void skim(byte[] buffer, int offset, int length) {}

    /**
     * Returns whether {@link #skim} reports this event, which came with a text delta, when similar ones are found
     * without parsing; false by default.
     */
    protected boolean isSkimmed(ChatEvent event) {
        return false;
    }

    /**
     * Checks an event that is not JSON, and returns whether it is the vendor's mark for the end of the answer; false by
     * default.
     */
    protected boolean takeSentinel(byte[] buffer, int offset, int length) {
        return false;
    }

    /**
     * Returns whether the last decoded event contained more than was passed to {@link #add}, so that similar events
     * must be parsed too; false by default.
     */
    protected boolean hasMore() {
        return false;
    }

    /** Hands out a finish reason that was kept back until the end of the body; nothing by default. */
    protected void beforeFinish() {}

    /** Hands out what belongs at the very end of a complete answer; nothing by default. */
    protected void beforeEnd() {}

    /**
     * Returns whether the event that was read last leaves an answer that is whole, so that a break after it is no loss;
     * by default, whether a finish reason came.
     */
    protected boolean isWhole() {
        return finished;
    }

    /** Returns whether only the end of the body is the end, since content may follow a finish reason. */
    protected boolean endsWithBody() {
        return false;
    }

    /**
     * Hands out what {@link #skim} took in and nothing told since. Called before the answer ends or fails, and now and
     * then between, so that who stops reading has not missed much.
     */
    protected void tellSkimmed() {}

    /**
     * Hands out an event; a call without a name, and arguments of no call, are a hole in the answer. A finish reason is
     * handed out once; one that says that the vendor could not finish the answer is not, but becomes a failure at the
     * end of the stream. That of an answer with tool calls which the vendor calls a plain stop is {@code TOOL_CALLS},
     * and keeps the vendor's word.
     */
    protected final void add(ChatEvent event) {
        if (event.isContent()) {
            began();
            stream.gained();
        }
        if (size.add(event)) {
            throw stream.incomplete(AnswerSize.MESSAGE);
        }
        if (event instanceof ChatEvent.ToolCallStarted call) {
            if (call.name().isEmpty()) {
                throw hole("a call of the answer has no name");
            }
            calls.add(call.index());
            pending.add(ids.unique(call));
            return;
        } else if (event instanceof ChatEvent.ToolArgumentsDelta more && !calls.contains(more.index())) {
            throw hole("arguments came for a call that did not begin");
        }
        if (event instanceof ChatEvent.PartEnded end) {
            ids.ended(end.index());
        }
        if (event instanceof ChatEvent.Finished last) {
            if (!finished) {
                finished = true;
                FinishReason reason = Finishes.of(last.reason(), !calls.isEmpty());
                if (reason.kind() == FinishReason.Kind.MALFORMED) {
                    broken = reason; // thrown at the end, since the usage may come after it
                } else {
                    pending.add(new ChatEvent.Finished(reason));
                }
            }
            return;
        }
        pending.add(event instanceof ChatEvent.UsageReported reported ? latest(reported) : event);
    }

    /** Returns a report without the sides that it leaves out or says 0 of, although an earlier one counted them. */
    private ChatEvent latest(ChatEvent.UsageReported reported) {
        TokenUsage now = reported.usage();
        boolean noInput = now.inputTokens() == 0 && usage.inputTokens() > 0;
        boolean noOutput = now.outputTokens() == 0 && usage.outputTokens() > 0;
        if (!noInput && !noOutput) {
            usage = now;
            return reported;
        }
        TokenUsage.Builder both = TokenUsage.builder();
        (now.serverToolUses().isEmpty() ? usage : now).serverToolUses().forEach(both::serverTool);
        for (TokenUsage.Bucket bucket : TokenUsage.Bucket.values()) {
            boolean kept = bucket.isInput() ? noInput : noOutput;
            Counts.set(both, bucket, (kept ? usage : now).getOr(bucket, Counts.ABSENT));
        }
        usage = both.build();
        return new ChatEvent.UsageReported(usage);
    }

    /** Returns the reader of token counts, whose warnings are events. */
    protected final Counts counts() {
        return counts;
    }

    /** Hands out a whole answer, which came though a stream was asked for. */
    protected final void addAll(ChatResponse answer) {
        ChatStream.replay(answer).forEach(this::add);
    }

    /** Hands out the parts of an answer, and nothing else of it. */
    protected final void addParts(ChatResponse answer) {
        ChatResponse.Builder parts = ChatResponse.builder();
        answer.message().parts().forEach(parts::part);
        for (ChatEvent event : ChatStream.replay(parts.build())) {
            if (!(event instanceof ChatEvent.Finished) && !(event instanceof ChatEvent.Started)) {
                add(event);
            }
        }
    }

    /** Says that the answer has begun, though there is nothing to hand out yet. */
    protected final void began() {
        if (!content) {
            content = true;
            stream.contentSeen();
        }
    }

    /** Returns the failure for something that cannot be read and would leave a hole in the answer. */
    protected final GatewayException hole(String why) {
        return stream.incomplete(why);
    }

    /** Returns whether content was added. */
    protected final boolean hasContent() {
        return content;
    }

    /** Returns whether a finish reason was added. */
    protected final boolean isFinished() {
        return finished;
    }

    @Override
    public final @Nullable ChatEvent next() {
        try {
            while (true) {
                ChatEvent event = pending.poll();
                if (event == null) {
                    if (failure != null) {
                        throw failure;
                    }
                    if (complete) {
                        return null;
                    }
                    event = readEvent();
                }
                if (event != null) {
                    return event;
                }
            }
        } catch (GatewayException e) {
            stream.close();
            if (failure == null) {
                failure = e;
                pending.clear();
                tellSkimmed();
            }
            ChatEvent last = pending.poll();
            if (last == null) {
                throw e;
            }
            return last;
        }
    }

    @Override
    public final void close() {
        stream.close();
    }

    /** Reads one event: returns it if it is a plain text delta, otherwise adds its content to pending. */
    private @Nullable ChatEvent readEvent() {
        if (!stream.next()) {
            end("the stream ended without a finish reason");
            return null;
        }
        if (stream.length() == 0) {
            return null;
        }
        TextDeltaTemplate known = template;
        if (known != null) {
            String text = known.match(stream.buffer(), stream.offset(), stream.length());
            if (text != null) {
                textMatched(known.index(), text);
                if (!text.isEmpty()) {
                    stream.gained();
                }
                if (whole) {
                    textUnparsed();
                    whole = isWhole();
                    stream.answerWhole(whole, endsWithBody() ? 0 : HELD_OPEN_NANOS);
                }
                if (known.looseLength() > 0) {
                    skim(stream.buffer(), known.looseOffset(), known.looseLength());
                    if (++skimmed % TELL_EVERY == 0) {
                        tellSkimmed();
                        add(new ChatEvent.TextDelta(known.index(), text));
                        return null;
                    }
                }
                return new ChatEvent.TextDelta(known.index(), text);
            }
        }
        if (isSentinel(stream.offset(), stream.offset() + stream.length())) {
            end("the stream ended without an answer");
            return null;
        }
        JsonNode event = parse();
        if (event == null) {
            readOdd();
        } else {
            take(event);
            if (known != null && pending.peek() instanceof ChatEvent.TextDelta delta && isAlone() && !hasMore()) {
                known.learn(stream.buffer(), stream.offset(), stream.length(), delta.index(), delta.text());
            }
        }
        return null;
    }

    /** Takes in a text that was found without parsing; nothing by default. */
    protected void textMatched(int index, String text) {}

    /** Takes in that a text was found without parsing after the answer had looked whole; nothing by default. */
    protected void textUnparsed() {}

    /** Returns whether the one text delta is all that an event told, but for what {@link #skim} tells of the like. */
    private boolean isAlone() {
        int texts = 0;
        for (ChatEvent event : pending) {
            if (event instanceof ChatEvent.TextDelta) {
                texts++;
            } else if (!isSkimmed(event)) {
                return false;
            }
        }
        return texts == 1;
    }

    /**
     * Ends the answer at the vendor's end mark.
     *
     * @param why the message if no finish reason came before
     * @throws GatewayException if none came
     */
    protected final void end(String why) {
        beforeFinish();
        if (!finished) {
            throw stream.incomplete(why);
        }
        tellSkimmed();
        if (broken != null) {
            throw stream.incomplete(Finishes.broken(broken));
        }
        beforeEnd();
        complete = true;
        stream.finish();
    }

    private boolean isSentinel(int begin, int end) {
        byte[] bytes = stream.buffer();
        int from = begin;
        int to = end;
        while (from < to && bytes[from] <= ' ' && bytes[from] >= 0) {
            from++;
        }
        while (to > from && bytes[to - 1] <= ' ' && bytes[to - 1] >= 0) {
            to--;
        }
        return takeSentinel(bytes, from, to - from);
    }

    /** Takes in one object. */
    private void take(JsonNode event) {
        GatewayException error = stream.errorIn(event);
        if (error != null) {
            throw error;
        }
        if (stream.event().equals("error")) {
            throw stream.error(event.toString());
        }
        try {
            decode(stream.event(), event);
        } catch (GatewayException e) {
            throw e.kind() == ErrorKind.MALFORMED_RESPONSE && e.provider() == null
                    ? stream.incomplete(String.valueOf(e.getMessage()))
                    : e;
        }
        told();
    }

    /** Says after an event whether the answer is whole as far as it came. */
    private void told() {
        boolean before = whole;
        whole = isWhole();
        if (!whole && !before) {
            return;
        }
        boolean more = false;
        for (ChatEvent event : pending) {
            more |= !(event instanceof ChatEvent.Raw);
        }
        if (more) {
            stream.answerWhole(whole, endsWithBody() ? 0 : HELD_OPEN_NANOS);
        }
    }

    /** Returns the event if it is one object; null for anything else. */
    private @Nullable JsonNode parse() {
        try {
            JsonNode event = Json.parse(stream.buffer(), stream.offset(), stream.length(), stream.bounds());
            return event.isObject() ? event : null;
        } catch (StreamConstraintsException e) {
            throw tooLarge(e);
        } catch (IOException e) {
            return null; // readOdd says what it is
        }
    }

    private GatewayException tooLarge(StreamConstraintsException e) {
        return stream.incomplete("an event of the stream is too large to read: " + e.getOriginalMessage());
    }

    /** Takes in an event that is not one object: several, a list, words, or nothing that can be read. */
    private void readOdd() {
        byte[] bytes = stream.buffer();
        int from = stream.offset();
        int length = stream.length();
        List<JsonNode> values;
        try {
            values = Json.parseAll(bytes, from, length, stream.bounds());
        } catch (StreamConstraintsException e) {
            throw tooLarge(e);
        } catch (IOException e) {
            if (!readLines(bytes, from, length)) {
                unreadable(new String(bytes, from, length, StandardCharsets.UTF_8));
            }
            return;
        }
        values.forEach(this::takeAny);
    }

    /**
     * Takes in an event whose last line is the vendor's end mark, since some servers put no blank line between events;
     * false if it is none.
     */
    private boolean readLines(byte[] bytes, int from, int length) {
        int last = from + length;
        while (last > from && bytes[last - 1] != '\n') {
            last--;
        }
        List<JsonNode> values;
        try {
            values = last == from ? List.of() : Json.parseAll(bytes, from, last - from, stream.bounds());
        } catch (IOException e) {
            return false; // the caller says what it is
        }
        if (values.isEmpty()) {
            return false;
        }
        values.forEach(this::takeAny);
        if (complete) {
            return true;
        }
        boolean over = isSentinel(last, from + length);
        if (over) {
            end("the stream ended without an answer");
        }
        return over;
    }

    private void takeAny(JsonNode value) {
        if (complete) {
            return; // the vendor said that the answer is over
        }
        if (value.isObject()) {
            take(value);
        } else if (value.isArray()) {
            GatewayException error = stream.errorIn(value);
            if (error != null) {
                throw error;
            }
            value.forEach(this::takeAny);
        } else if (stream.event().equals("error")) {
            throw stream.error(value.asText());
        }
    }

    private void unreadable(String text) {
        if (!stream.isComplete()) {
            end("the stream was cut in the middle of an event");
        } else if (stream.event().equals("error")) {
            throw stream.error(text);
        } else if (text.indexOf('{') >= 0) {
            throw stream.incomplete("an event of the stream cannot be read, so the answer would have a hole");
        }
    }
}
