package dev.aigw.providers.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {

    @Test
    void everyHalfSurvivesTheWayThereAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloats.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(bits & 0x7fff).isGreaterThan(0x7c00);
                assertThat(HalfFloats.toFloat(HalfFloats.of(value))).isNaN();
            } else {
                assertThat(HalfFloats.of(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void knownValuesAreAsTheStandardSays() {
        assertThat(HalfFloats.toFloat((short) 0x3c00)).isEqualTo(1f);
        assertThat(HalfFloats.toFloat((short) 0xc000)).isEqualTo(-2f);
        assertThat(HalfFloats.toFloat((short) 0x7bff)).isEqualTo(65504f);
        assertThat(HalfFloats.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(HalfFloats.of(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloats.of(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloats.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(HalfFloats.of(-0f)).isEqualTo((short) 0x8000);
        assertThat(HalfFloats.of(0x1p-25f)).isEqualTo((short) 0);
        assertThat(HalfFloats.of(1 + 0x1p-11f)).as("a tie goes to the even one").isEqualTo((short) 0x3c00);
        assertThat(HalfFloats.of(1 + 3 * 0x1p-11f))
                .as("a tie goes to the even one")
                .isEqualTo((short) 0x3c02);
    }

    @Property
    void noHalfIsNearerThanTheOneChosen(@ForAll @FloatRange(min = -65000, max = 65000) float value) {
        short chosen = HalfFloats.of(value);
        double distance = Math.abs((double) HalfFloats.toFloat(chosen) - value);
        for (int step : new int[] {-1, 1}) {
            float other = HalfFloats.toFloat((short) (chosen + step));
            if (!Float.isNaN(other)) {
                assertThat(distance).isLessThanOrEqualTo(Math.abs((double) other - value));
            }
        }
    }
}
