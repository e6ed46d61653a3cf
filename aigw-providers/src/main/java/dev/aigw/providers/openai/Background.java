package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.PlainWords;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.DividedAttempt;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses that the vendor computes in the background: starts one, asks for it until it is done, and cancels it if
 * nobody waits any more.
 *
 * <p>All calls about a response use the credential and the base URL of the attempt that started it, since its id is
 * known there only. A few failed questions are no failure of the response. Safe for use by many threads.
 *
 * @see <a href="https://developers.openai.com/api/docs/guides/background">"Background mode" of OpenAI, checked in
 *     November 2026</a>
 */
final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** The longest time for one question, so that one without an answer does not use up the attempt's time. */
    private static final Duration QUESTION = Duration.ofSeconds(30);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_ID_CHARS = 200;
    private static final int MOST_FAILURES = 5;
    private static final Set<ErrorKind> PASSING = EnumSet.of(
            ErrorKind.CONNECTION,
            ErrorKind.TIMEOUT,
            ErrorKind.OVERLOADED,
            ErrorKind.SERVER_ERROR,
            ErrorKind.RATE_LIMITED,
            ErrorKind.MALFORMED_RESPONSE);

    private final HttpEndpoint http;
    private final BinaryOperator<String> path;
    private final Duration interval;

    /**
     * Creates it for one server.
     *
     * @param path the path of a call, by OpenAI's path and the model
     * @param interval the pause between two questions, unless the server says another
     */
    Background(HttpEndpoint http, BinaryOperator<String> path, Duration interval) {
        this.http = http;
        this.path = path;
        this.interval = interval;
    }

    /** Starts a response by {@code call}, waits until it is done, and returns it. */
    ChatResponse answer(HttpCall call, AttemptContext attempt, Function<HttpReply, ChatResponse> decoder) {
        DividedAttempt time = new DividedAttempt(attempt);
        HttpReply first = http.transport().send(call, attempt);
        return isRunning(first.json())
                ? finished(id(first), first, time, attempt).whole(decoder)
                : first.whole(decoder);
    }

    private static String id(HttpReply reply) {
        String id = Json.textOf(reply.json(), "id");
        if (id == null || id.isEmpty()) {
            throw reply.malformed("the response runs in the background but has no id");
        }
        return id;
    }

    static boolean isRunning(JsonNode response) {
        String status = ResponsesCodec.text(response, "status");
        return status.equals("queued") || status.equals("in_progress");
    }

    /**
     * Asks for a response until it is done; cancels it at the vendor if it cannot be waited for.
     *
     * @param latest the latest reply about it; null if there is none
     */
    HttpReply finished(String id, @Nullable HttpReply latest, DividedAttempt time, AttemptContext attempt) {
        boolean over = false;
        try {
            HttpReply reply = latest;
            int failures = 0;
            while (reply == null || isRunning(reply.json())) {
                Duration pause = pause(reply);
                pause(pause, time, attempt);
                try {
                    reply = http.transport().send(get(id, "", attempt), time.next(QUESTION));
                    failures = 0;
                } catch (GatewayException e) {
                    boolean said = e.status() == 200 && e.kind() != ErrorKind.MALFORMED_RESPONSE; // that it failed
                    over = said || e.status() == 404;
                    if (!PASSING.contains(e.kind()) || over || ++failures > MOST_FAILURES) {
                        throw e.status() == 404 ? lost(id, e) : e;
                    }
                    pause(e.retryAfter() == null ? pause : e.retryAfter(), time, attempt);
                }
            }
            over = true;
            return reply;
        } finally {
            if (!over) {
                cancel(id, attempt);
            }
        }
    }

    private static GatewayException lost(String id, GatewayException e) {
        return e.toBuilder()
                .message(e.getMessage() + ": the response " + id
                        + " that ran in the background is lost; the vendor keeps"
                        + " it for some minutes only, and only for the account that started it")
                .build();
    }

    /** Opens the stream of a response's events after the one with this number. */
    HttpStream resumed(String id, long after, AttemptContext attempt) {
        return http.transport().open(get(id, "?stream=true&starting_after=" + after, attempt), attempt);
    }

    private HttpCall get(String id, String query, AttemptContext attempt) {
        return http.call("GET", path.apply("/responses/" + Urls.segment(id), attempt.model()) + query, attempt);
    }

    private Duration pause(@Nullable HttpReply reply) {
        String asked = reply == null ? null : reply.header("openai-poll-after-ms");
        if (asked == null || !asked.matches("[0-9]{1,9}")) {
            return interval;
        }
        Duration pause = Duration.ofMillis(Long.parseLong(asked));
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE; // a server that says 0 is not asked without a pause
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Waits, at most for the time that is left, and not after the call is cancelled. */
    void pause(Duration pause, DividedAttempt time, AttemptContext attempt) {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = attempt.cancellation().onCancel(cancelled::countDown);
        try {
            cancelled.await(Math.min(pause.toNanos(), time.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(ErrorKind.CANCELLED, "the thread was interrupted")
                    .provider(http.name())
                    .deployment(attempt.deployment())
                    .cause(e)
                    .build();
        } finally {
            registration.close();
        }
    }

    Duration interval() {
        return interval;
    }

    /** Cancels a response at the vendor, in another thread, since nobody waits for it. */
    void cancel(String id, AttemptContext attempt) {
        AttemptContext apart = AttemptContext.builder(attempt.model())
                .credential(attempt.credential())
                .baseUrl(attempt.baseUrl())
                .allowedHosts(attempt.allowedHosts())
                .timeouts(Timeouts.builder().attempt(QUESTION).build())
                .build();
        DaemonThreads.create("aigw-cancel", () -> cancelNow(id, apart)).start();
    }

    private void cancelNow(String id, AttemptContext attempt) {
        try {
            String url = path.apply("/responses/" + Urls.segment(id) + "/cancel", attempt.model());
            http.transport()
                    .fetch(http.call("POST", url, attempt).body(out -> out.write(new byte[] {'{', '}'})), attempt);
        } catch (GatewayException | IllegalStateException e) { // the latter if the adapter is closed meanwhile
            LOG.warn(
                    "{}: the response {} could not be cancelled, so it may run on and be charged",
                    http.name(),
                    PlainWords.line(id, MOST_ID_CHARS),
                    e);
        }
    }
}
