package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.CacheStore;
import dev.aigw.api.spi.SecretKeys;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.cache.shared.SharedCache;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisCacheStoreTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final RedisProcess server = RedisProcess.started();
    private final SharedRedis one = connection();
    private final SharedRedis other = connection();

    @AfterEach
    void stop() {
        one.close();
        other.close();
        server.close();
    }

    /** Returns the connection of one more JVM, whose bound no busy machine passes. */
    private SharedRedis connection() {
        return SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> keys() {
        return one.ask(commands -> commands.keys("*"));
    }

    @Test
    void whatOneConnectionKeepsAnotherFindsUntilItsTimeIsOver() {
        CacheStore store = one.cacheStore();
        store.put("a", bytes("A"), HOUR);
        store.put("b", bytes("B"), HOUR);

        assertThat(one.cacheStore().get("b"))
                .as("commands of a connection keep their order")
                .isEqualTo(bytes("B"));
        assertThat(other.cacheStore().get("a")).isEqualTo(bytes("A"));
        assertThat(other.cacheStore().get("c")).isNull();
        Map<String, byte[]> found = other.cacheStore().getAll(List.of("c", "b", "a"));
        assertThat(found).containsOnlyKeys("a", "b");
        assertThat(found.get("a")).isEqualTo(bytes("A"));
        assertThat(keys()).containsExactlyInAnyOrder("aigw:cache:{a}", "aigw:cache:{b}");
        long millisLeft = one.ask(commands -> commands.pttl("aigw:cache:{a}"));
        assertThat(millisLeft).isBetween(1L, HOUR.toMillis());
    }

    @Test
    void withoutRedisLookingUpFailsAndKeepingDoesNot() {
        CacheStore store = one.cacheStore();
        server.kill();

        assertThatThrownBy(() -> store.get("a")).isInstanceOf(RedisOutage.class);
        store.put("a", bytes("A"), HOUR);
    }

    private final FakeProvider fake = FakeProvider.builder("fake")
            .echo()
            .embed(request -> {
                EmbeddingResponse.Builder response = EmbeddingResponse.builder();
                request.inputs().forEach(text -> response.embedding(new float[] {text.length()}));
                return response.build();
            })
            .build();

    private ModelRouter router(SharedRedis redis) {
        return router(redis, cache -> cache);
    }

    private ModelRouter router(SharedRedis redis, UnaryOperator<SharedCache.Builder> more) {
        return ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/a"))
                .cache(more.apply(SharedCache.builder(redis.cacheStore()).timeToLive(HOUR))
                        .build())
                .build();
    }

    @Test
    void routersAnswerFromWhatOthersStored() {
        try (ModelRouter first = router(one);
                ModelRouter second = router(other)) {
            first.chat("m", "tea");
            first.embed(EmbeddingRequest.of("m", "a", "bb"));
            awaitStored(one);
            int sent = fake.attempts().size();

            assertThat(second.chat("m", "tea").route().source()).isEqualTo(Route.Source.CACHE);
            try (ChatStream stream = second.stream(ChatRequest.of("m", "tea"))) {
                assertThat(stream.response().text()).isEqualTo("tea");
            }
            assertThat(second.embed(EmbeddingRequest.of("m", "bb", "a", "bb")).embeddings())
                    .containsExactly(new float[] {2}, new float[] {1}, new float[] {2});
            assertThat(fake.attempts()).hasSize(sent);

            CallOptions acme =
                    CallOptions.builder().caller(Caller.ofTenant("acme")).build();
            second.chat(ChatRequest.of("m", "tea"), acme);
            assertThat(fake.attempts()).as("another tenant's").hasSize(sent + 1);
            second.chat(
                    ChatRequest.of("m", "tea"),
                    CallOptions.builder().cache(CacheDirective.REFRESH).build());
            assertThat(fake.attempts()).hasSize(sent + 2);
        }
    }

    @Test
    void anEncryptedCacheShowsNothingToRedisAndServesNothingThatRedisMakesUp() {
        SecretKeys keys = SecretKeys.of(SecretKeys.Key.of("k1", new byte[32]));
        try (ModelRouter first = router(one, cache -> cache.encryptedBy(keys));
                ModelRouter second = router(other, cache -> cache.encryptedBy(keys))) {
            first.chat("m", "my secret plan");
            awaitStored(one);
            String stored = keys().get(0);
            byte[] value = one.ask(commands -> commands.get(stored));
            assertThat(new String(value, StandardCharsets.ISO_8859_1)).doesNotContain("secret plan");

            value[value.length - 1] ^= 1;
            String changed = one.ask(commands -> commands.set(stored, value));
            assertThat(changed).isEqualTo("OK");
            assertThat(second.chat("m", "my secret plan").route().source()).isEqualTo(Route.Source.MODEL);

            awaitStored(other);
            try (ModelRouter third = router(one, cache -> cache.encryptedBy(keys))) {
                assertThat(third.chat("m", "my secret plan").route().source()).isEqualTo(Route.Source.CACHE);
            }
        }
    }

    /** Returns once all that this connection was given so far is in Redis: its commands keep their order. */
    private static void awaitStored(SharedRedis redis) {
        String answer = redis.ask(commands -> commands.ping());
        assertThat(answer).isEqualTo("PONG");
    }

    @Test
    void callsGoOnThroughAKillAndShareAgainAfterARestart() throws Exception {
        try (ModelRouter first = router(one);
                ModelRouter second = router(other)) {
            first.chat("m", "tea");
            awaitStored(one);
            CountDownLatch back = new CountDownLatch(1);
            other.onBack(back::countDown);
            server.kill();
            for (int i = 0; i < 20; i++) {
                ChatResponse answer = second.chat("m", "question " + i);
                assertThat(answer.text()).isEqualTo("question " + i);
            }
            assertThat(first.chat("m", "tea").route().source())
                    .as("the heap has it")
                    .isEqualTo(Route.Source.CACHE);
            server.start();
            back.await();
            awaitBack(one);

            int sent = fake.attempts().size();
            assertThat(second.chat("m", "question 3").route().source())
                    .as("what the outage brought stays in the heap")
                    .isEqualTo(Route.Source.CACHE);
            first.chat("m", "coffee");
            awaitStored(one);
            assertThat(second.chat("m", "coffee").route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(fake.attempts()).hasSize(sent + 1);
        }
    }

    /** Returns once this connection, which need not have noticed the outage, works. */
    private static void awaitBack(SharedRedis redis) {
        while (true) {
            try {
                awaitStored(redis);
                return;
            } catch (RedisOutage e) {
                Thread.onSpinWait();
            }
        }
    }
}
