package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VectorsTest {

    private static float[] random(long seed, int length) {
        Random random = new Random(seed);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    @Property
    void theProductIsTheSumOfProductsWhateverTheLengthAndThePlace(
            @ForAll @IntRange(max = 70) int length, @ForAll @IntRange(max = 9) int offset, @ForAll long seed) {
        float[] vector = random(seed, length);
        float[] all = random(~seed, offset + length + 3);
        double expected = 0;
        for (int i = 0; i < length; i++) {
            expected += (double) all[offset + i] * vector[i];
        }
        assertThat((double) Vectors.dot(all, offset, vector)).isCloseTo(expected, within(1e-4));
    }

    @Property
    void aUnitVectorKeepsItsDirection(@ForAll @IntRange(min = 1, max = 70) int length, @ForAll long seed) {
        float[] vector = random(seed, length);
        float[] unit = Vectors.unit(vector);
        assertThat(unit).isNotNull();
        assertThat((double) Vectors.dot(unit, 0, unit)).isCloseTo(1, within(1e-4));
        double ratio = unit[0] / (double) vector[0];
        for (int i = 0; i < length; i++) {
            assertThat((double) unit[i]).isCloseTo(ratio * vector[i], within(1e-3));
        }
    }

    @Test
    void whatPointsNowhereHasNoUnitVector() {
        assertThat(Vectors.unit(new float[0])).isNull();
        assertThat(Vectors.unit(new float[3])).isNull();
        assertThat(Vectors.unit(new float[] {1, Float.NaN})).isNull();
        assertThat(Vectors.unit(new float[] {1, Float.POSITIVE_INFINITY})).isNull();
    }
}
