package dev.aigw.routing.tools;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link ToolLoop}: the answer, the whole conversation, each round, and what it used. Immutable.
 *
 * <p>The conversation can always be continued: each call of a tool has a result, also where a bound ended the loop
 * before the tool ran. When a loop fails, its {@link GatewayException} has the run so far: {@link #of}.
 */
public final class ToolRun implements ModelReply {

    /** Why a loop ended. */
    public enum End {
        /** The model answered without calling a tool. */
        ANSWERED,
        /** The model refused, or the vendor's content filter ended its answer. */
        REFUSED,
        /** The model answered with nothing at all, twice. */
        EMPTY,
        /** The model calls tools that are declared in the request only: the application runs them. */
        APPLICATION_CALLS,
        /** {@link ToolLoop.Builder#maxRounds} is reached. */
        ROUNDS,
        /** {@link ToolLoop.Builder#maxCalls} would be exceeded. */
        CALLS,
        /** {@link ToolLoop.Builder#maxTokens} is reached. */
        TOKENS,
        /** {@link ToolLoop.Builder#maxCost} is reached, or it is no longer known what the loop has cost. */
        COST,
        /** {@link ToolLoop.Builder#timeout} is over. */
        TIME,
        /** In {@link ToolLoop.Builder#maxFailedRounds} rounds in a row no call of a tool succeeded. */
        FAILURES,
        /** An approval ended the loop: {@link ToolDecision#stop}. */
        STOPPED,
        /** An exception ended the loop, and this is what it had done until then. */
        FAILED
    }

    /**
     * One answer of the model and what came of the tools it called.
     *
     * @param number the round, from 1
     * @param reply the model's answer, with its own usage and route
     * @param outcomes what came of its calls, in their order
     */
    public record Round(int number, ChatResponse reply, List<ToolOutcome> outcomes) {
        /** Copies the list. */
        public Round {
            outcomes = List.copyOf(outcomes);
        }
    }

    private final End end;
    private final String reason;
    private final List<Message> messages;
    private final int given;
    private final List<Round> rounds;
    private final List<ToolCall> pending;
    private final TokenUsage usage;
    private final Cost cost;
    private final Route route;
    private final @Nullable ChatResponse interrupted;

    ToolRun(Transcript transcript, End end, String reason, List<ToolCall> pending) {
        this.end = end;
        this.reason = reason;
        this.pending = List.copyOf(pending);
        this.messages = List.copyOf(transcript.messages());
        this.given = transcript.given();
        this.rounds = List.copyOf(transcript.rounds());
        this.usage = transcript.usage();
        this.cost = transcript.cost();
        this.route = transcript.route();
        this.interrupted = transcript.interrupted();
    }

    private ToolRun(ToolRun other, Route route) {
        this.end = other.end;
        this.reason = other.reason;
        this.pending = other.pending;
        this.messages = other.messages;
        this.given = other.given;
        this.rounds = other.rounds;
        this.usage = other.usage;
        this.cost = other.cost;
        this.interrupted = other.interrupted;
        this.route = route;
    }

    /** Returns the run so far of a loop that failed, or null if the failure is not a loop's. */
    public static @Nullable ToolRun of(GatewayException failure) {
        return failure.partial() instanceof ToolRun run ? run : null;
    }

    /** Returns why the loop ended. */
    public End end() {
        return end;
    }

    /** Returns why the loop ended, for people. */
    public String reason() {
        return reason;
    }

    /**
     * Returns whether there is an answer: the model's last reply calls no tool, is not empty and no refusal. It may be
     * there at a bound, too: {@link ToolLoop.Builder#answerAtLimit}.
     */
    public boolean isAnswered() {
        if (rounds.isEmpty() || end == End.FAILED) {
            return false;
        }
        ChatResponse last = response();
        return last.toolCalls().isEmpty()
                && !last.isEmpty()
                && !isRefusal(last)
                && last.finishReason().kind() != FinishReason.Kind.PAUSED;
    }

    static boolean isRefusal(ChatResponse reply) {
        FinishReason.Kind kind = reply.finishReason().kind();
        return kind == FinishReason.Kind.REFUSAL || kind == FinishReason.Kind.CONTENT_FILTER;
    }

    /**
     * Returns the last reply of the model: the answer, if {@link #isAnswered()}. Its usage and route are those of its
     * own round.
     *
     * @throws IllegalStateException if the loop failed before the first reply
     */
    public ChatResponse response() {
        if (rounds.isEmpty()) {
            throw new IllegalStateException("the loop ended before the first reply: " + reason);
        }
        return rounds.get(rounds.size() - 1).reply();
    }

    /**
     * Returns the text of the answer.
     *
     * @throws GatewayException if there is none, because a bound ended the loop or the model refused; the message says
     *     why, and the exception has this run
     */
    public String text() {
        return answer().text();
    }

    /**
     * Returns the answer, which must be JSON, as a {@code type}.
     *
     * @throws GatewayException if there is no answer, as by {@link #text()}; of kind
     *     {@link ErrorKind#MALFORMED_RESPONSE} if it is not JSON or does not fit
     */
    public <T> T as(Class<T> type) {
        return answer().as(type);
    }

    private ChatResponse answer() {
        if (!isAnswered()) {
            throw GatewayException.builder(kind(), "the tool loop ended without an answer: " + reason)
                    .partial(this)
                    .route(route)
                    .build();
        }
        return response();
    }

    private ErrorKind kind() {
        return switch (end) {
            case REFUSED -> ErrorKind.CONTENT_FILTERED;
            case COST -> ErrorKind.BUDGET_EXCEEDED;
            case TIME -> ErrorKind.DEADLINE;
            case STOPPED -> ErrorKind.DENIED;
            case ROUNDS, CALLS, TOKENS -> ErrorKind.LIMIT_EXCEEDED;
            case ANSWERED, EMPTY, FAILURES, APPLICATION_CALLS, FAILED -> ErrorKind.MALFORMED_RESPONSE;
        };
    }

    /**
     * Returns the whole conversation: the request's messages and those that the loop added, with the model's reasoning
     * and signatures as vendors want them back.
     */
    public List<Message> messages() {
        return messages;
    }

    /** Returns the messages that the loop added to the request's. */
    public List<Message> newMessages() {
        return messages.subList(given, messages.size());
    }

    /** Returns the rounds that were answered, in order. */
    public List<Round> rounds() {
        return rounds;
    }

    /**
     * Returns the calls of the last reply that did not run, because of a bound, an approval that ended the loop, or
     * because the application runs them. Only the last kind has no result in the conversation: append one for each.
     */
    public List<ToolCall> pendingCalls() {
        return pending;
    }

    /** Returns what arrived of an answer that broke, when the loop failed in the middle of a stream; else null. */
    public @Nullable ChatResponse interrupted() {
        return interrupted;
    }

    /** Returns the tokens of all rounds; those of a round that reported none are estimated. */
    @Override
    public TokenUsage usage() {
        return usage;
    }

    /**
     * Returns what all rounds cost, by the loop's {@linkplain ToolLoop.Builder#meter meter} or
     * {@linkplain ToolLoop.Builder#price price}; unknown without one.
     */
    public Cost cost() {
        return cost;
    }

    /** Returns what happened in all rounds: every attempt and warning, in order; the id is that of the last call. */
    @Override
    public Route route() {
        return route;
    }

    @Override
    public ToolRun withRoute(Route route) {
        return new ToolRun(this, Objects.requireNonNull(route, "route"));
    }

    /** Returns how the loop ended and what it used; content stays out of logs. */
    @Override
    public String toString() {
        return "ToolRun{" + end + ", " + rounds.size() + " rounds, " + messages.size() + " messages, " + usage + ", "
                + cost + "}";
    }
}
