package dev.aigw.routing.cache;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;

/** Makes cache keys: calls with equal keys are equal. Immutable. */
final class CacheKeys {

    private final boolean shared;

    CacheKeys(boolean shared) {
        this.shared = shared;
    }

    /** Returns the key of the call at this stage: its resolved model and its present request. */
    ResultCache.Key key(Hop hop) {
        return key(hop, hop.request());
    }

    /** Returns the key that the call would have with {@code request}. */
    ResultCache.Key key(Hop hop, ModelRequest request) {
        Call call = hop.call();
        return new ResultCache.Key(scope(call), name(call.operation()), call.model(), request.cacheIdentity(), request);
    }

    private String scope(Call call) {
        String tenant = shared ? null : call.options().caller().tenant();
        return tenant == null ? "" : tenant;
    }

    private static String name(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT_STREAM) ? ChatRequest.CHAT.name() : operation.name();
    }
}
