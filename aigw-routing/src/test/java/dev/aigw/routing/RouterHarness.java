package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FakeProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * The surroundings of a test of routers: virtual time, a fake provider that waits in it, and the three ways to make a
 * call, so that a behaviour runs in each with the same assertions.
 */
public abstract class RouterHarness {

    protected final VirtualEnvironment environment;

    protected RouterHarness(long seed) {
        this.environment = new VirtualEnvironment(seed);
    }

    /** The three ways to make a call, which share one chain and so must behave alike. */
    public enum Way {
        SYNC,
        ASYNC,
        STREAM;

        /** Says hello to a model. */
        public ChatResponse chat(ModelRouter router, String model) {
            return chat(router, ChatRequest.of(model, "hello"), CallOptions.DEFAULT);
        }

        /** Makes a call and waits for its end; what an asynchronous one fails with is thrown as by the others. */
        public ChatResponse chat(ModelRouter router, ChatRequest request, CallOptions options) {
            return chat(router, request, options, CompletableFuture::join);
        }

        /** Makes a call in a simulation, in whose time the answer is awaited. */
        public ChatResponse chat(
                ModelRouter router, VirtualEnvironment environment, ChatRequest request, CallOptions options) {
            return chat(router, request, options, environment::join);
        }

        private ChatResponse chat(
                ModelRouter router,
                ChatRequest request,
                CallOptions options,
                Function<CompletableFuture<ChatResponse>, ChatResponse> join) {
            return switch (this) {
                case SYNC -> router.chat(request, options);
                case ASYNC -> {
                    try {
                        yield join.apply(router.chatAsync(request, options));
                    } catch (CompletionException e) {
                        if (e.getCause() instanceof GatewayException failure) {
                            throw failure;
                        }
                        throw e;
                    }
                }
                case STREAM -> {
                    try (ChatStream stream = router.stream(request, options)) {
                        yield stream.response();
                    }
                }
            };
        }
    }

    protected ModelRouter.Builder builder(ProviderAdapter... adapters) {
        ModelRouter.Builder builder = ModelRouter.builder().environment(environment);
        for (ProviderAdapter adapter : adapters) {
            builder.provider(adapter);
        }
        return builder;
    }

    protected FakeProvider.Builder fake() {
        return FakeProvider.builder("fake").waiter(environment::await);
    }

    /** Asserts that nothing is under way, waits or is open. */
    protected static void settled(ModelRouter router, FakeProvider... fakes) {
        for (FakeProvider fake : fakes) {
            assertThat(fake.openStreams()).isZero();
        }
        for (RouterSnapshot.ModelState model : router.snapshot().models()) {
            for (RouterSnapshot.DeploymentState deployment : model.deployments()) {
                assertThat(deployment.inFlight()).as(deployment.id()).isZero();
                assertThat(deployment.queued()).as(deployment.id()).isZero();
            }
        }
    }

    protected static GatewayException failure(ThrowingCallable call) {
        return catchThrowableOfType(GatewayException.class, call);
    }
}
