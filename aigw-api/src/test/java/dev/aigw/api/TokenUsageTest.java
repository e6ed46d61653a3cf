package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.TokenUsage.Provenance;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TokenUsageTest {

    @Test
    void aBucketThatWasNotReportedIsAbsentAndNotZero() {
        TokenUsage usage = TokenUsage.builder().input(3).output(0).build();

        assertThat(usage.get(Bucket.OUTPUT)).hasValue(0);
        assertThat(usage.get(Bucket.REASONING)).isEmpty();
        assertThat(usage.getOrZero(Bucket.REASONING)).isZero();
        assertThat(usage)
                .isNotEqualTo(
                        TokenUsage.builder().input(3).output(0).reasoning(0).build());
    }

    @Test
    void aBuilderUsedAgainDoesNotChangeWhatItBuilt() {
        TokenUsage.Builder builder = TokenUsage.builder().input(3);
        TokenUsage first = builder.build();
        TokenUsage second = builder.output(5).build();

        assertThat(first).isEqualTo(TokenUsage.builder().input(3).build());
        assertThat(second).isEqualTo(TokenUsage.builder().input(3).output(5).build());
    }

    @Test
    void totalsAddAllBucketsOfTheirSide() {
        TokenUsage usage = TokenUsage.builder()
                .input(1)
                .cacheRead(2)
                .cacheWrite(4)
                .output(8)
                .reasoning(16)
                .build();

        assertThat(usage.inputTokens()).isEqualTo(7);
        assertThat(usage.outputTokens()).isEqualTo(24);
        assertThat(usage.totalTokens()).isEqualTo(31);
    }

    @Test
    void aSumIsAbsentOnlyWhereBothSidesAre() {
        TokenUsage sum = TokenUsage.builder()
                .input(1)
                .build()
                .plus(TokenUsage.builder().input(2).reasoning(5).build());

        assertThat(sum).isEqualTo(TokenUsage.builder().input(3).reasoning(5).build());
    }

    @Test
    void aSumWithAnEstimateIsAnEstimate() {
        TokenUsage estimate =
                TokenUsage.builder().output(4).provenance(Provenance.ESTIMATED).build();

        assertThat(TokenUsage.of(1, 2).plus(estimate).provenance()).isEqualTo(Provenance.ESTIMATED);
        assertThat(TokenUsage.NONE.plus(estimate)).isEqualTo(estimate);
        assertThat(estimate.plus(TokenUsage.NONE)).isEqualTo(estimate);
    }

    @Test
    void aNegativeCountIsTakenAsZero() {
        assertThat(TokenUsage.of(-1, 2)).isEqualTo(TokenUsage.of(0, 2));
    }

    @Property
    void additionCommutesAndKeepsTotals(
            @ForAll @LongRange(min = 0, max = 1_000_000) long a, @ForAll @LongRange(min = 0, max = 1_000_000) long b) {
        TokenUsage left = TokenUsage.builder().input(a).cacheRead(b).build();
        TokenUsage right = TokenUsage.of(b, a);

        assertThat(left.plus(right)).isEqualTo(right.plus(left));
        assertThat(left.plus(right).totalTokens()).isEqualTo(left.totalTokens() + right.totalTokens());
    }

    @Test
    void countsThatNoCallCanHaveSaturateAndStayPositive() {
        TokenUsage.Builder builder = TokenUsage.builder();
        for (Bucket bucket : Bucket.values()) {
            builder.set(bucket, Long.MAX_VALUE);
        }
        TokenUsage usage = builder.build();
        TokenUsage sum = usage.plus(usage).plus(usage);

        assertThat(usage.totalTokens()).isPositive().isGreaterThan(usage.inputTokens());
        assertThat(sum).isEqualTo(usage);
        long many = 0;
        for (int i = 0; i < 500; i++) {
            many += usage.totalTokens();
        }
        assertThat(many).isPositive();
    }
}
