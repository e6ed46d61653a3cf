package dev.aigw.routing.tools;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of a loop, as a machine that goes on only while its events are {@linkplain #next read}: plain and streamed
 * runs, sync and async, are all read from it. One thread reads; {@link #close()} may come from any.
 */
final class LoopRun implements AutoCloseable {

    private enum State {
        /** The next round begins, if the bounds allow it. */
        BETWEEN,
        /** The model is about to be called. */
        ASKING,
        /** The model's stream is read. */
        READING,
        /** Tools run. */
        TOOLS,
        OVER
    }

    private final ToolLoop loop;
    private final Environment environment;
    private final boolean streamed;
    private final ChatRequest request;
    private final CallOptions options;
    private final Map<String, Tool> tools;
    private final Set<String> declared = new HashSet<>();
    private final Cancellation.Linked linked;
    private final long deadlineNanos;
    private final Transcript transcript;
    private final Deque<ToolEvent> ready = new ArrayDeque<>();

    private State state = State.BETWEEN;
    private int round;
    private int calls;
    private int failedRounds;
    private boolean isEmptyRetried;
    private boolean repeats;
    private @Nullable Bound lastWords;
    private ChatRequest asked;
    private volatile @Nullable ChatStream stream;
    private @Nullable CallBatch batch;
    private @Nullable ToolRun result;
    private @Nullable RuntimeException failure;
    private @Nullable Error error;
    private volatile boolean closed;

    /** A bound that is reached. */
    record Bound(ToolRun.End end, String reason) {}

    LoopRun(ToolLoop loop, ChatRequest request, CallOptions options, boolean streamed) {
        this.loop = loop;
        this.environment = loop.environment();
        this.streamed = streamed;
        this.tools = loop.currentTools();
        for (ToolSpec spec : request.tools()) {
            if (spec.provider() == null && !tools.containsKey(spec.name())) {
                declared.add(spec.name());
            }
        }
        this.request = request.toBuilder()
                .tools(ToolLoop.specs(request.tools(), tools))
                .build();
        this.asked = this.request;
        this.linked = Cancellation.childOf(options.cancellation());
        String session = options.sessionKey() == null ? loop.newSession() : options.sessionKey();
        this.options = options.toBuilder()
                .cancellation(linked.cancellation())
                .sessionKey(session)
                .build();
        Duration timeout = loop.timeout();
        long now = environment.nanoTime();
        this.deadlineNanos = timeout == null ? Long.MAX_VALUE : now + ToolLoop.nanos(timeout);
        this.transcript = new Transcript(request, loop.meter(), loop.price(), environment::now);
    }

    /**
     * Returns the next event, waiting for it, or null at the end.
     *
     * @throws GatewayException if the loop fails; later calls throw it again
     */
    @Nullable
    ToolEvent next() {
        while (true) {
            ToolEvent event = ready.poll();
            if (event != null) {
                return event;
            }
            if (error != null) {
                throw error;
            }
            if (failure != null) {
                throw failure;
            }
            if (state == State.OVER) {
                return null;
            }
            try {
                step();
            } catch (Throwable thrown) {
                RuntimeException failed = failed(thrown);
                if (failed != null) {
                    throw failed;
                }
            }
        }
    }

    private void step() throws InterruptedException {
        linked.cancellation().throwIfCancelled();
        switch (state) {
            case BETWEEN -> begin();
            case ASKING -> ask();
            case READING -> read();
            case TOOLS -> work();
            case OVER -> throw new IllegalStateException("the loop is over");
        }
    }

    // --------------------------------------------------------------------------------------------------------- rounds

    private void begin() {
        Bound bound = lastWords == null ? bound() : null;
        if (bound != null) {
            limit(bound, List.of());
            return;
        }
        round++;
        ready.add(new ToolEvent.RoundBegan(round));
        state = State.ASKING;
    }

    private void ask() {
        asked = nextRequest();
        CallOptions next = nextOptions();
        if (!streamed) {
            replied(loop.client().chat(asked, next));
            return;
        }
        ChatStream opened = loop.client().stream(asked, next);
        stream = opened;
        state = State.READING;
        if (closed) {
            opened.close();
        }
    }

    private void read() {
        ChatStream open = stream;
        if (open == null) {
            throw new IllegalStateException("there is no stream to read");
        }
        ChatEvent event = open.next();
        if (event != null) {
            ready.add(new ToolEvent.Delta(round, event));
            return;
        }
        stream = null;
        replied(open.response());
    }

    private ChatRequest nextRequest() {
        ChatRequest.Builder next = request.toBuilder().messages(List.copyOf(transcript.messages()));
        ToolChoice choice = request.toolChoice();
        if (lastWords != null) {
            next.toolChoice(ToolChoice.NONE);
        } else if (calls > 0
                && choice != null
                && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL)) {
            next.toolChoice(ToolChoice.AUTO); // what was required is done; it would be required for ever
        }
        return next.build();
    }

    private CallOptions nextOptions() {
        CallOptions.Builder next = options.toBuilder();
        if (deadlineNanos != Long.MAX_VALUE) {
            Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - environment.nanoTime()));
            Duration own = options.timeouts().total();
            if (own == null || left.compareTo(own) < 0) {
                next.timeouts(Timeouts.total(left).orElse(options.timeouts()));
            }
        }
        String key = options.idempotencyKey();
        if (key != null && round > 1) {
            next.idempotencyKey(key + "-" + round); // or the vendor would repeat its first answer
        }
        if (repeats) {
            next.cache(CacheDirective.REFRESH); // or the cache would
            repeats = false;
        }
        return next.build();
    }

    // -------------------------------------------------------------------------------------------------------- answers

    private void replied(ChatResponse given) {
        ChatResponse reply = CallIds.unique(given);
        transcript.replied(round, asked, reply);
        ready.add(new ToolEvent.Replied(round, reply));
        if (reply.toolCalls().isEmpty()) {
            answered(reply);
            return;
        }
        transcript.messages().add(reply.message());
        List<ToolCall> wanted = reply.toolCalls();
        Bound bound = ToolRun.isRefusal(reply)
                ? new Bound(ToolRun.End.REFUSED, "the model's answer ended with " + reply.finishReason())
                : lastWords != null ? lastWords : bound();
        if (bound == null && calls + wanted.size() > loop.maxCalls()) {
            bound = new Bound(
                    ToolRun.End.CALLS,
                    "it would exceed the limit of " + loop.maxCalls() + " calls of tools; maxCalls(…) raises it");
        }
        if (bound != null) {
            limit(bound, wanted);
            return;
        }
        calls += wanted.size();
        CallBatch started = new CallBatch(loop, round, options, linked.cancellation(), deadlineNanos, ready::add);
        batch = started;
        state = State.TOOLS;
        for (ToolCall call : wanted) {
            started.add(call, tools, declared.contains(call.name()));
        }
    }

    private void answered(ChatResponse reply) {
        FinishReason.Kind kind = reply.finishReason().kind();
        boolean isRefused = ToolRun.isRefusal(reply) || reply.refusal() != null;
        if (kind == FinishReason.Kind.PAUSED) {
            transcript.messages().add(reply.message());
            state = State.BETWEEN;
        } else if (reply.isEmpty() && !isRefused) {
            boolean isCut = kind == FinishReason.Kind.LENGTH || kind == FinishReason.Kind.CONTEXT_EXCEEDED;
            if (isEmptyRetried || isCut || lastWords != null) {
                end(ToolRun.End.EMPTY, "the model's answer is empty and ended with " + reply.finishReason(), List.of());
            } else {
                isEmptyRetried = true;
                repeats = true;
                state = State.BETWEEN;
            }
        } else {
            transcript.messages().add(reply.message());
            if (lastWords != null) {
                end(lastWords.end, lastWords.reason, List.of());
            } else if (isRefused) {
                end(ToolRun.End.REFUSED, "the model's answer ended with " + reply.finishReason(), List.of());
            } else {
                end(ToolRun.End.ANSWERED, "the model answered", List.of());
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------------- tools

    private void work() throws InterruptedException {
        CallBatch current = batch;
        if (current == null) {
            throw new IllegalStateException("there are no calls to work on");
        }
        current.advance();
        if (!current.isDone()) {
            if (deadlineNanos != Long.MAX_VALUE && deadlineNanos - environment.nanoTime() <= 0) {
                current.abandon("the time of the conversation was over");
            } else if (ready.isEmpty()) {
                current.await();
            }
            return;
        }
        batch = null;
        List<ToolOutcome> outcomes = current.outcomes();
        transcript.ran(outcomes);
        addResults(outcomes);
        failedRounds = outcomes.stream().anyMatch(ToolOutcome::isSuccess) ? 0 : failedRounds + 1;
        List<ToolCall> applications = current.applications();
        if (current.stopReason() != null) {
            end(ToolRun.End.STOPPED, current.stopReason(), notRun(outcomes));
        } else if (!applications.isEmpty()) {
            end(ToolRun.End.APPLICATION_CALLS, "the model calls tools that the application runs", applications);
        } else if (failedRounds >= loop.maxFailedRounds()) {
            limit(
                    new Bound(
                            ToolRun.End.FAILURES,
                            "in " + failedRounds + " rounds in a row no call of a tool succeeded"
                                    + "; maxFailedRounds(…) raises the limit"),
                    List.of());
        } else {
            state = State.BETWEEN;
        }
    }

    private static List<ToolCall> notRun(List<ToolOutcome> outcomes) {
        return outcomes.stream()
                .filter(each ->
                        each.status() == ToolOutcome.Status.NOT_RUN || each.status() == ToolOutcome.Status.DENIED)
                .map(ToolOutcome::call)
                .toList();
    }

    private void addResults(List<ToolOutcome> outcomes) {
        if (!outcomes.isEmpty()) {
            transcript
                    .messages()
                    .add(Message.of(
                            Message.Role.TOOL,
                            outcomes.stream().map(ToolOutcome::result).toList()));
        }
    }

    // --------------------------------------------------------------------------------------------------------- bounds

    /** Returns a bound that forbids another model call, or null. */
    private @Nullable Bound bound() {
        if (round >= loop.maxRounds()) {
            return new Bound(
                    ToolRun.End.ROUNDS,
                    "it reached the limit of " + loop.maxRounds() + " rounds; maxRounds(…) raises it");
        }
        if (loop.maxTokens() != null && transcript.usage().totalTokens() >= loop.maxTokens()) {
            return new Bound(
                    ToolRun.End.TOKENS,
                    "it used " + transcript.usage().totalTokens() + " of " + loop.maxTokens() + " tokens");
        }
        Bound cost = loop.costBound(transcript.cost());
        if (cost != null) {
            return cost;
        }
        return deadlineNanos != Long.MAX_VALUE && deadlineNanos - environment.nanoTime() <= 0 ? time() : null;
    }

    private Bound time() {
        return new Bound(ToolRun.End.TIME, "its time is over: " + loop.timeoutText());
    }

    /** Ends at a bound: the calls that wait are answered, so that the conversation can be continued. */
    private void limit(Bound bound, List<ToolCall> waiting) {
        if (!waiting.isEmpty()) {
            CallBatch unrun = new CallBatch(loop, round, options, linked.cancellation(), deadlineNanos, ready::add);
            waiting.forEach(call -> unrun.refuse(call, "it was not run, because the conversation was ended here"));
            transcript.ran(unrun.outcomes());
            addResults(unrun.outcomes());
        }
        boolean mayAnswer =
                bound.end == ToolRun.End.ROUNDS || bound.end == ToolRun.End.CALLS || bound.end == ToolRun.End.FAILURES;
        if (loop.answersAtLimit() && mayAnswer && lastWords == null) {
            lastWords = bound;
            state = State.BETWEEN;
        } else {
            end(bound.end, bound.reason, waiting);
        }
    }

    // ------------------------------------------------------------------------------------------------------------ end

    private void end(ToolRun.End end, String reason, List<ToolCall> pending) {
        state = State.OVER;
        result = new ToolRun(transcript, end, reason, pending);
        linked.close();
    }

    /** Returns what came of the loop. */
    ToolRun result() {
        while (next() != null) {
            // the transcript keeps it
        }
        ToolRun known = result;
        if (known == null) {
            throw new IllegalStateException("the loop is not over");
        }
        return known;
    }

    /** Releases everything and returns what to throw; null if the loop has just reached its timeout. */
    private @Nullable RuntimeException failed(Throwable thrown) {
        release();
        if (thrown instanceof Error fatal) {
            error = fatal;
            throw fatal;
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        GatewayException known = explain(thrown);
        transcript.failed(known.route(), known.partial() instanceof ChatResponse some ? some : null);
        boolean isOurTime = known.kind() == ErrorKind.DEADLINE
                && deadlineNanos != Long.MAX_VALUE
                && deadlineNanos - environment.nanoTime() <= 0;
        if (isOurTime && !transcript.rounds().isEmpty()) {
            Bound bound = time();
            end(bound.end, bound.reason, List.of());
            return null;
        }
        ToolRun run = new ToolRun(transcript, ToolRun.End.FAILED, String.valueOf(known.getMessage()), List.of());
        GatewayException withRun =
                known.toBuilder().partial(run).route(run.route()).build();
        withRun.setStackTrace(known.getStackTrace());
        failure = withRun;
        return withRun;
    }

    private GatewayException explain(Throwable thrown) {
        if (closed) {
            return cancelled("the loop is closed", thrown);
        }
        if (thrown instanceof GatewayException known) {
            return known;
        }
        return thrown instanceof InterruptedException
                ? cancelled("interrupted while tools ran", thrown)
                : GatewayException.builder(ErrorKind.INTERNAL, "the tool loop failed: " + thrown)
                        .cause(thrown)
                        .build();
    }

    private static GatewayException cancelled(String message, Throwable cause) {
        return GatewayException.builder(ErrorKind.CANCELLED, message)
                .cause(cause)
                .build();
    }

    private void release() {
        linked.cancellation().cancel();
        linked.close();
        ChatStream open = stream;
        if (open != null) {
            open.close();
        }
        CallBatch current = batch;
        if (current != null) {
            current.abandon("the conversation was ended before");
            current.stop();
            transcript.ran(current.outcomes());
            addResults(current.outcomes());
            batch = null;
        }
        ready.clear();
    }

    /** Stops everything under way; the thread that reads gets a failure of kind CANCELLED. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        linked.cancellation().cancel();
        linked.close();
        ChatStream open = stream;
        if (open != null) {
            open.close();
        }
    }
}
