package dev.aigw.api.client;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** A client whose every call is answered by one function. */
record FunctionClient(Executor executor, BiFunction<ModelRequest, CallOptions, ? extends ModelReply> answer)
        implements ModelClient {

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options) {
        return operation.replyType().cast(answer.apply(request, options));
    }
}
