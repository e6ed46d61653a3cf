package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CostTest {

    @Test
    void costsAreComparedByValue() {
        Cost one = Cost.usd(new BigDecimal("1.0"));

        assertThat(one).isEqualTo(Cost.usd(new BigDecimal("1.00"))).hasSameHashCodeAs(Cost.usd(new BigDecimal("1.00")));
        assertThat(one).isNotEqualTo(Cost.of(new BigDecimal("1.0"), "EUR"));
    }

    @Test
    void theUnknownIsNotZero() {
        assertThat(Cost.UNKNOWN).isNotEqualTo(Cost.ZERO);
        assertThat(Cost.UNKNOWN.isKnown()).isFalse();
        assertThat(Cost.UNKNOWN.amount()).isNull();
        assertThat(Cost.UNKNOWN).hasToString("unknown");
    }

    @Test
    void aSumWithTheUnknownIsUnknown() {
        assertThat(Cost.usd(BigDecimal.ONE).plus(Cost.UNKNOWN)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.UNKNOWN.plus(Cost.usd(BigDecimal.ONE))).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void sumsAreExact() {
        Cost tenth = Cost.usd(new BigDecimal("0.1"));

        assertThat(tenth.plus(tenth).plus(tenth)).isEqualTo(Cost.usd(new BigDecimal("0.3")));
    }

    @Test
    void currenciesDoNotMix() {
        assertThatThrownBy(() -> Cost.usd(BigDecimal.ONE).plus(Cost.of(BigDecimal.ONE, "EUR")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one currency");
    }

    @Test
    void aNegativeCostIsRefused() {
        assertThatThrownBy(() -> Cost.usd(new BigDecimal("-0.01"))).isInstanceOf(IllegalArgumentException.class);
    }
}
