package dev.aigw.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.StageLab;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachesTest {

    @Test
    void aCacheWithoutABoundIsRefused() {
        assertThatThrownBy(() -> Caches.inMemory().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maximumEntries(10_000)");
    }

    @Test
    void aCacheWithTwoBoundsIsRefused() {
        assertThatThrownBy(() -> Caches.inMemory()
                        .maximumEntries(1)
                        .maximumWeightBytes(1)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("either");
    }

    @Test
    void settingAnOptionTwiceNamesIt() {
        assertThatThrownBy(() -> Caches.inMemory().maximumEntries(1).maximumEntries(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maximumEntries");
        assertThatThrownBy(() -> Caches.inMemory().maximumWeightBytes(1).maximumWeightBytes(2))
                .hasMessageContaining("maximumWeightBytes");
        assertThatThrownBy(
                        () -> Caches.inMemory().timeToLive(Duration.ofHours(1)).timeToLive(Duration.ofHours(1)))
                .hasMessageContaining("timeToLive");
        assertThatThrownBy(() -> Caches.inMemory().shared().shared()).hasMessageContaining("shared");
        assertThatThrownBy(() -> Caches.inMemory().cacheToolCalls(true).cacheToolCalls(false))
                .hasMessageContaining("cacheToolCalls");
        assertThatThrownBy(() -> Caches.inMemory().maximumRecordedChars(1).maximumRecordedChars(1))
                .hasMessageContaining("maximumRecordedChars");
    }

    @Test
    void aCacheForAllAndForEachUserIsRefused() {
        assertThatThrownBy(() ->
                        Caches.inMemory().maximumEntries(1).shared().perUser().build())
                .hasMessageContaining("either shared or perUser");
    }

    @Test
    void valuesThatAreNotPositiveAreRefused() {
        assertThatThrownBy(() -> Caches.inMemory().maximumEntries(0).build()).hasMessageContaining("maximumEntries");
        assertThatThrownBy(() -> Caches.inMemory().maximumWeightBytes(-1).build())
                .hasMessageContaining("maximumWeightBytes");
        assertThatThrownBy(() -> Caches.inMemory()
                        .maximumEntries(1)
                        .timeToLive(Duration.ZERO)
                        .build())
                .hasMessageContaining("timeToLive");
        assertThatThrownBy(() -> Caches.inMemory()
                        .maximumEntries(1)
                        .maximumRecordedChars(0)
                        .build())
                .hasMessageContaining("maximumRecordedChars");
    }

    @Test
    void theFeatureInstallsALookUpAndAJoin() {
        ResultCache cache = Caches.inMemory().maximumEntries(1).build();

        assertThat(new StageLab(new FakeClock(), Caches.feature(cache)).stages())
                .containsExactly("CACHE CacheStage", "SINGLE_FLIGHT SingleFlightStage");
        assertThat(new StageLab(
                                new FakeClock(),
                                Caches.customize(cache).shared().build())
                        .stages())
                .containsExactly("CACHE CacheStage", "SINGLE_FLIGHT SingleFlightStage");
    }

    @Test
    void entriesAgeByTheClockOfTheRouter() {
        ResultCache cache = Caches.inMemory().maximumEntries(10).build();
        FakeClock clock = new FakeClock();
        assertThat(new StageLab(clock, Caches.feature(cache)).stages()).isNotEmpty();
        cache.put(key("a"), entry(ChatResponse.of("A")));

        clock.pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(cache.get(key("a"))).isNotNull();
        clock.pass(Duration.ofNanos(1));
        assertThat(cache.get(key("a"))).isNull();

        assertThat(cache.stats()).isEqualTo(new ResultCache.Stats(1, 1, 1, 1, 0));
    }

    @Test
    void noMoreEntriesAreKeptThanTheMaximum() {
        ResultCache cache = Caches.inMemory().maximumEntries(10).build();

        for (int i = 0; i < 100; i++) {
            cache.put(key("k" + i), entry(ChatResponse.of("A")));
        }

        assertThat(cache.stats().entries()).isEqualTo(10);
        assertThat(cache.stats().evictions()).isEqualTo(90);
        assertThat(cache.stats().stores()).isEqualTo(100);
    }

    @Test
    void noMoreBytesAreKeptThanTheMaximum() {
        ResultCache cache = Caches.inMemory().maximumWeightBytes(10_000).build();

        for (int i = 0; i < 100; i++) {
            cache.put(key("k" + i), entry(ChatResponse.of("x".repeat(1000))));
        }

        assertThat(cache.stats().entries()).isBetween(4L, 6L);
    }

    @Test
    void picturesInTheKeysCount() {
        long bound = 2 << 20;
        ResultCache cache = Caches.inMemory().maximumWeightBytes(bound).build();
        int picture = 200_000;

        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[picture];
            bytes[0] = (byte) i;
            ChatRequest request = ChatRequest.builder("m")
                    .user("What is this?", Media.ofBytes("image/png", bytes))
                    .build();
            cache.put(
                    new ResultCache.Key("", "chat", "m", List.of(), request.cacheIdentity(), request),
                    entry(ChatResponse.of("A")));
        }

        assertThat(cache.stats().entries()).isBetween(1L, bound / picture);
    }

    private static ResultCache.Key key(String identity) {
        return new ResultCache.Key("", "chat", "assistant", List.of(), identity, ChatRequest.of("assistant", identity));
    }

    private static ResultCache.Entry entry(ModelReply reply) {
        return new ResultCache.Entry(reply, Instant.EPOCH);
    }
}
