package dev.aigw.api.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class TensorTest {

    @Test
    void nestedRowsAreFlattened() {
        Tensor nested = Tensor.of("x", DataType.FP32, new long[] {2, 2}, List.of(List.of(1, 2.5), List.of(3, 4)));

        assertThat(nested).isEqualTo(Tensor.ofFloats("x", new float[] {1, 2.5f, 3, 4}, 2, 2));
        assertThat(nested.floats()).containsExactly(1, 2.5f, 3, 4);
    }

    @Test
    void aShapeThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Tensor.ofLongs("x", new long[] {1, 2, 3}, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 4");
        assertThatThrownBy(() -> Tensor.ofLongs("x", new long[] {1}, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aShapeWhoseProductExceedsTheLongestNumberIsRefused() {
        for (long[] shape :
                new long[][] {{1L << 32, 1L << 32}, {Long.MAX_VALUE, 2}, {Long.MAX_VALUE, Long.MAX_VALUE}, {1L << 62, 2}
                }) {
            assertThatThrownBy(() -> Tensor.ofFloats("x", new float[0], shape))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs");
        }
        assertThat(Tensor.ofFloats("x", new float[0], Long.MAX_VALUE, Long.MAX_VALUE, 0)
                        .size())
                .isZero();
    }

    @Test
    void withoutAShapeATensorHasOneDimension() {
        assertThat(Tensor.ofBooleans("x", new boolean[] {true, false}).shape()).containsExactly(2);
        assertThat(Tensor.ofDoubles("x", new double[] {1}).shape()).isEmpty();
        assertThat(Tensor.ofInts("x", new int[0]).shape()).containsExactly(0);
    }

    @Test
    void arraysAreCopiedInAndOut() {
        float[] data = {1};
        Tensor tensor = Tensor.ofFloats("x", data, 1);
        data[0] = 9;
        tensor.floats()[0] = 9;
        tensor.shape()[0] = 9;

        assertThat(tensor.floats()).containsExactly(1);
        assertThat(tensor.shape()).containsExactly(1);
    }

    @Test
    void elementsAreReadAsTheirOwnKindOnly() {
        Tensor texts = Tensor.ofStrings("x", List.of("a", "ü"));

        assertThat(texts.strings()).containsExactly("a", "ü");
        assertThat(texts.data().equals(List.of("a", "ü"))).isTrue();
        assertThatThrownBy(texts::floats).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Tensor.ofFloats("x", new float[] {1}).longs())
                .isInstanceOf(IllegalStateException.class);
        assertThat(Tensor.ofLongs("x", new long[] {3}).doubles()).containsExactly(3);
    }

    @Test
    void anElementOfTheWrongTypeIsRefused() {
        assertThatThrownBy(() -> Tensor.of("x", DataType.INT8, new long[] {1}, List.of("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("String");
        assertThatThrownBy(() -> Tensor.of("x", DataType.FP64, new long[] {1}, Arrays.asList((Object) null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null");
    }

    @Test
    void wholeNumbersStayInTheRangeOfTheirDatatype() {
        assertThat(Tensor.ofLongs("x", DataType.UINT8, new long[] {0, 255}).longs())
                .containsExactly(0, 255);
        assertThat(Tensor.ofLongs("x", DataType.INT8, new long[] {-128, 127}).longs())
                .containsExactly(-128, 127);
        assertThat(Tensor.of("x", DataType.UINT64, new long[] {1}, List.of(new BigInteger("18446744073709551615")))
                        .longs())
                .containsExactly(-1);
        for (Object number : List.of(256, -1, 1.5, new BigDecimal("0.1"), BigInteger.TWO.pow(70))) {
            assertThatThrownBy(() -> Tensor.of("x", DataType.UINT8, new long[] {1}, List.of(number)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(number.toString());
        }
        assertThatThrownBy(() -> Tensor.ofLongs("x", DataType.INT16, new long[] {32768}))
                .hasMessageContaining("wider");
        assertThatThrownBy(() -> Tensor.ofLongs("x", DataType.FP32, new long[1]))
                .hasMessageContaining("INT32");
        assertThatThrownBy(() -> Tensor.ofFloats("x", DataType.FP64, new float[1]))
                .hasMessageContaining("FP16");
    }

    @Test
    void requestsNameTheirInputsApart() {
        Tensor x = Tensor.ofFloats("x", new float[] {1});

        assertThatThrownBy(() -> InferenceRequest.of("m", x, x))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("x");
        assertThatThrownBy(() -> InferenceRequest.of("m")).isInstanceOf(GatewayException.class);
        assertThat(InferenceRequest.of("m", x).toBuilder().id("1").build().cacheIdentity())
                .isEqualTo(InferenceRequest.of("n", x).cacheIdentity());
    }

    @Test
    void outputsAreFoundByName() {
        Tensor y = Tensor.ofFloats("y", new float[] {1});
        InferenceResponse response = InferenceResponse.builder().output(y).build();

        assertThat(response.output("y")).isEqualTo(y);
        assertThatThrownBy(() -> response.output("z"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("[y]");
    }

    @Test
    void elementsAreReadInPiecesWithoutACopyOfAll() {
        double[] piece = new double[2];
        for (Tensor tensor : List.of(
                Tensor.ofFloats("x", new float[] {1, 2, 3}),
                Tensor.ofDoubles("x", new double[] {1, 2, 3}),
                Tensor.ofLongs("x", new long[] {1, 2, 3}))) {
            assertThat(tensor.read(0, piece)).isEqualTo(2);
            assertThat(piece).containsExactly(1, 2);
            assertThat(tensor.read(2, piece)).isEqualTo(1);
            assertThat(piece[0]).isEqualTo(3);
            assertThat(tensor.read(3, piece)).isZero();
            assertThatThrownBy(() -> tensor.read(4, piece)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> Tensor.ofStrings("x", List.of("a")).read(0, piece))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLengthOfAByteStringNeedsNoCopy() {
        assertThat(Tensor.ofStrings("x", List.of("a", "\u00e9")).byteLength(1)).isEqualTo(2);
        assertThatThrownBy(() -> Tensor.ofFloats("x", new float[] {1}).byteLength(0))
                .isInstanceOf(IllegalStateException.class);
    }
}
