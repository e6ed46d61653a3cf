package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.internal.DurationText;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of tools in one answer: first all are decided, then those that may run do, several at once. For one thread,
 * which {@linkplain #advance advances} the batch and {@linkplain #await waits} in turn until it is done.
 */
final class CallBatch {

    /** One call on its way. */
    private static final class Pending {
        private final ToolCall call;
        private @Nullable Tool tool;
        private Tool.@Nullable Prepared code;
        private @Nullable CompletableFuture<ToolDecision> decision;
        private @Nullable ToolTask task;
        private long startedNanos;
        private long dueNanos;
        private @Nullable ToolOutcome outcome;

        Pending(ToolCall call) {
            this.call = call;
        }

        boolean isOver() {
            return outcome != null || tool == null; // a call without a tool is the application's
        }
    }

    private final ToolLoop loop;
    private final int round;
    private final CallOptions options;
    private final Cancellation cancellation;
    private final long deadlineNanos;
    private final Consumer<ToolEvent> events;
    private final Environment environment;
    private final List<Pending> calls = new ArrayList<>();
    private boolean decided;
    private @Nullable String stopReason;

    CallBatch(
            ToolLoop loop,
            int round,
            CallOptions options,
            Cancellation cancellation,
            long deadlineNanos,
            Consumer<ToolEvent> events) {
        this.loop = loop;
        this.round = round;
        this.options = options;
        this.cancellation = cancellation;
        this.deadlineNanos = deadlineNanos;
        this.events = events;
        this.environment = loop.environment();
    }

    /**
     * Adds a call of the answer.
     *
     * @param tools the tools by name
     * @param isApplications whether a call without a tool is for the application to run
     */
    void add(ToolCall call, Map<String, Tool> tools, boolean isApplications) {
        Pending pending = new Pending(call);
        calls.add(pending);
        Tool tool = tools.get(call.name());
        if (tool == null) {
            if (!isApplications) {
                end(pending, ToolOutcome.Status.UNKNOWN_TOOL, unknown(call, tools), null);
            }
            return;
        }
        pending.tool = tool;
        try {
            pending.code = tool.prepare(call);
        } catch (GatewayException unreadable) {
            end(
                    pending,
                    ToolOutcome.Status.BAD_ARGUMENTS,
                    "This call did not run: " + Outputs.message(unreadable) + ". Call " + tool.name()
                            + " again with arguments that follow its schema.",
                    unreadable);
            return;
        }
        pending.decision = decide(new ToolRequest(tool, call, round, options));
    }

    /** Adds a call that does not run. */
    void refuse(ToolCall call, String why) {
        Pending pending = new Pending(call);
        calls.add(pending);
        notRun(pending, why);
    }

    private void notRun(Pending pending, String why) {
        end(pending, ToolOutcome.Status.NOT_RUN, "This call has no result: " + why + ".", null);
    }

    private static String unknown(ToolCall call, Map<String, Tool> tools) {
        return "There is no tool named " + call.name() + ". "
                + (tools.isEmpty() ? "There are no tools." : "The tools are: " + String.join(", ", tools.keySet()));
    }

    private CompletableFuture<ToolDecision> decide(ToolRequest request) {
        try {
            return loop.approval().apply(request).toCompletableFuture();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    /** Goes on as far as possible without waiting; past the deadline, no tool starts. */
    void advance() {
        if (!decided) {
            decided = calls.stream().allMatch(each -> each.isOver() || isDone(each.decision));
            if (!decided) {
                return;
            }
            calls.stream().filter(each -> !each.isOver()).forEach(this::applyDecision);
            if (stopReason != null) {
                abandon("it was not run, because the conversation was stopped");
            }
        }
        long now = environment.nanoTime();
        int running = 0;
        for (Pending each : calls) {
            ToolTask task = each.task;
            if (each.isOver() || task == null) {
                continue;
            }
            if (task.done().isDone()) {
                settle(each, task);
            } else if (now - each.dueNanos >= 0) {
                timeOut(each, task);
            } else {
                running++;
            }
        }
        boolean mayStart = deadlineNanos == Long.MAX_VALUE || deadlineNanos - now > 0;
        for (Pending each : calls) {
            if (mayStart && running < loop.parallel() && !each.isOver() && each.task == null) {
                start(each);
                running++;
            }
        }
    }

    private static boolean isDone(@Nullable CompletableFuture<?> future) {
        return future != null && future.isDone();
    }

    private void applyDecision(Pending pending) {
        ToolDecision decision = decision(pending);
        if (decision.isAllowed()) {
            return;
        }
        String reason = String.valueOf(decision.reason());
        if (decision.kind() == ToolDecision.Kind.STOP && stopReason == null) {
            stopReason = "the call of " + pending.call.name() + " was not approved: " + reason;
        }
        end(pending, ToolOutcome.Status.DENIED, "This call was not approved: " + reason, null);
    }

    private static ToolDecision decision(Pending pending) {
        Throwable failure;
        try {
            CompletableFuture<ToolDecision> future = pending.decision;
            ToolDecision decision = future == null ? null : future.join();
            if (decision != null) {
                return decision;
            }
            failure = new NullPointerException("the approval returned null");
        } catch (CompletionException failed) {
            failure = failed.getCause() == null ? failed : failed.getCause();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw GatewayException.builder(
                        ErrorKind.INTERNAL,
                        "the approval of the tool " + pending.call.name() + " failed: " + failure
                                + "; this is a bug in the approval")
                .cause(failure)
                .build();
    }

    private void start(Pending pending) {
        Tool tool = pending.tool;
        Tool.Prepared code = pending.code;
        if (tool == null || code == null) {
            throw new IllegalStateException("a call that is over does not start");
        }
        Duration timeout = tool.timeout() == null ? loop.toolTimeout() : tool.timeout();
        pending.startedNanos = environment.nanoTime();
        long allowed = ToolLoop.nanos(timeout);
        long left = deadlineNanos - pending.startedNanos;
        pending.dueNanos = pending.startedNanos + Math.min(allowed, deadlineNanos == Long.MAX_VALUE ? allowed : left);
        Cancellation.Linked linked = Cancellation.childOf(cancellation);
        ToolTask task = new ToolTask(
                code,
                new Context(pending.call, round, linked.cancellation(), options, pending.dueNanos, environment),
                linked);
        pending.task = task;
        events.accept(new ToolEvent.Called(round, pending.call));
        try {
            loop.executor().execute(task);
        } catch (RejectedExecutionException refused) {
            throw GatewayException.builder(
                            ErrorKind.LIMIT_EXCEEDED,
                            "the executor refused to run the tool " + tool.name()
                                    + ": it is shut down or full; enlarge it or give the loop one of its own")
                    .cause(refused)
                    .build();
        }
    }

    private void settle(Pending pending, ToolTask task) {
        task.release();
        ToolOutput output;
        try {
            output = task.done().join();
        } catch (RuntimeException thrown) {
            fail(
                    pending,
                    thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown);
            return;
        }
        end(
                pending,
                output.isError() ? ToolOutcome.Status.FAILED : ToolOutcome.Status.SUCCEEDED,
                output.content(),
                output.isError(),
                null);
    }

    private void fail(Pending pending, Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        cancellation.throwIfCancelled();
        if (failure instanceof InterruptedException) {
            throw GatewayException.builder(ErrorKind.CANCELLED, "the tool " + pending.call.name() + " was interrupted")
                    .cause(failure)
                    .build();
        }
        String text = loop.explainError(pending.call, failure);
        if (text == null) {
            throw GatewayException.builder(
                            ErrorKind.INTERNAL,
                            "the tool " + pending.call.name() + " failed: " + Outputs.message(failure))
                    .cause(failure)
                    .build();
        }
        end(pending, ToolOutcome.Status.FAILED, text, failure);
    }

    private void timeOut(Pending pending, ToolTask task) {
        task.stop();
        String time = DurationText.of(Duration.ofNanos(pending.dueNanos - pending.startedNanos));
        end(
                pending,
                ToolOutcome.Status.TIMED_OUT,
                "The tool " + pending.call.name() + " timed out after " + time + ".",
                null);
    }

    /** Waits until something has changed, or until the loop's deadline. */
    void await() throws InterruptedException {
        long now = environment.nanoTime();
        long nanos = deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - now;
        List<CompletableFuture<?>> open = new ArrayList<>();
        for (Pending each : calls) {
            if (each.isOver()) {
                continue;
            }
            ToolTask task = each.task;
            if (task != null) {
                open.add(task.done());
                nanos = Math.min(nanos, each.dueNanos - now);
            } else if (!decided && each.decision != null && !each.decision.isDone()) {
                open.add(each.decision);
            }
        }
        if (!open.isEmpty()) {
            CompletableFuture<?> any = CompletableFuture.anyOf(open.toArray(CompletableFuture<?>[]::new));
            environment.await(any, Math.max(0, nanos), cancellation);
        }
    }

    /** Returns whether each call is over. */
    boolean isDone() {
        return calls.stream().allMatch(Pending::isOver);
    }

    /** Stops what runs; each call that is not over gets this result. */
    void abandon(String why) {
        for (Pending each : calls) {
            if (!each.isOver()) {
                if (each.task != null) {
                    each.task.stop();
                }
                notRun(each, why);
            }
        }
    }

    /** Stops what runs, without a result. */
    void stop() {
        for (Pending each : calls) {
            if (each.task != null) {
                each.task.stop();
            }
            if (each.decision != null) {
                each.decision.cancel(true);
            }
        }
    }

    /** Returns why an approval ended the loop, or null if none did. */
    @Nullable
    String stopReason() {
        return stopReason;
    }

    /** Returns the outcomes in the order of the calls. */
    List<ToolOutcome> outcomes() {
        List<ToolOutcome> outcomes = new ArrayList<>(calls.size());
        for (Pending each : calls) {
            if (each.outcome != null) {
                outcomes.add(each.outcome);
            }
        }
        return outcomes;
    }

    /** Returns the calls that the application runs itself. */
    List<ToolCall> applications() {
        return calls.stream()
                .filter(each -> each.tool == null && each.outcome == null)
                .map(each -> each.call)
                .toList();
    }

    private void end(Pending pending, ToolOutcome.Status status, String text, @Nullable Throwable failure) {
        end(pending, status, List.of(new ContentPart.Text(text)), true, failure);
    }

    private void end(
            Pending pending,
            ToolOutcome.Status status,
            List<ContentPart> content,
            boolean isError,
            @Nullable Throwable failure) {
        ToolOutcome outcome = new ToolOutcome(
                pending.call,
                status,
                new ContentPart.ToolResult(pending.call.id(), Outputs.bounded(content, loop.maxResultChars()), isError),
                pending.task == null ? Duration.ZERO : Duration.ofNanos(environment.nanoTime() - pending.startedNanos),
                failure);
        pending.outcome = outcome;
        events.accept(new ToolEvent.Returned(round, outcome));
    }

    private record Context(
            ToolCall call,
            int round,
            Cancellation cancellation,
            CallOptions loopOptions,
            long dueNanos,
            Environment environment)
            implements ToolContext {

        @Override
        public Caller caller() {
            return loopOptions.caller();
        }

        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, dueNanos - environment.nanoTime()));
        }

        @Override
        public CallOptions options() {
            Duration left = remaining();
            return loopOptions.toBuilder()
                    .cancellation(cancellation)
                    .timeout(left.isZero() ? Duration.ofNanos(1) : left)
                    .sessionKey(null) // a conversation of its own
                    .idempotencyKey(null)
                    .build();
        }

        @Override
        public String toString() {
            return "ToolContext{" + call.name() + ", round " + round + "}";
        }
    }
}
