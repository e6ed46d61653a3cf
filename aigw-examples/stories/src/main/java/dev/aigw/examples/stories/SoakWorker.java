package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.routing.ModelRouter;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One of the soak's threads: asks questions in all ways, one after the other, and checks the replies. */
final class SoakWorker implements Runnable {

    static final Duration TOLERANCE = Duration.ofMillis(500);

    private static final Duration PATIENT = Duration.ofSeconds(5);
    private static final Duration HURRIED = Duration.ofMillis(60);

    private final ModelRouter router;
    private final SoakTally tally;
    private final int firstQuestion;
    private final int calls;
    private final SplittableRandom random;

    SoakWorker(ModelRouter router, SoakTally tally, int firstQuestion, int calls, long seed) {
        this.router = router;
        this.tally = tally;
        this.firstQuestion = firstQuestion;
        this.calls = calls;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        for (int i = 0; i < calls; i++) {
            ask(new SoakQuestion(firstQuestion + i));
        }
    }

    private void ask(SoakQuestion question) {
        Duration total = random.nextInt(50) == 0 ? HURRIED : PATIENT;
        CallOptions options = CallOptions.builder().timeout(total).build();
        ChatRequest request = ChatRequest.of("soak", question.text());
        int way = random.nextInt(20);
        String name = way < 6 ? "plain" : way < 12 ? "async" : "streamed";
        long start = System.nanoTime();
        try {
            switch (way) {
                case 10, 11 -> cancelled(request, options);
                case 18, 19 -> leftEarly(question, request, options);
                default ->
                    judge(
                            name,
                            question,
                            way < 6
                                    ? router.chat(request, options)
                                    : way < 10
                                            ? router.chatAsync(request, options).join()
                                            : streamed(request, options));
            }
        } catch (CompletionException e) {
            failed(name, question, Objects.requireNonNullElse(e.getCause(), e));
        } catch (GatewayException e) {
            failed(name, question, e);
        }
        tally.overrun(System.nanoTime() - start - total.toNanos(), TOLERANCE);
    }

    private ChatResponse streamed(ChatRequest request, CallOptions options) {
        try (ChatStream stream = router.stream(request, options)) {
            return stream.response();
        }
    }

    private void judge(String way, SoakQuestion question, ChatResponse reply) {
        tally.outcome(way, reply.route().fellBack() ? "answered by the fallback" : "answered", reply.route());
        tally.answered();
        if (!question.isAnsweredBy(reply)) {
            tally.wrong(question + " was answered " + reply.text() + " " + reply.toolCalls() + " by " + reply.route());
        }
    }

    /** Cancels a call some time after it began, maybe too late. */
    private void cancelled(ChatRequest request, CallOptions options) {
        CompletableFuture<ChatResponse> future = router.chatAsync(request, options);
        if (random.nextBoolean()) {
            Thread.onSpinWait();
        }
        future.cancel(true);
        try {
            ChatResponse reply = future.join();
            judge("async", SoakQuestion.of(request.lastUserText()), reply);
        } catch (CancellationException e) {
            tally.outcome("async", "cancelled by us", Route.NONE);
        }
    }

    /** Reads a little of a stream and closes it. */
    private void leftEarly(SoakQuestion question, ChatRequest request, CallOptions options) {
        try (ChatStream stream = router.stream(request, options)) {
            for (int left = random.nextInt(6); left > 0 && stream.next() != null; left--) {
                // the stream keeps what was read
            }
            if (!question.answer().text().startsWith(stream.text())) {
                tally.wrong(question + " began with " + stream.text());
            }
            tally.outcome("streamed", "left early by us", stream.route());
        }
    }

    private void failed(String way, SoakQuestion question, Throwable thrown) {
        if (!(thrown instanceof GatewayException failure)) {
            tally.wrong(question + " failed with " + thrown);
            return;
        }
        tally.outcome(way, "failed, " + failure.kind(), failure.route());
        if (failure.kind() == ErrorKind.STREAM_INTERRUPTED && failure.partial() == null) {
            tally.wrong(question + " was interrupted without its partial answer");
        }
        if (failure.partial() instanceof ChatResponse partial && !question.isBegunBy(partial)) {
            tally.wrong(question + " was interrupted after " + partial.text() + " " + partial.toolCalls());
        }
    }
}
