package dev.aigw.api.spi;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;

/**
 * Wraps a call: it may change the request, answer by itself, and proceed once or several times.
 *
 * <p>One stage serves sync, async and streamed calls alike, from many threads at once, so it keeps no state of a call
 * in its fields. It blocks only in methods of the chain. To act at the end of the call or attempt (a stream ends long
 * after {@code apply} returns), it registers an {@link EndAction}.
 *
 * <pre>{@code
 * Stage stamp = chain -> {
 *   chain.onEnd(end -> log.info("{} took part in a call that ended {}", chain.call().id(), end.outcome()));
 *   return chain.proceed(chain.request());
 * };
 * ModelRouter router = ModelRouter.builder().stage(Phase.TRANSFORM, stamp) ... .build();
 * }</pre>
 */
@FunctionalInterface
public interface Stage {

    /**
     * Serves the rest of the call.
     *
     * @throws GatewayException if it fails; any other exception is treated as a bug of the stage and fails the call
     */
    ModelReply apply(Chain chain);
}
