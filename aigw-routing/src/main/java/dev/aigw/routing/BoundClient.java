package dev.aigw.routing;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.client.ChatListener;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.spi.ContextPropagation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A client that makes its calls for one caller, unless that is not authenticated and their options name another. */
final class BoundClient implements ModelClient {

    private final ModelClient client;
    private final Caller caller;
    private final CallOptions defaults;

    BoundClient(ModelClient client, Caller caller) {
        this.client = client;
        this.caller = caller;
        this.defaults = CallOptions.builder().caller(caller).build();
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options) {
        return client.call(operation, request, bind(options));
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> CompletableFuture<R> callAsync(
            Operation<Q, R> operation, Q request, CallOptions options) {
        return client.callAsync(operation, request, bind(options));
    }

    @Override
    public CompletableFuture<ChatResponse> stream(ChatRequest request, CallOptions options, ChatListener listener) {
        return client.stream(request, bind(options), listener);
    }

    private CallOptions bind(CallOptions options) {
        if (options.equals(CallOptions.DEFAULT)) {
            return defaults;
        }
        if (options.caller().equals(Caller.ANONYMOUS)) {
            return options.toBuilder().caller(caller).build();
        }
        if (caller.isAuthenticated() && !options.caller().equals(caller)) {
            throw GatewayException.of(
                    ErrorKind.DENIED,
                    "this client is bound to an authenticated caller, and the call's options name another: leave the"
                            + " caller out of the options, or use router.as(caller)");
        }
        return options;
    }

    @Override
    public Executor executor() {
        return client.executor();
    }

    @Override
    public ContextPropagation contextPropagation() {
        return client.contextPropagation();
    }
}
