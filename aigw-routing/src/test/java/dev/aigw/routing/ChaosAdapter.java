package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A provider that does whatever its seed says: answers, is slow, fails in any way, breaks its streams. It never gives a
 * wrong answer: its text follows from the question, so that a reader can check whether an answer is whole.
 */
final class ChaosAdapter implements ProviderAdapter {

    private static final List<ErrorKind> FAILURES = List.of(
            ErrorKind.RATE_LIMITED,
            ErrorKind.QUOTA_EXHAUSTED,
            ErrorKind.OVERLOADED,
            ErrorKind.SERVER_ERROR,
            ErrorKind.CONNECTION,
            ErrorKind.TIMEOUT,
            ErrorKind.AUTHENTICATION,
            ErrorKind.NOT_FOUND,
            ErrorKind.CONTEXT_TOO_LONG,
            ErrorKind.CONTENT_FILTERED,
            ErrorKind.INVALID_REQUEST,
            ErrorKind.MALFORMED_RESPONSE,
            ErrorKind.STREAM_INTERRUPTED);

    private final VirtualEnvironment environment;
    private final Random random;
    private final double trouble;
    private int openStreams;

    /** Creates one that runs into trouble in this share of its attempts. */
    ChaosAdapter(VirtualEnvironment environment, Random random, double trouble) {
        this.environment = environment;
        this.random = random;
        this.trouble = trouble;
    }

    /** Returns the one right answer to a question. */
    static List<String> answer(String question) {
        return List.of("The answer", " to ", question, " is ", Integer.toString(question.hashCode()), ".");
    }

    int openStreams() {
        return openStreams;
    }

    @Override
    public String name() {
        return "chaos";
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        ChatRequest chat = (ChatRequest) request;
        Duration limit = attempt.timeouts().attempt();
        boolean streamed = operation.equals(ChatRequest.CHAT_STREAM);
        boolean deaf = random.nextInt(8) == 0; // an adapter that does not heed its cancellation
        Cancellation heeded = deaf ? new Cancellation() : attempt.cancellation();
        waitFor(pause(), streamed ? attempt.timeouts().firstEvent() : limit, attempt, heeded);
        if (random.nextDouble() < trouble && random.nextBoolean()) {
            throw failure(attempt);
        }
        List<String> words = remaining(chat);
        if (streamed) {
            openStreams++;
            return operation.replyType().cast(ChatStream.of(new Words(words, attempt, heeded)));
        }
        return operation
                .replyType()
                .cast(ChatResponse.builder()
                        .text(String.join("", words))
                        .finishReason(FinishReason.STOP)
                        .usage(TokenUsage.of(5, words.size()))
                        .build());
    }

    /** Returns what is left to say after the beginning that a prefill gives. */
    private static List<String> remaining(ChatRequest chat) {
        List<String> words = answer(chat.lastUserText());
        Message last = chat.messages().get(chat.messages().size() - 1);
        if (last.role() != Message.Role.ASSISTANT) {
            return words;
        }
        return List.of(String.join("", words).substring(last.text().length()));
    }

    private GatewayException failure(AttemptContext attempt) {
        ErrorKind kind = FAILURES.get(random.nextInt(FAILURES.size()));
        GatewayException.Builder failure = GatewayException.builder(kind, "chaos: " + kind)
                .provider(name())
                .deployment(attempt.deployment());
        if (kind == ErrorKind.RATE_LIMITED && random.nextBoolean()) {
            failure.retryAfter(Duration.ofMillis(random.nextInt(8_000)));
        }
        return failure.build();
    }

    private long pause() {
        double draw = random.nextDouble();
        if (draw < trouble / 8) {
            return Long.MAX_VALUE;
        }
        return Duration.ofMillis(draw < trouble ? random.nextInt(3_000) : random.nextInt(60))
                .toNanos();
    }

    private void waitFor(long nanos, @Nullable Duration limit, AttemptContext attempt, Cancellation cancellation) {
        long remaining = Math.max(0, attempt.remainingNanos());
        long limitNanos = limit == null ? Long.MAX_VALUE : limit.toNanos();
        environment.await(Math.min(nanos, Math.min(remaining, limitNanos)), cancellation);
        if (cancellation.isCancelled()) {
            throw fail(ErrorKind.CANCELLED, attempt);
        }
        if (nanos >= remaining && remaining <= limitNanos) {
            throw fail(ErrorKind.DEADLINE, attempt);
        }
        if (nanos >= limitNanos) {
            throw fail(ErrorKind.TIMEOUT, attempt);
        }
    }

    private static GatewayException fail(ErrorKind kind, AttemptContext attempt) {
        return GatewayException.builder(kind, "chaos: " + kind)
                .deployment(attempt.deployment())
                .build();
    }

    private final class Words implements ChatEventSource {

        private final List<String> words;
        private final AttemptContext attempt;
        private final Cancellation.Linked stop;
        private int next;
        private boolean closed;

        Words(List<String> words, AttemptContext attempt, Cancellation heeded) {
            this.words = words;
            this.attempt = attempt;
            this.stop = Cancellation.childOf(heeded);
        }

        @Override
        public @Nullable ChatEvent next() {
            int at = next++;
            if (at > words.size()) {
                return null;
            }
            waitFor(
                    pause(),
                    at == 0
                            ? attempt.timeouts().firstEvent()
                            : attempt.timeouts().idle(),
                    attempt,
                    stop.cancellation());
            if (random.nextDouble() < trouble / 8) {
                throw failure(attempt);
            }
            return at < words.size()
                    ? new ChatEvent.TextDelta(0, words.get(at))
                    : new ChatEvent.Finished(FinishReason.STOP);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openStreams--;
                stop.close();
                stop.cancellation().cancel();
            }
        }
    }
}
