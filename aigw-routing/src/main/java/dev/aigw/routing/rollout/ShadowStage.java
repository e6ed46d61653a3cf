package dev.aigw.routing.rollout;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.deployment.ModelShadow;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Selections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the copy of a call whose model has a shadow. Safe for use by many threads. */
final class ShadowStage implements EngineStage {

    private static final Logger log = LoggerFactory.getLogger(ShadowStage.class);

    private static final CallContext.Key<ShadowRun> RUN = CallContext.Key.of("shadow");

    private final TokenCounter counter;
    private final ShadowRuns runs;

    ShadowStage(TokenCounter counter, ShadowRuns runs) {
        this.counter = counter;
        this.runs = runs;
    }

    @Override
    public boolean concerns(Call call) {
        return asked(call).shadow() instanceof Shadow;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        ShadowRun run = call.get(RUN); // a cascade runs this stage once for each step
        if (run == null) {
            ModelShadow given = asked(call).shadow();
            run = given instanceof Shadow shadow ? start(hop, shadow) : null;
            if (run == null) {
                return hop.proceed(hop.request());
            }
            call.put(RUN, run);
            hop.onEnd(run::primaryEnded);
        }
        return recorded(run, hop);
    }

    private static ModelReply recorded(ShadowRun run, Hop hop) {
        ModelReply reply = hop.proceed(hop.request());
        return reply instanceof ChatStream stream ? stream.map(source -> run.record(source, stream.mapper())) : reply;
    }

    /** Returns the requested model, which may have a route to the one that answers. */
    private static Model asked(Call call) {
        Selections selections = call.get(Selections.KEY);
        return selections == null ? call.currentModel() : selections.first();
    }

    /** Returns the started copy, or null if there is none; never throws. */
    private @Nullable ShadowRun start(Hop hop, Shadow shadow) {
        Call call = hop.call();
        try {
            if (!isCopyable(call.operation())
                    || !isPermitted(hop, shadow)
                    || !shadow.samples(call.options(), call.environment().random())
                    || !shadow.counts().tryCopy(shadow.maxInFlight())) {
                return null;
            }
            ShadowRun run = new ShadowRun(shadow, hop, counter);
            if (runs.start(run)) {
                return run;
            }
            shadow.counts().notCopied();
        } catch (RuntimeException e) {
            log.error("a call could not be copied to shadow {}; it continues without a copy", shadow.model(), e);
        }
        return null;
    }

    /** Returns whether the caller's request may be sent to the shadow's model. */
    private static boolean isPermitted(Hop hop, Shadow shadow) {
        Model copied = hop.call().models().find(shadow.model());
        return copied == null || hop.call().mayUse(copied, hop.request());
    }

    /**
     * Returns whether a reply of this operation can be used twice: streams are recorded, other open resources are not.
     * A batch is not submitted twice.
     */
    private static boolean isCopyable(Operation<?, ?> operation) {
        return operation.replyType() == ChatStream.class
                || (!AutoCloseable.class.isAssignableFrom(operation.replyType())
                        && operation.replyType() != BatchSubmitted.class);
    }
}
