package dev.aigw.routing.deployment;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What answers in place of a model when it and all its fallback models have failed. Immutable.
 *
 * <pre>{@code
 * .model("assistant", model -> model
 *     .deployment("openai/gpt-6.1-terra")
 *     .lastResort(LastResort.staleCache(Duration.ofHours(24))
 *         .or(LastResort.text("I can't answer right now. Please try again in a few minutes."))))
 * }</pre>
 *
 * <p>It answers when the last failure is of a kind that allows a fallback model. When the call's deadline has passed
 * ({@link ErrorKind#DEADLINE}), only a stale or fixed reply answers, not a function. It never answers for a cancelled
 * call, nor for a request that is invalid, denied, or refused for its content. Its reply is marked by
 * {@link dev.aigw.api.Route#degraded()}, is replayed as a stream if the caller asked for one, is not cached, and costs
 * nothing. It does not answer for a stream that breaks after its first content.
 */
public final class LastResort {

    /** Computes an answer. Safe for use by many threads. */
    @FunctionalInterface
    public interface Answer {

        /**
         * Returns a reply of the call's operation (for a chat stream also a {@link ChatResponse}), or null for no
         * answer.
         *
         * @param call the call
         * @param request its request
         * @param failure why no model answered; its route lists the attempts
         */
        @Nullable
        ModelReply answer(CallContext call, ModelRequest request, GatewayException failure);
    }

    /**
     * One option to try.
     *
     * @param answer computes the answer; null for a stale entry of the result cache
     * @param staleFor how old that entry may be; null for a computed answer
     * @param atHand whether it answers at once, so that it may answer even after the deadline
     */
    public record Option(@Nullable Answer answer, @Nullable Duration staleFor, boolean atHand) {}

    private final List<Option> options;

    private LastResort(List<Option> options) {
        this.options = options;
    }

    private static LastResort of(Answer answer, boolean atHand) {
        return new LastResort(List.of(new Option(answer, null, atHand)));
    }

    /**
     * Answers with the result cache's entry for an equal request, even after its time to live. The cache must keep
     * entries that long: {@code Caches.inMemory().keepStale(…)}. A call whose directive does not read the cache gets no
     * stale entry.
     *
     * @param maxAge the greatest age of an entry since it was stored; positive
     */
    public static LastResort staleCache(Duration maxAge) {
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("the greatest age of a stale entry is " + Durations.text(maxAge)
                    + ": use a positive duration, such as a day");
        }
        return new LastResort(List.of(new Option(null, maxAge, true)));
    }

    /**
     * Answers with {@code reply}: a {@link ChatResponse} for chats, plain and streamed, or any other reply for its own
     * operation. Calls of other operations fail as they would without it.
     *
     * @throws IllegalArgumentException if the reply is a stream, which can be read only once
     */
    public static LastResort reply(ModelReply reply) {
        if (reply instanceof AutoCloseable) {
            throw new IllegalArgumentException(
                    "a last resort answers many calls, but a stream can be read only once: give a"
                            + " ChatResponse, which is replayed as a stream if the caller asks for one");
        }
        Objects.requireNonNull(reply, "reply");
        return of((call, request, failure) -> reply, true);
    }

    /** Answers chats, plain and streamed, with {@code text}. */
    public static LastResort text(String text) {
        return reply(ChatResponse.of(text));
    }

    /** Answers with what {@code answer} returns. If it throws, its exception is added to the failure as suppressed. */
    public static LastResort function(Answer answer) {
        return of(Objects.requireNonNull(answer, "answer"), false);
    }

    /** Returns a last resort that tries {@code next} if this one has no answer. */
    public LastResort or(LastResort next) {
        List<Option> all = new ArrayList<>(options);
        all.addAll(next.options);
        return new LastResort(List.copyOf(all));
    }

    /** Returns whether it may use an entry of the result cache. */
    public boolean readsCache() {
        return options.stream().anyMatch(option -> option.staleFor != null);
    }

    /** Returns what to try after a failure of {@code kind}, in order. */
    public List<Option> options(ErrorKind kind) {
        return options.stream()
                .filter(option -> option.atHand || kind != ErrorKind.DEADLINE)
                .toList();
    }
}
