package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import dev.aigw.api.spi.RoutingStrategy.WarmPrompt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmPromptsTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final WarmPrompts prompts = new WarmPrompts();
    private long now = Long.MAX_VALUE - 2 * MINUTE; // the clock may wrap around

    private void served(String deployment, WireFacts facts, long promptTokens, TokenUsage usage) {
        prompts.served("s", deployment, facts, promptTokens, usage, now);
    }

    private static TokenUsage usage(long input, long read, long written) {
        return TokenUsage.builder()
                .input(input)
                .cacheRead(read)
                .cacheWrite(written)
                .build();
    }

    @Test
    void aCacheHasWhatWasReadAndWrittenInTheMeasureOfTheEstimate() {
        served("a", WireFacts.UNKNOWN, 800, usage(100, 300, 600));

        assertThat(prompts.of("s", now)).containsExactly(new WarmPrompt("a", 720));
        assertThat(prompts.of("other", now)).isEmpty();
    }

    @Test
    void itExpiresAfterItsLifetimeAndUseProlongsIt() {
        served("a", WireFacts.UNKNOWN, 100, usage(0, 0, 100));
        now += 4 * MINUTE;
        served("a", WireFacts.UNKNOWN, 100, usage(0, 100, 0));
        now += 5 * MINUTE - 1;
        assertThat(prompts.of("s", now)).hasSize(1);
        assertThat(prompts.of("s", now + 1)).isEmpty();
    }

    @Test
    void whatWasWrittenForLongLivesLongAlsoAfterItWasRead() {
        WireFacts facts = WireFacts.builder()
                .cacheLifetimes(Duration.ofMinutes(30), Duration.ofHours(12))
                .build();
        served(
                "a",
                facts,
                100,
                TokenUsage.builder()
                        .input(0)
                        .set(Bucket.CACHE_WRITE_LONG, 100)
                        .build());
        now += 60 * MINUTE;
        served("a", facts, 100, usage(0, 100, 0));
        now += 11 * 60 * MINUTE;
        assertThat(prompts.of("s", now)).hasSize(1);

        served("b", facts, 100, usage(0, 0, 100));
        now += 30 * MINUTE;
        assertThat(prompts.of("s", now)).extracting(WarmPrompt::deployment).containsExactly("a");
    }

    @Test
    void aVendorThatReportsNoWritesHasWhatIsLongEnough() {
        TokenUsage miss = TokenUsage.builder().input(1_023).cacheRead(0).build();
        served("a", WireFacts.UNKNOWN, 1_000, miss);
        assertThat(prompts.of("s", now)).isEmpty();

        served("a", WireFacts.builder().cacheMinimum(512).build(), 1_000, miss);
        assertThat(prompts.of("s", now)).containsExactly(new WarmPrompt("a", 1_000));

        served("b", WireFacts.builder().cacheMinimum(512).cacheMarks(true).build(), 1_000, miss);
        served("c", WireFacts.UNKNOWN, 1_000, TokenUsage.builder().input(5_000).build());
        assertThat(prompts.of("s", now)).extracting(WarmPrompt::deployment).containsExactly("a");
    }

    @Test
    void aMissThatWritesNothingLeavesNothing() {
        served("a", WireFacts.UNKNOWN, 100, usage(0, 0, 100));
        served("a", WireFacts.UNKNOWN, 100, usage(100, 0, 0));

        assertThat(prompts.of("s", now)).isEmpty();
    }

    @Test
    void theDeploymentWithMostComesFirstAndTheLatestEightAreKept() {
        for (int i = 0; i < 12; i++) {
            served("d" + i, WireFacts.UNKNOWN, 100 + i, usage(0, 0, 100));
        }
        assertThat(prompts.of("s", now))
                .hasSize(8)
                .startsWith(new WarmPrompt("d11", 111))
                .endsWith(new WarmPrompt("d4", 104));
    }

    @Test
    void estimatedUsageSaysNothing() {
        served(
                "a",
                WireFacts.UNKNOWN,
                100,
                TokenUsage.builder()
                        .input(0)
                        .cacheRead(100)
                        .provenance(TokenUsage.Provenance.ESTIMATED)
                        .build());

        assertThat(prompts.of("s", now)).isEmpty();
    }
}
