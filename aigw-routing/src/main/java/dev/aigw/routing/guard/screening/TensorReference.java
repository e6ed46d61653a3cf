package dev.aigw.routing.guard.screening;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.internal.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What usual tensors look like: learnt from samples, kept in a JSON file, used by {@link TensorCheck}. Immutable.
 *
 * <pre>{@code
 * TensorReference.Learner learner = TensorReference.learner().channels("image", true, 1);
 * samples.forEach(request -> learner.add(request.inputs()));
 * learner.build().save(Path.of("image-reference.json"));
 * }</pre>
 *
 * <p>Of each tensor by its name: for each channel, how the mean and the variance of a sample vary from sample to
 * sample, and between which values 99.8 % of the elements are; and for all channels together, how energy (the mean
 * square) and roughness (the mean square of the differences of neighbours) vary. The file has a {@code type}
 * ("tensor-reference"), a {@code version} (1) and {@code tensors}, each with {@code name}, {@code samples},
 * {@code batched}, {@code channelAxis}, {@code channels} (each with {@code mean}, {@code log_variance}, {@code low},
 * {@code high}), {@code log_energy} and {@code log_roughness}. What varies is written as {@code {"mean": …,
 * "deviation": …}}; logarithms are natural ones.
 */
public final class TensorReference {

    private static final String TYPE = "tensor-reference";
    private static final int VERSION = 1;
    private static final int LEAST_SAMPLES = 10;
    private static final double TINY = 1e-30;
    private static final double MARGIN = 0.25;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, OfTensor> tensors;

    /** How a number varies from sample to sample. */
    record Varying(double mean, double deviation) {

        /** Returns by how many deviations a value is off, with at least this deviation. */
        double distance(double value, double leastDeviation) {
            return Math.abs(value - mean) / Math.max(deviation, leastDeviation);
        }

        private Map<String, Object> plain() {
            return Map.of("mean", mean, "deviation", deviation);
        }

        private static Varying of(JsonFields fields) {
            return new Varying(number(fields, "mean"), number(fields, "deviation"));
        }
    }

    /** One channel. */
    record Channel(Varying mean, Varying logVariance, double low, double high) {

        private Map<String, Object> plain() {
            return Map.of("mean", mean.plain(), "log_variance", logVariance.plain(), "low", low, "high", high);
        }

        private static Channel of(@Nullable Object plain, String path) {
            JsonFields fields = JsonFields.read(plain, path);
            return new Channel(
                    Varying.of(fields.fields("mean")),
                    Varying.of(fields.fields("log_variance")),
                    number(fields, "low"),
                    number(fields, "high"));
        }
    }

    /** One tensor. */
    record OfTensor(
            String name,
            long samples,
            TensorLayout layout,
            List<Channel> channels,
            Varying logEnergy,
            Varying logRoughness) {

        private Map<String, Object> plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            plain.put("name", name);
            plain.put("samples", samples);
            plain.put("batched", layout.batched());
            plain.put("channelAxis", layout.channelAxis());
            plain.put("channels", channels.stream().map(Channel::plain).toList());
            plain.put("log_energy", logEnergy.plain());
            plain.put("log_roughness", logRoughness.plain());
            return plain;
        }

        private static OfTensor of(@Nullable Object plain, String path) {
            JsonFields fields = JsonFields.read(plain, path);
            return new OfTensor(
                    fields.needText("name"),
                    fields.needWhole("samples"),
                    new TensorLayout(fields.flag("batched"), fields.needInteger("channelAxis")),
                    fields.list("channels", Channel::of),
                    Varying.of(fields.fields("log_energy")),
                    Varying.of(fields.fields("log_roughness")));
        }

        /** Returns by channel below what no value is usual, even in a sample that lies low as a whole. */
        double[] lows() {
            return channels.stream()
                    .mapToDouble(each -> each.low - MARGIN * (each.high - each.low))
                    .toArray();
        }

