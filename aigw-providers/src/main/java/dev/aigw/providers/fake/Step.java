package dev.aigw.providers.fake;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What happens to one attempt, after {@link #delayNanos()}. Immutable. */
sealed interface Step {

    long delayNanos();

    record Answer(long delayNanos, long paceNanos, Function<ChatRequest, ChatResponse> answer) implements Step {}

    record Failure(long delayNanos, GatewayException failure) implements Step {}

    record Hang(long delayNanos) implements Step {}

    record Events(
            long delayNanos,
            long paceNanos,
            List<ChatEvent> events,
            @Nullable GatewayException failure,
            boolean stall) implements Step {}
}
