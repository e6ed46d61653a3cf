package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a deployment to continue a broken answer: from a prefill if it declares that capability, otherwise by repeating
 * the request and dropping what the new answer repeats.
 */
final class ContinuationStage implements EngineStage {

    @Override
    public boolean concerns(Call call) {
        Continuation continuation = call.get(Continuation.KEY);
        return continuation != null && !continuation.text().isEmpty();
    }

    @Override
    public ModelReply apply(Hop hop) {
        Continuation continuation = Objects.requireNonNull(hop.call().get(Continuation.KEY), "continuation");
        Attempt attempt = hop.leasedAttempt();
        ChatRequest request = (ChatRequest) hop.request();
        hop.call().remove(Continuation.PREFILLED);
        String begun = continuation.text().stripTrailing(); // some vendors refuse a prefill that ends in whitespace
        boolean mayPrefill = hop.call().get(CallFacts.GUARDED_APART) == null;
        if (mayPrefill && attempt.live().takesPrefill() && !begun.isEmpty() && isPlain(request)) {
            ChatRequest prefilled = request.toBuilder()
                    .message(Message.assistant(begun))
                    .maxOutputTokens(left(request, continuation))
                    .build();
            String space = continuation.text().substring(begun.length());
            ChatStream resumed = resumed(prefill(hop, prefilled));
            hop.call().put(Continuation.PREFILLED, continuation);
            return resumed.map(source -> new PrefilledSource(source, continuation, space));
        }
        return resumed(hop.proceed(request)).map(source -> new RepeatingSource(source, continuation));
    }

    /**
     * Returns the most tokens that the rest of the answer may have, or null. A repeated answer may have all of them.
     */
    private static @Nullable Integer left(ChatRequest request, Continuation continuation) {
        Integer most = request.maxOutputTokens();
        return most == null ? null : (int) Math.max(1, most - continuation.tokens());
    }

    /**
     * Returns whether a beginning changes nothing but where the answer goes on. With tools a model that is given prose
     * goes on in prose and calls none; with a schema or reasoning vendors refuse a beginning; and an answer that the
     * caller itself has begun has one.
     */
    private static boolean isPlain(ChatRequest request) {
        List<Message> messages = request.messages();
        return request.tools().isEmpty()
                && request.reasoning() == null
                && request.responseFormat().equals(ResponseFormat.TEXT)
                && messages.get(messages.size() - 1).role() != Message.Role.ASSISTANT;
    }

    private static ModelReply prefill(Hop hop, ChatRequest request) {
        try {
            return hop.proceed(request);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.INVALID_REQUEST && e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            // The caller's request was valid before the prefill was added.
            hop.leasedAttempt().live().refusesPrefill();
            GatewayException refusal = e.toBuilder()
                    .kind(ErrorKind.UNSUPPORTED)
                    .message("the deployment refused to continue from a prefill, although it declares that it can: "
                            + e.getMessage())
                    .build();
            hop.call().put(RefusedPrefillStage.REFUSAL, refusal);
            throw refusal;
        }
    }

    private static ChatStream resumed(ModelReply reply) {
        return (ChatStream) reply;
    }
}
