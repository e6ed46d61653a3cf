package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.client.ModelClient;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A client that notes the options of each call. */
record Noting(ModelClient client, Consumer<CallOptions> notes) implements ModelClient {

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options) {
        notes.accept(options);
        return client.call(operation, request, options);
    }

    @Override
    public Executor executor() {
        return client.executor();
    }
}
