package dev.aigw.routing.cache.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.SecretKeys;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.observe.CapturingLogger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class SharedCacheTest {

    /** A clock that a test moves. */
    private static final class HandClock extends Clock {

        private Instant now = Instant.parse("2026-11-26T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static final ChatResponse ANSWER = ChatResponse.of("Rayleigh scattering");

    private final FakeStore store = new FakeStore();
    private final HandClock clock = new HandClock();

    /** Returns the cache of one more JVM. */
    private SharedCache.Builder jvm() {
        return SharedCache.builder(store).clock(clock);
    }

    private static ResultCache.Key key(String text) {
        ChatRequest request = ChatRequest.of("assistant", text);
        return new ResultCache.Key("", "chat", "assistant", List.of(), request.cacheIdentity(), request);
    }

    private ResultCache.Entry entry(ModelReply reply) {
        return new ResultCache.Entry(reply, clock.instant());
    }

    @Test
    void whatOneJvmStoredAnotherFindsOnceInTheStoreAndThenInItsHeap() {
        ResultCache one = jvm().build();
        ResultCache other = jvm().build();
        one.put(key("why?"), entry(ANSWER));
        store.asked.set(0);

        assertThat(other.get(key("why?"))).isEqualTo(entry(ANSWER));
        assertThat(other.get(key("why?"))).isEqualTo(entry(ANSWER));

        assertThat(store.asked).hasValue(1);
        assertThat(other.get(key("how?"))).isNull();
        assertThat(other.stats()).isEqualTo(new ResultCache.Stats(2, 1, 0, 0, 1));
        assertThat(one.stats().stores()).isEqualTo(1);
    }

    @Test
    void anEntryIsServedForItsTimeToLiveFromWhenItWasStoredInWhicheverTier() {
        ResultCache one = jvm().timeToLive(Duration.ofMinutes(5)).build();
        ResultCache other = jvm().timeToLive(Duration.ofMinutes(5)).build();
        one.put(key("why?"), entry(ANSWER));
        clock.pass(Duration.ofMinutes(4));
        assertThat(other.get(key("why?"))).as("brought into the heap").isNotNull();
        clock.pass(Duration.ofMinutes(1));

        assertThat(other.get(key("why?"))).isNull();
        assertThat(other.getStale(key("why?"))).isNull();
        assertThat(store.timesToLive.values()).containsExactly(Duration.ofMinutes(5));
    }

    @Test
    void aStaleEntryIsForThoseWhoAskForOne() {
        ResultCache one = jvm().timeToLive(Duration.ofMinutes(5))
                .keepStale(Duration.ofMinutes(10))
                .build();
        ResultCache other = jvm().timeToLive(Duration.ofMinutes(5))
                .keepStale(Duration.ofMinutes(10))
                .build();
        ResultCache.Entry old = entry(ANSWER);
        one.put(key("why?"), old);
        clock.pass(Duration.ofMinutes(14));

        assertThat(other.get(key("why?"))).isNull();
        assertThat(other.getStale(key("why?"))).isEqualTo(old);
        assertThat(store.timesToLive.values()).containsExactly(Duration.ofMinutes(15));

        one.put(key("why?"), entry(ChatResponse.of("newer")));
        assertThat(other.getStale(key("why?"))).as("the store's is newer").isEqualTo(entry(ChatResponse.of("newer")));
        clock.pass(Duration.ofMinutes(15));
        assertThat(other.getStale(key("why?"))).isNull();
    }

    @Test
    void forEverIsAHundredYears() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        ResultCache cache = jvm().timeToLive(forever).keepStale(forever).build();
        cache.put(key("why?"), entry(ANSWER));
        assertThat(cache.get(key("why?"))).isNotNull();
        assertThat(store.timesToLive.values()).containsExactly(Duration.ofDays(2 * 36_500));
    }

    @Test
    void anOutageIsAMissAndTheHeapGoesOn() {
        ResultCache cache = jvm().build();
        store.out = true;

        assertThat(cache.get(key("why?"))).isNull();
        assertThat(cache.getStale(key("why?"))).isNull();
        assertThat(cache.getAll(List.of(key("why?")))).isEmpty();
        cache.put(key("why?"), entry(ANSWER));

        assertThat(cache.get(key("why?"))).isEqualTo(entry(ANSWER));
        store.out = false;
        assertThat(jvm().build().get(key("why?"))).isNull();
    }

    @Test
    void aDamagedEntryIsAMissAndTheNextReplyMendsIt() {
        ResultCache one = jvm().build();
        one.put(key("why?"), entry(ANSWER));
        store.values.replaceAll((name, bytes) -> new byte[] {1, 2, 3});
        ResultCache other = jvm().build();

        assertThat(other.get(key("why?"))).isNull();
        assertThat(other.getAll(List.of(key("why?")))).isEmpty();
        other.put(key("why?"), entry(ANSWER));
        assertThat(jvm().build().get(key("why?"))).isEqualTo(entry(ANSWER));
    }

    private static SecretKeys.Key secret(String id) {
        byte[] secret = new byte[32];
        secret[0] = (byte) id.hashCode();
        return SecretKeys.Key.of(id, secret);
    }

    @Test
    void jvmsWithTheSameKeysShareEncryptedValuesThatShowNothing() {
        SecretKeys keys = SecretKeys.of(secret("k1"));
        jvm().compressAbove(Integer.MAX_VALUE).encryptedBy(keys).build().put(key("why?"), entry(ANSWER));

        assertThat(new String(store.values.values().iterator().next(), StandardCharsets.ISO_8859_1))
                .contains("k1")
                .doesNotContain("Rayleigh");
        assertThat(jvm().encryptedBy(keys).build().get(key("why?"))).isEqualTo(entry(ANSWER));
        assertThat(jvm().build().get(key("why?"))).as("without keys").isNull();
        assertThat(jvm().signedBy(keys).build().get(key("why?"))).isNull();
        assertThat(jvm().encryptedBy(SecretKeys.of(secret("k2"))).build().get(key("why?")))
                .as("of another key")
                .isNull();
    }

    @Test
    void aRotatedKeyStillReadsWhatItWrote() {
        jvm().encryptedBy(SecretKeys.of(secret("k1"))).build().put(key("why?"), entry(ANSWER));
        ResultCache rotated =
                jvm().encryptedBy(SecretKeys.of(secret("k2"), secret("k1"))).build();

        assertThat(rotated.get(key("why?"))).isEqualTo(entry(ANSWER));
        rotated.put(key("how?"), entry(ANSWER));
        assertThat(jvm().encryptedBy(SecretKeys.of(secret("k2"))).build().get(key("how?")))
                .isEqualTo(entry(ANSWER));
    }

    @Test
    void aForgedOrMovedValueIsNotServedAndTheNextReplyReplacesIt() {
        for (boolean encrypted : new boolean[] {true, false}) {
            SecretKeys keys = SecretKeys.of(secret("k1"));
            ResultCache one = protectedBy(keys, encrypted);
            one.put(key("why?"), entry(ChatResponse.of("genuine, but to another question")));
            String why = KeyDigest.of(key("why?"));
            String how = KeyDigest.of(key("how?"));

            store.values.put(how, store.values.get(why));
            assertThat(protectedBy(keys, encrypted).get(key("how?"))).as("moved").isNull();
            assertThat(protectedBy(keys, encrypted).getAll(List.of(key("how?")))).isEmpty();
            assertThat(protectedBy(keys, encrypted).getStale(key("how?"))).isNull();
            byte[] forged = ReplyCodec.standard().encode(entry(ChatResponse.of("forged")));
            store.values.put(how, forged);
            assertThat(jvm().build().get(key("how?"))).as("a cache without keys trusts it").isNotNull();
            assertThat(protectedBy(keys, encrypted).get(key("how?"))).as("in the clear").isNull();

            protectedBy(keys, encrypted).put(key("how?"), entry(ANSWER));
            assertThat(protectedBy(keys, encrypted).get(key("how?"))).isEqualTo(entry(ANSWER));
        }
    }

    private ResultCache protectedBy(SecretKeys keys, boolean encrypted) {
        return encrypted ? jvm().encryptedBy(keys).build() : jvm().signedBy(keys).build();
    }

    @Test
    void keysThatFailAreAMissAndTheHeapGoesOn() {
        AtomicBoolean fail = new AtomicBoolean();
        SecretKeys keys = new SecretKeys() {
            @Override
            public Key current() {
                return byId("k1");
            }

            @Override
            public Key byId(String id) {
                if (fail.get()) {
                    throw new IllegalStateException("the key service is out of reach");
                }
                return secret(id);
            }
        };
        jvm().encryptedBy(keys).build().put(key("why?"), entry(ANSWER));
        fail.set(true);
        ResultCache cache = jvm().encryptedBy(keys).build();

        assertThat(cache.get(key("why?"))).isNull();
        cache.put(key("how?"), entry(ANSWER));
        assertThat(cache.get(key("how?"))).isEqualTo(entry(ANSWER));
        assertThat(store.values).hasSize(1);
        fail.set(false);
        assertThat(cache.get(key("why?"))).isEqualTo(entry(ANSWER));
    }

    @Test
    void forgedValuesAreLoggedNowAndThen() {
        CapturingLogger log = new CapturingLogger(Level.INFO);
        ResultCache cache = new TwoTiers(
                Caches.inMemory().maximumEntries(10).build(),
                store,
                ReplyCodec.standard(),
                Seal.encrypted(SecretKeys.of(secret("k1"))),
                Duration.ofMinutes(1),
                Duration.ZERO,
                clock,
                new Complaints(log));
        jvm().build().put(key("why?"), entry(ANSWER));

        for (int i = 0; i < 99; i++) {
            assertThat(cache.get(key("why?"))).isNull();
        }

        assertThat(log.lines)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("forged").contains(KeyDigest.of(key("why?"))));
    }

    @Test
    void aCacheIsEncryptedOrSigned() {
        SecretKeys keys = SecretKeys.of(secret("k1"));

        assertThatThrownBy(() -> jvm().encryptedBy(keys).signedBy(keys).build())
                .hasMessageContaining("set encryptedBy alone");
        assertThat(jvm().encryptedBy(keys).build().toString()).contains("encrypted").doesNotContain("k1");
    }

    @Test
    void whatCannotBeWrittenStaysInTheHeap() {
        ResultCache one = jvm().build();
        PredictRequest opaque = PredictRequest.of("m", Optional.of("x"));
        ResultCache.Key key = new ResultCache.Key("", "predict", "m", List.of(), opaque.cacheIdentity(), opaque);
        one.put(key, entry(PredictResponse.of(1)));
        one.put(key("why?"), entry(new ModelReply() {}));

        assertThat(one.get(key)).isEqualTo(entry(PredictResponse.of(1)));
        assertThat(one.get(key("why?"))).isNotNull();
        assertThat(store.values).isEmpty();
        assertThat(jvm().build().get(key)).isNull();
    }

    @Test
    void manyKeysAreLookedUpWithOneQuestion() {
        ResultCache one = jvm().build();
        one.put(key("a"), entry(ChatResponse.of("A")));
        one.put(key("b"), entry(ChatResponse.of("B")));
        ResultCache other = jvm().build();
        assertThat(other.get(key("a"))).isNotNull();
        store.asked.set(0);

        Map<ResultCache.Key, ResultCache.Entry> found = other.getAll(List.of(key("a"), key("b"), key("c")));

        assertThat(found)
                .containsOnly(
                        Map.entry(key("a"), entry(ChatResponse.of("A"))),
                        Map.entry(key("b"), entry(ChatResponse.of("B"))));
        assertThat(store.asked).hasValue(1);
        assertThat(other.getAll(List.of(key("a"), key("b")))).hasSize(2);
        assertThat(store.asked).as("all are in the heap by now").hasValue(1);
    }

    @Test
    void aCacheOfOnesOwnMayStandInFront() {
        ResultCache near = Caches.inMemory().maximumEntries(1).build();
        ResultCache cache = jvm().near(near).build();
        cache.put(key("why?"), entry(ANSWER));

        assertThat(near.get(key("why?"))).isNotNull();
        assertThat(cache.stats().entries()).isEqualTo(1);
    }

    @Test
    void whatGoesWrongIsLoggedWhenItBeginsAndNotWithEachCall() {
        CapturingLogger log = new CapturingLogger(Level.INFO);
        ResultCache cache = new TwoTiers(
                Caches.inMemory().maximumEntries(10).build(),
                store,
                ReplyCodec.standard(),
                Seal.NONE,
                Duration.ofMinutes(1),
                Duration.ZERO,
                clock,
                new Complaints(log));

        store.out = true;
        cache.get(key("a"));
        cache.put(key("b"), entry(ANSWER));
        cache.getAll(List.of(key("c")));
        store.out = false;
        cache.get(key("d"));
        cache.get(key("e"));
        cache.put(key("f"), entry(new ModelReply() {}));
        cache.put(key("g"), entry(new ModelReply() {}));
        jvm().build().put(key("h"), entry(ANSWER));
        store.values.replaceAll((name, bytes) -> new byte[] {1});
        cache.get(key("h"));
        cache.get(key("h"));

        assertThat(log.lines)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("WARN the store of the shared cache fails"),
                        line -> assertThat(line).startsWith("INFO the store of the shared cache works again"),
                        line -> assertThat(line).startsWith("INFO the shared cache keeps requests and replies with"),
                        line -> assertThat(line).startsWith("INFO the shared cache keeps requests and replies with"),
                        line -> assertThat(line).startsWith("WARN the store of the shared cache has an entry"));
    }

    @Test
    void aBuilderNamesWhatIsWrong() {
        assertThatThrownBy(() -> jvm().timeToLive(Duration.ZERO).build()).hasMessageContaining("timeToLive");
        assertThatThrownBy(() -> jvm().keepStale(Duration.ofMinutes(-1)).build())
                .hasMessageContaining("keepStale");
        assertThatThrownBy(() -> jvm().compressAbove(-1).build()).hasMessageContaining("compressAbove");
        assertThatThrownBy(() -> jvm().clock(clock)).hasMessageContaining("clock is set twice");
    }

    private final FakeProvider fake = FakeProvider.builder("fake")
            .answer(request -> ChatResponse.of("about " + request.lastUserText()))
            .embed(request -> {
                EmbeddingResponse.Builder response = EmbeddingResponse.builder();
                request.inputs().forEach(text -> response.embedding(new float[] {text.length()}));
                return response.build();
            })
            .build();

    private ModelRouter router() {
        return ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/a"))
                .cache(SharedCache.builder(store).build())
                .build();
    }

    @Test
    void routersShareChatsStreamsAndEmbeddingsTextByText() {
        try (ModelRouter one = router();
                ModelRouter other = router()) {
            one.chat("m", "tea");
            try (ChatStream stream = one.stream(ChatRequest.of("m", "coffee"))) {
                stream.response();
            }
            one.embed(EmbeddingRequest.of("m", "a", "bb"));
            int sent = fake.attempts().size();

            assertThat(other.chat("m", "coffee").text()).isEqualTo("about coffee");
            try (ChatStream stream = other.stream(ChatRequest.of("m", "tea"))) {
                assertThat(stream.response().text()).isEqualTo("about tea");
                assertThat(stream.response().route().source()).isEqualTo(Route.Source.CACHE);
            }
            assertThat(other.embed(EmbeddingRequest.of("m", "bb", "a")).embeddings())
                    .containsExactly(new float[] {2}, new float[] {1});
            assertThat(fake.attempts()).hasSize(sent);
        }
    }

    @Test
    void tenantsDoNotSeeEachOthersEntriesAndDirectivesApply() {
        CallOptions acme = CallOptions.builder().caller(Caller.ofTenant("acme")).build();
        CallOptions globex =
                CallOptions.builder().caller(Caller.ofTenant("globex")).build();
        CallOptions fresh = CallOptions.builder().cache(CacheDirective.REFRESH).build();
        ChatRequest request = ChatRequest.of("m", "tea");
        try (ModelRouter one = router();
                ModelRouter other = router()) {
            one.chat(request, acme);
            other.chat(request, globex);
            assertThat(fake.attempts()).hasSize(2);

            other.chat(request, acme);
            assertThat(fake.attempts()).hasSize(2);

            one.chat(request, fresh);
            other.chat(request, fresh);
            assertThat(fake.attempts()).hasSize(4);
        }
    }
}
