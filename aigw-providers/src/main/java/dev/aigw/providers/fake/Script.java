package dev.aigw.providers.fake;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a {@link FakeProvider} does, one step per attempt: the first attempt gets the first step and so on, and the last
 * step repeats forever. An empty script answers {@code ok}.
 *
 * <pre>{@code
 * FakeProvider.builder("fake").fail(ErrorKind.OVERLOADED).reply("fine"); // fails once, is fine from then on
 * }</pre>
 *
 * <p>Chats and streams may get any step: replies are streamed and streams assembled as needed. Other operations fail,
 * hang and wait as the script says, and are answered by their own functions otherwise.
 *
 * <p>Not safe for use by several threads.
 *
 * @param <B> the builder that is being scripted
 */
public abstract sealed class Script<B extends Script<B>> permits FakeProvider.Builder, Script.OfModel {

    private final List<Step> steps = new ArrayList<>();
    private long delayNanos;
    private long paceNanos;

    Script() {}

    abstract B self();

    List<Step> steps() {
        if (delayNanos != 0) {
            throw new IllegalStateException("delay(...) has no step after it: it delays the next step, put it before");
        }
        return steps.isEmpty() ? List.of(new Step.Answer(0, 0, request -> Answers.text("ok", request))) : steps;
    }

    /** Answers with this text. The usage is one token per word. */
    public B reply(String text) {
        Objects.requireNonNull(text, "text");
        return add(new Step.Answer(delayNanos, paceNanos, request -> Answers.text(text, request)));
    }

    /** Answers with this response. */
    public B reply(ChatResponse response) {
        Objects.requireNonNull(response, "response");
        return add(new Step.Answer(delayNanos, paceNanos, request -> response));
    }

    /** Answers with the result of {@code answer} for the request; it may throw a {@link GatewayException}. */
    public B answer(Function<ChatRequest, ChatResponse> answer) {
        return add(new Step.Answer(delayNanos, paceNanos, Objects.requireNonNull(answer, "answer")));
    }

    /** Answers with the request's last user text. The usage is one token per word. */
    public B echo() {
        return answer(request -> Answers.text(request.lastUserText(), request));
    }

    /** Fails with a copy of {@code failure}, which names this provider unless it names one already. */
    public B fail(GatewayException failure) {
        return add(new Step.Failure(delayNanos, Objects.requireNonNull(failure, "failure")));
    }

    /** Fails with an exception of this kind. */
    public B fail(ErrorKind kind) {
        return fail(GatewayException.of(kind, "scripted failure of kind " + kind));
    }

    /** Stays silent until the attempt is cancelled or times out, or the call's deadline passes. */
    public B hang() {
        return add(new Step.Hang(delayNanos));
    }

    /** Streams these events. {@link ChatEvent.Finished} is not added. */
    public B stream(ChatEvent... events) {
        return add(new Step.Events(delayNanos, paceNanos, List.of(events), null, false));
    }

    /** Streams a text in these pieces, finished by {@link FinishReason#STOP}. The usage is one token per piece. */
    public B chunks(String... pieces) {
        return add(new Step.Events(delayNanos, paceNanos, Answers.events(pieces), null, false));
    }

    /** Streams these events and then fails with a copy of {@code failure}. */
    public B streamThenFail(GatewayException failure, ChatEvent... events) {
        Objects.requireNonNull(failure, "failure");
        return add(new Step.Events(delayNanos, paceNanos, List.of(events), failure, false));
    }

    /** Streams these events and then fails with an exception of this kind. */
    public B streamThenFail(ErrorKind kind, ChatEvent... events) {
        return streamThenFail(GatewayException.of(kind, "scripted failure of kind " + kind), events);
    }

    /** Streams these events and then stays silent until it is closed, cancelled or timed out. */
    public B streamThenStall(ChatEvent... events) {
        return add(new Step.Events(delayNanos, paceNanos, List.of(events), null, true));
    }

    /**
     * Delays the next step.
     *
     * @throws IllegalStateException if the next step has a delay already
     */
    public B delay(Duration delay) {
        if (delayNanos != 0) {
            throw new IllegalStateException("the delay of one step is set twice: remove one of the two");
        }
        delayNanos = nanos("delay", delay);
        return self();
    }

    /** Sets the wait before each event in the streams of all following steps; none by default. */
    public B pace(Duration pace) {
        paceNanos = nanos("pace", pace);
        return self();
    }

    private static long nanos(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: use zero or more");
        }
        return duration.toNanos();
    }

    private B add(Step step) {
        steps.add(step);
        delayNanos = 0;
        return self();
    }

    /** The script of one upstream model. Not safe for use by several threads. */
    public static final class OfModel extends Script<OfModel> {

        OfModel() {}

        @Override
        OfModel self() {
            return this;
        }
    }
}
