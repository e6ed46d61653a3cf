package dev.aigw.providers.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import mockwebserver3.MockWebServer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any tensor of any datatype survives the way to the server and back, in either form. */
class TensorRoundTripTest {

    private static final MockWebServer SERVER = new MockWebServer();

    @BeforeContainer
    static void start() throws IOException {
        SERVER.setDispatcher(new EchoServer());
        SERVER.start();
    }

    @AfterContainer
    static void stop() {
        SERVER.close();
    }

    @Property(tries = 300)
    void tensorsSurviveTheWayThereAndBack(
            @ForAll DataType datatype,
            @ForAll boolean binary,
            @ForAll @IntRange(max = 4) int rows,
            @ForAll @IntRange(max = 5) int columns,
            @ForAll long seed) {
        Tensor first = random("first", datatype, new Random(seed), rows, columns);
        Tensor second = random("second", DataType.BYTES, new Random(seed + 1), columns);
        try (OpenInferenceAdapter adapter = OpenInferenceAdapter.builder()
                .baseUrl(SERVER.url("/").toString())
                .binary(binary)
                .build()) {
            InferenceResponse response = adapter.call(
                    InferenceRequest.INFER,
                    InferenceRequest.of("m", first, second),
                    AttemptContext.builder("m@7").build());
            assertThat(response.outputs()).containsExactly(first, second);
            assertThat(response.modelName()).isEqualTo("/v2/models/m/versions/7/infer");
        }
    }

    private static Tensor random(String name, DataType datatype, Random random, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        if (datatype == DataType.BYTES) {
            List<byte[]> strings = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                strings.add("ü".repeat(random.nextInt(4)).getBytes(StandardCharsets.UTF_8));
            }
            return Tensor.ofBytes(name, strings, shape);
        }
        long[] longs = new long[size];
        double[] doubles = new double[size];
        float[] floats = new float[size];
        boolean[] booleans = new boolean[size];
        int bits = 8 * datatype.size();
        for (int i = 0; i < size; i++) {
            long value = random.nextLong();
            boolean signed = datatype.compareTo(DataType.INT8) >= 0;
            longs[i] = signed ? value >> (64 - bits) : value >>> (64 - bits);
            doubles[i] = random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30);
            floats[i] = datatype == DataType.FP16 ? random.nextInt(2048) / 4f : (float) doubles[i];
            booleans[i] = random.nextBoolean();
        }
        return switch (datatype) {
            case BOOL -> Tensor.ofBooleans(name, booleans, shape);
            case FP64 -> Tensor.ofDoubles(name, doubles, shape);
            case FP16, FP32 -> Tensor.ofFloats(name, datatype, floats, shape);
            default -> Tensor.ofLongs(name, datatype, longs, shape);
        };
    }
}
