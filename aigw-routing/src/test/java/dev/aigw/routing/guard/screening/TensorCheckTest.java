package dev.aigw.routing.guard.screening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.routing.guard.Inspections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorCheckTest {

    private static final int SIDE = 16;

    private static List<String> check(TensorCheck check, Tensor... tensors) {
        List<GuardedPart> parts = new ArrayList<>();
        for (Tensor tensor : tensors) {
            parts.add(GuardedPart.tensor(ContentOrigin.DATA, "inputs[" + parts.size() + "]", tensor));
        }
        Inspection inspection = Inspection.of(
                Inspection.Direction.INPUT,
                parts,
                InferenceRequest.INFER,
                InferenceRequest.of("m", Tensor.ofFloats("x", new float[] {1})),
                "m",
                Caller.ANONYMOUS,
                Duration.ofSeconds(1));
        return check.check(inspection).findings().stream()
                .map(GuardFinding::rule)
                .toList();
    }

    private static TensorCheck image() {
        return TensorCheck.builder()
                .tensor(
                        "image",
                        tensor -> tensor.datatype(DataType.FP32).shape(-1, 3, 2).range(0, 1))
                .build();
    }

    private static Tensor floats(String name, float value, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        float[] data = new float[size];
        java.util.Arrays.fill(data, value);
        return Tensor.ofFloats(name, data, shape);
    }

    // --------------------------------------------------------------------------------------------------------- form

    @Test
    void tensorsAsExpectedPass() {
        assertThat(check(image(), floats("image", 1, 4, 3, 2))).isEmpty();
        assertThat(check(image(), floats("image", 0, 0, 3, 2))).isEmpty();
    }

    @Test
    void namesTypesAndShapesAreChecked() {
        assertThat(check(image())).containsExactly("missing(image)");
        assertThat(check(image(), floats("other", 1, 1, 3, 2))).containsExactly("unexpected", "missing(image)");
        assertThat(check(image(), floats("image", 1, 1, 2, 3))).containsExactly("shape(image)");
        assertThat(check(image(), floats("image", 1, 3, 2))).containsExactly("shape(image)");
        assertThat(check(image(), Tensor.ofDoubles("image", new double[6], 1, 3, 2)))
                .containsExactly("datatype(image)");
        assertThat(check(image(), floats("image", 1, 1, 3, 2), floats("image", 1, 1, 3, 2)))
                .containsExactly("duplicate(image)");
    }

    @Test
    void otherTensorsMayBeAllowed() {
        TensorCheck check = TensorCheck.builder()
                .tensor("a", tensor -> tensor.optional())
                .allowOthers()
                .build();
        assertThat(check(check, floats("b", 1, 2))).isEmpty();
        assertThat(check(check)).isEmpty();
    }

    @Test
    void longTextsAndManyElementsAreRefused() {
        TensorCheck check = TensorCheck.builder()
                .tensor(
                        "text",
                        tensor -> tensor.datatype(DataType.BYTES)
                                .maximumElements(2)
                                .maximumElementBytes(4))
                .build();
        assertThat(check(check, Tensor.ofStrings("text", List.of("abcd", "")))).isEmpty();
        assertThat(check(check, Tensor.ofStrings("text", List.of("abcde")))).containsExactly("size(text)");
        assertThat(check(check, Tensor.ofStrings("text", List.of("a", "b", "c"))))
                .containsExactly("size(text)");
    }

    @Test
    void chatsAreNoConcernOfIt() {
        assertThat(image().check(Inspections.input("hello")).findings()).isEmpty();
    }

    // -------------------------------------------------------------------------------------------------------- values

    @Test
    void oneNaNInAMillionValuesIsFound() {
        float[] data = new float[1 << 20];
        data[777_777] = Float.NaN;
        assertThat(check(TensorCheck.builder().build(), Tensor.ofFloats("x", data)))
                .containsExactly("nan");
        data[777_777] = Float.NEGATIVE_INFINITY;
        assertThat(check(TensorCheck.builder().build(), Tensor.ofFloats("x", data)))
                .containsExactly("infinite");
        data[777_777] = Float.MAX_VALUE;
        assertThat(check(TensorCheck.builder().build(), Tensor.ofFloats("x", data)))
                .isEmpty();
    }

    @Test
    void nanDoesNotHideAValueOutOfRange() {
        TensorCheck check = TensorCheck.builder()
                .tensor("x", tensor -> tensor.range(0, 1).nonFinite())
                .build();
        assertThat(check(check, Tensor.ofFloats("x", new float[] {Float.NaN, 0.5f})))
                .isEmpty();
        assertThat(check(check, Tensor.ofFloats("x", new float[] {Float.NaN, 2})))
                .containsExactly("range(x)");
        assertThat(check(check, Tensor.ofFloats("x", new float[] {-1, Float.NaN})))
                .containsExactly("range(x)");
    }

    @Test
    void integersAreInRangeToo() {
        TensorCheck check = TensorCheck.builder()
                .tensor("ids", tensor -> tensor.range(0, 1000))
                .build();
        assertThat(check(check, Tensor.ofLongs("ids", new long[] {0, 1000}))).isEmpty();
        assertThat(check(check, Tensor.ofLongs("ids", new long[] {0, 1001}))).containsExactly("range(ids)");
        assertThat(check(check, Tensor.ofLongs("ids", DataType.UINT64, new long[] {-1})))
                .containsExactly("range(ids)");
        assertThat(check(check, Tensor.ofBooleans("ids", new boolean[] {true}))).isEmpty();
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> TensorCheck.builder().tensor("x", tensor -> tensor.range(1, 0)))
                .hasMessageContaining("begin with the least");
        assertThatThrownBy(() -> TensorCheck.builder().tensor("x", tensor -> tensor.shape(-2)))
                .hasMessageContaining("-1 for any");
        assertThatThrownBy(() -> TensorCheck.builder().tensor("x", tensor -> {}).tensor("x", tensor -> {}))
                .hasMessageContaining("set twice");
    }

    // ----------------------------------------------------------------------------------------------------- reference

    /** Smooth pictures with three channels of their own brightness. */
    private static float[] picture(Random random) {
        float[] data = new float[3 * SIDE * SIDE];
        double phase = random.nextDouble() * 6;
        for (int channel = 0; channel < 3; channel++) {
            double level = 0.3 + 0.2 * channel + 0.03 * random.nextGaussian();
            for (int i = 0; i < SIDE * SIDE; i++) {
                data[channel * SIDE * SIDE + i] =
                        (float) (level + 0.15 * Math.sin(phase + i * 0.1) + 0.005 * random.nextGaussian());
            }
        }
        return data;
    }

    private static Tensor tensor(float[] data) {
        return Tensor.ofFloats("image", data, 1, 3, SIDE, SIDE);
    }

    private static TensorReference reference() {
        Random random = new Random(1);
        TensorReference.Learner learner = TensorReference.learner().channels("image", true, 1);
        for (int i = 0; i < 300; i++) {
            learner.add(List.of(tensor(picture(random))));
        }
        return learner.build();
    }

    private static TensorCheck against(TensorReference reference) {
        return TensorCheck.builder().reference(reference).build();
    }

    @Test
    void usualPicturesPass() {
        TensorCheck check = against(reference());
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            assertThat(check(check, tensor(picture(random)))).isEmpty();
        }
    }

    @Test
    void aPictureThatWasNotScaledIsFarFromTheReference() {
        float[] data = picture(new Random(3));
        for (int i = 0; i < data.length; i++) {
            data[i] *= 255;
        }
        assertThat(check(against(reference()), tensor(data)))
                .contains("mean(image)", "distance(image)", "outliers(image)", "energy(image)");
    }

    @Test
    void channelsInTheWrongOrderAreNoticed() {
        float[] data = picture(new Random(4));
        float[] swapped = data.clone();
        System.arraycopy(data, 0, swapped, 2 * SIDE * SIDE, SIDE * SIDE);
        System.arraycopy(data, 2 * SIDE * SIDE, swapped, 0, SIDE * SIDE);
        assertThat(check(against(reference()), tensor(swapped))).contains("mean(image)");
    }

    @Test
    void noiseOnASmoothPictureIsNoticed() {
        float[] data = picture(new Random(5));
        Random random = new Random(6);
        for (int i = 0; i < data.length; i++) {
            data[i] += random.nextBoolean() ? 0.05f : -0.05f;
        }
        assertThat(check(against(reference()), tensor(data))).contains("roughness(image)");
    }

    @Test
    void aConstantPictureIsNoticed() {
        assertThat(check(against(reference()), floats("image", 0.5f, 1, 3, SIDE, SIDE)))
                .contains("variance(image)");
    }

    @Test
    void eachItemOfABatchIsComparedByItself() {
        float[] data = new float[4 * 3 * SIDE * SIDE];
        Random random = new Random(7);
        for (int i = 0; i < 4; i++) {
            System.arraycopy(picture(random), 0, data, i * 3 * SIDE * SIDE, 3 * SIDE * SIDE);
        }
        TensorCheck check = against(reference());
        assertThat(check(check, Tensor.ofFloats("image", data, 4, 3, SIDE, SIDE)))
                .isEmpty();
        java.util.Arrays.fill(data, 2 * 3 * SIDE * SIDE, 3 * 3 * SIDE * SIDE, 0.9f);
        assertThat(check(check, Tensor.ofFloats("image", data, 4, 3, SIDE, SIDE)))
                .contains("variance(image)");
    }

    @Test
    void anotherNumberOfChannelsCannotBeCompared() {
        assertThat(check(against(reference()), floats("image", 0.5f, 1, 4, SIDE, SIDE)))
                .containsExactly("channels(image)");
    }

    @Test
    void channelsMayBeTheLastDimension() {
        Random random = new Random(8);
        TensorReference.Learner learner = TensorReference.learner().channels("row", true, 1);
        for (int i = 0; i < 50; i++) {
            learner.add(List.of(row(random)));
        }
        TensorCheck check = against(learner.build());
        assertThat(check(check, row(random))).isEmpty();
        assertThat(check(check, Tensor.ofFloats("row", new float[] {1000, 1}, 1, 2)))
                .contains("mean(row)");
    }

    private static Tensor row(Random random) {
        return Tensor.ofFloats(
                "row", new float[] {(float) random.nextGaussian(), (float) (1000 + 10 * random.nextGaussian())}, 1, 2);
    }

    @Test
    void aReferenceOutlivesItsFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("reference.json");
        reference().save(file);
        TensorCheck check = against(TensorReference.load(file));

        assertThat(check(check, tensor(picture(new Random(9))))).isEmpty();
        assertThat(check(check, floats("image", 0.5f, 1, 3, SIDE, SIDE))).contains("variance(image)");
        assertThat(TensorReference.load(file)).hasToString(reference().toString());
    }

    @Test
    void aFileThatIsNoReferenceIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("reference.json");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> TensorReference.load(file)).isInstanceOf(IllegalArgumentException.class);
        Files.writeString(file, "{\"type\":\"other\"}");
        assertThatThrownBy(() -> TensorReference.load(file)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fewSamplesAreNoReference() {
        assertThatThrownBy(() -> TensorReference.learn(List.of(List.of(floats("x", 1, 2)))))
                .hasMessageContaining("add 10 or more");
    }

    @Test
    void statisticsFarFromZeroAreExact() {
        double[] data = new double[10_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = 1e9 + i % 2;
        }
        Tensor tensor = Tensor.ofDoubles("x", data);
        new TensorStats(TensorLayout.PLAIN, tensor, null, null).read(tensor, item -> {
            assertThat(item.mean(0)).isEqualTo(1e9 + 0.5);
            assertThat(item.variance(0)).isCloseTo(0.25, org.assertj.core.data.Offset.offset(1e-9));
            assertThat(item.roughness()).isEqualTo(1);
        });
    }

    @Test
    void whatItFindsItBlocksAndWhatIsUnusualItReports() {
        TensorCheck check = TensorCheck.builder()
                .reference(reference())
                .tensor("image", tensor -> tensor.range(0, 0.6))
                .build();
        GuardedPart part = GuardedPart.tensor(ContentOrigin.DATA, "inputs[0]", floats("image", 0.9f, 1, 3, SIDE, SIDE));

        assertThat(check.check(Inspections.of(Inspection.Direction.INPUT, Caller.ANONYMOUS, part))
                        .findings())
                .allMatch(finding -> finding.part() == 0)
                .extracting(GuardFinding::action)
                .contains(GuardAction.BLOCK, GuardAction.ANNOTATE);
    }
}