        /** Returns by channel above what no value is usual, even in a sample that lies high as a whole. */
        double[] highs() {
            return channels.stream()
                    .mapToDouble(each -> each.high + MARGIN * (each.high - each.low))
                    .toArray();
        }
    }

    private static double number(JsonFields fields, String name) {
        Double number = fields.number(name);
        if (number == null || !Double.isFinite(number)) {
            throw new IllegalArgumentException(fields.path(name) + " is no number");
        }
        return number;
    }

    private TensorReference(Map<String, OfTensor> tensors) {
        this.tensors = tensors;
    }

    /** Starts to learn a reference. */
    public static Learner learner() {
        return new Learner();
    }

    /**
     * Returns what is learnt from samples, each with the tensors of one request, of which each is one item without
     * channels.
     *
     * @throws IllegalArgumentException if a tensor is in fewer than 10 of them
     */
    public static TensorReference learn(Iterable<List<Tensor>> samples) {
        Learner learner = learner();
        samples.forEach(learner::add);
        return learner.build();
    }

    /**
     * Reads a reference that was saved.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no reference
     */
    public static TensorReference load(Path file) throws IOException {
        try {
            JsonFields fields = JsonFields.read(JSON.readValue(Files.readString(file), Object.class), TYPE, VERSION);
            Map<String, OfTensor> tensors = new LinkedHashMap<>();
            for (OfTensor tensor : fields.list("tensors", OfTensor::of)) {
                if (tensor.channels.isEmpty()) {
                    throw new IllegalArgumentException(file + ": the tensor " + tensor.name + " has no channel");
                }
                tensors.put(tensor.name, tensor);
            }
            return new TensorReference(tensors);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Writes this as JSON.
     *
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        Files.writeString(
                file,
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(JsonFields.of(TYPE, VERSION)
                                .with("tensors", List.copyOf(tensors.values()), OfTensor::plain)
                                .plain()));
    }

    @Nullable
    OfTensor of(String name) {
        return tensors.get(name);
    }

    static double log(double value) {
        return Math.log(value + TINY);
    }

    @Override
    public String toString() {
        return "TensorReference{" + tensors.keySet() + "}";
    }

    /** Learns a {@link TensorReference} from one sample after the other. Not safe for use by several threads. */
    public static final class Learner {

        private final Map<String, TensorLayout> layouts = new LinkedHashMap<>();
        private final Map<String, Samples> known = new LinkedHashMap<>();

        private Learner() {}

        /**
         * Says what the dimensions of a tensor are; without it, a tensor is one item without channels.
         *
         * @param name the tensor
         * @param batched whether the first dimension counts the items of a batch, which are then one sample each
         * @param channelAxis the dimension of the channels (or columns), from 0; -1 for none
         * @throws IllegalStateException if it was said before
         */
        public Learner channels(String name, boolean batched, int channelAxis) {
            if (layouts.put(name, new TensorLayout(batched, channelAxis)) != null) {
                throw new IllegalStateException("the channels of " + name + " are set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Adds the tensors of a request. Tensors without numbers are left out, and so are items with values that are
         * infinite or no numbers.
         *
         * @throws IllegalArgumentException if a tensor has another number of channels than before
         */
        public Learner add(List<Tensor> tensors) {
            for (Tensor tensor : tensors) {
                if (tensor.datatype().isInteger() || tensor.datatype().isFloat()) {
                    TensorLayout layout = layouts.getOrDefault(tensor.name(), TensorLayout.PLAIN);
                    int channels = layout.channels(tensor.shape());
                    Samples samples = known.computeIfAbsent(tensor.name(), name -> new Samples(layout, channels));
                    samples.add(tensor);
                }
            }
            return this;
        }

        /**
         * Returns what was learnt.
         *
         * @throws IllegalArgumentException if a tensor has fewer than 10 samples
         */
        public TensorReference build() {
            Map<String, OfTensor> tensors = new LinkedHashMap<>();
            known.forEach((name, samples) -> tensors.put(name, samples.build(name)));
            return new TensorReference(Map.copyOf(tensors));
        }
    }

    /** What is known so far of one tensor. */
    private static final class Samples {

        private static final int KEPT = 20_000;
        private static final double TAIL = 0.001;

        private final TensorLayout layout;
        private final Moments[] means;
        private final Moments[] logVariances;
        private final Moments logEnergy = new Moments();
        private final Moments logRoughness = new Moments();
        private final double[][] kept;
        private final long[] seen;
        private final SplittableRandom random = new SplittableRandom(1);

        Samples(TensorLayout layout, int channels) {
            this.layout = layout;
            means = new Moments[channels];
            logVariances = new Moments[channels];
            kept = new double[channels][Math.max(200, KEPT / channels)];
            seen = new long[channels];
            for (int i = 0; i < channels; i++) {
                means[i] = new Moments();
                logVariances[i] = new Moments();
            }
        }

        void add(Tensor tensor) {
            long[] shape = tensor.shape();
            if (layout.channels(shape) != means.length) {
                throw new IllegalArgumentException("the tensor " + tensor.name() + " has " + layout.channels(shape)
                        + " channels, and had " + means.length + " before: give samples of one kind");
            }
            new TensorStats(layout, tensor, null, null).read(tensor, item -> {
                if (item.hasNan() || item.hasInfinite()) {
                    return;
                }
                for (int i = 0; i < means.length; i++) {
                    means[i].add(item.mean(i));
                    logVariances[i].add(log(item.variance(i)));
                }
                logEnergy.add(log(item.energy()));
                logRoughness.add(log(item.roughness()));
            });
            keep(tensor, Math.max(1, layout.inner(shape)));
        }

        /** Keeps a random sample of the values of each channel. */
        private void keep(Tensor tensor, long inner) {
            double[] values = tensor.doubles();
            boolean unsigned = tensor.datatype() == DataType.UINT64;
            for (int i = 0; i < values.length; i++) {
                double value = unsigned && values[i] < 0 ? values[i] + 0x1p64 : values[i];
                if (Double.isFinite(value)) {
                    int channel = (int) (i / inner % means.length);
                    double[] sample = kept[channel];
                    long place = seen[channel] < sample.length ? seen[channel] : random.nextLong(seen[channel] + 1);
                    seen[channel]++;
                    if (place < sample.length) {
                        sample[(int) place] = value;
                    }
                }
            }
        }

        OfTensor build(String name) {
            long samples = logEnergy.count;
            if (samples < LEAST_SAMPLES) {
                throw new IllegalArgumentException("the tensor " + name + " has " + samples + " samples: add "
                        + LEAST_SAMPLES + " or more, better hundreds");
            }
            List<Channel> channels = new ArrayList<>();
            for (int i = 0; i < means.length; i++) {
                double[] sorted = Arrays.copyOf(kept[i], (int) Math.min(seen[i], kept[i].length));
                Arrays.sort(sorted);
                int tail = (int) (TAIL * sorted.length);
                channels.add(new Channel(
                        means[i].varying(), logVariances[i].varying(), sorted[tail], sorted[sorted.length - 1 - tail]));
            }
            return new OfTensor(
                    Objects.requireNonNull(name),
                    samples,
                    layout,
                    List.copyOf(channels),
                    logEnergy.varying(),
                    logRoughness.varying());
        }
    }

    /** Mean and deviation by Welford's method. */
    private static final class Moments {

        private long count;
        private double mean;
        private double squares;

        void add(double value) {
            count++;
            double before = value - mean;
            mean += before / count;
            squares += before * (value - mean);
        }

        Varying varying() {
            return new Varying(mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1)));
        }
    }
}
