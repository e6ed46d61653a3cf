package dev.aigw.routing.cache.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.spi.ResultCache;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeapStoreTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final long MANY_BYTES = 1L << 40;

    private final Random random = new Random(1);

    private static ResultCache.Key key(ChatRequest request) {
        return new ResultCache.Key("", "chat", "m", List.of(), request.cacheIdentity(), request);
    }

    private static ResultCache.Key group(int number) {
        return key(ChatRequest.builder("m").system("group " + number).user("").build());
    }

    private static ResultCache.Entry entry(String text, Instant at) {
        return new ResultCache.Entry(ChatResponse.of(text), at);
    }

    private float[] unit(int dimensions) {
        float[] vector = new float[dimensions];
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    @Test
    void theNearestIsFoundAmongMany() {
        HeapStore store = new HeapStore(MANY_BYTES, 500);
        float[][] vectors = new float[700][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = unit(37);
            store.put(group(1), vectors[i], entry("" + i, Instant.EPOCH), HOUR);
        }
        assertThat(store.size()).isEqualTo(500);
        for (int asked = 0; asked < 50; asked++) {
            float[] question = unit(37);
            int nearest = -1;
            double similarity = -2;
            for (int i = 200; i < vectors.length; i++) { // the oldest were evicted
                double dot = 0;
                for (int x = 0; x < question.length; x++) {
                    dot += (double) question[x] * vectors[i][x];
                }
                if (dot > similarity) {
                    similarity = dot;
                    nearest = i;
                }
            }
            SemanticStore.Match match = store.nearest(group(1), question, Instant.EPOCH);
            assertThat(match).isNotNull();
            assertThat(((ChatResponse) match.entry().reply()).text()).isEqualTo("" + nearest);
            assertThat(match.similarity()).isCloseTo(similarity, within(1e-5));
        }
        assertThat(store.nearest(group(2), vectors[600], Instant.EPOCH))
                .as("of another group")
                .isNull();
        assertThat(store.nearest(group(1), unit(38), Instant.EPOCH))
                .as("of another embedder")
                .isNull();
        assertThat(store.nearest(group(1), vectors[600], Instant.EPOCH.plusSeconds(1)))
                .as("all too old")
                .isNull();
    }

    @Test
    void allGroupsTogetherKeepNoMoreThanTheMaximumOfBytesAndEvictTheOldest() {
        long bound = 1 << 20;
        HeapStore store = new HeapStore(bound, 1_000);
        float[] last = {};
        for (int i = 0; i < 5_000; i++) {
            last = unit(100);
            store.put(group(i % 700), last, entry("x".repeat(i % 1_000), Instant.EPOCH), HOUR);
            assertThat(store.bytes()).isLessThanOrEqualTo(bound);
        }

        assertThat(store.size()).isBetween(100L, 2_000L);
        assertThat(store.partitions()).isLessThanOrEqualTo(700);
        assertThat(store.nearest(group(4_999 % 700), last, Instant.EPOCH)).isNotNull();
    }

    @Test
    void whatTheQuestionsOfAGroupHaveInCommonCounts() {
        long bound = 1 << 20;
        HeapStore store = new HeapStore(bound, 1_000);
        int picture = 200_000;
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[picture];
            bytes[0] = (byte) i;
            ChatRequest request = ChatRequest.builder("m")
                    .user("What is this?", Media.ofBytes("image/png", bytes))
                    .assistant("A cat.")
                    .user("")
                    .build();
            store.put(key(request), unit(10), entry("a", Instant.EPOCH), HOUR);
        }

        assertThat(store.partitions()).isBetween(1, (int) bound / picture);
    }

    @Test
    void anAnswerThatAloneExceedsTheBoundIsNotKept() {
        HeapStore store = new HeapStore(10_000, 10);

        store.put(group(1), unit(10), entry("x".repeat(20_000), Instant.EPOCH), HOUR);

        assertThat(store.size()).isZero();
        assertThat(store.partitions()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void expiredAnswersAndTheirGroupsAreForgotten() {
        HeapStore store = new HeapStore(MANY_BYTES, 10);
        for (int i = 0; i < 100; i++) {
            store.put(group(i), unit(10), entry("a", Instant.EPOCH), HOUR);
        }
        assertThat(store.partitions()).isEqualTo(100);

        store.put(group(1_000), unit(10), entry("b", Instant.EPOCH.plus(HOUR).plusMillis(1)), HOUR);

        assertThat(store.size()).isEqualTo(1);
        assertThat(store.partitions()).isEqualTo(1);
        assertThat(store.bytes()).isLessThan(5_000);
    }

    @Test
    void theNewerOfTwoAnswersToOneQuestionIsFound() {
        HeapStore store = new HeapStore(MANY_BYTES, 10);
        float[] question = unit(10);
        store.put(group(1), question, entry("old", Instant.EPOCH), HOUR);
        store.put(group(1), question, entry("new", Instant.EPOCH), HOUR);

        SemanticStore.Match match = store.nearest(group(1), question, Instant.EPOCH);

        assertThat(match).isNotNull();
        assertThat(((ChatResponse) match.entry().reply()).text()).isEqualTo("new");
    }

    @Test
    void whatAnotherEmbedderMadeIsForgotten() {
        HeapStore store = new HeapStore(MANY_BYTES, 10);
        store.put(group(1), unit(10), entry("old", Instant.EPOCH), HOUR);
        store.put(group(1), unit(11), entry("new", Instant.EPOCH), HOUR);

        assertThat(store.size()).isEqualTo(1);
        assertThat(store.nearest(group(1), unit(10), Instant.EPOCH)).isNull();
    }
}
