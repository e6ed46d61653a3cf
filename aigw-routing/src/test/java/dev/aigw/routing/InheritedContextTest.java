package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.observe.AsyncListener;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the thread of one request has is never seen in another: threads of the router serve many. */
class InheritedContextTest {

    private static final InheritableThreadLocal<String> TENANT = new InheritableThreadLocal<>();

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private void see() {
        seen.add(String.valueOf(TENANT.get()));
    }

    @AfterEach
    void forget() {
        TENANT.remove();
    }

    @Test
    void asyncCallsDoNotSeeTheTenantOfTheFirst() {
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> {
                    see();
                    return ChatResponse.of("ok");
                })
                .build();
        try (ModelRouter router = ModelRouter.builder().provider(adapter).build()) {
            TENANT.set("first");
            router.chatAsync("legacy/m", "one").join();
            TENANT.remove();
            seen.clear();
            for (int i = 0; i < 5; i++) {
                router.chatAsync("legacy/m", "more").join();
            }
        }
        assertThat(seen).hasSize(5).containsOnly("null");
    }

    @Test
    void timersDoNotSeeTheTenantOfTheCallThatSetThem() {
        Environment environment = Environment.system();
        try {
            TENANT.set("first");
            CompletableFuture<Void> rung = new CompletableFuture<>();
            environment.schedule(1, () -> {
                see();
                rung.complete(null);
            });
            rung.join();
        } finally {
            environment.close();
        }
        assertThat(seen).containsExactly("null");
    }

    @Test
    void eventsAreDeliveredWithoutTheTenantThatBuiltTheListener() throws Exception {
        TENANT.set("first");
        CountDownLatch delivered = new CountDownLatch(1);
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> ChatResponse.of("ok"))
                .build();
        try (AsyncListener listener = AsyncListener.of(
                        event -> {
                            see();
                            delivered.countDown();
                        },
                        100);
                ModelRouter router = ModelRouter.builder()
                        .provider(adapter)
                        .listener(listener)
                        .build()) {
            router.chat("legacy/m", "one");
            delivered.await();
        }
        assertThat(seen).isNotEmpty().containsOnly("null");
    }

    @Test
    void credentialsAreLookedUpWithoutTheTenantOfTheCall() {
        try (FaultServer server = FaultServer.start();
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder()
                                .credential(Credential.of("vault", () -> {
                                    see();
                                    return "secret";
                                }))
                                .baseUrl(server.baseUrl())
                                .build())
                        .build()) {
            TENANT.set("first");
            router.chat("openai/m", "one");
            router.chat("openai/m", "two");
        }
        assertThat(seen).hasSize(2).containsOnly("null");
    }
}
