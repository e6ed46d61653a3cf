package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A guard on the tensors of {@code infer}: expected names, types, shapes and ranges, values that are no numbers, and
 * the distance from what usual tensors look like. Safe for use by many threads.
 *
 * <pre>{@code
 * TensorCheck check = TensorCheck.builder()
 *     .tensor("image", tensor -> tensor.datatype(DataType.FP32).shape(-1, 3, 224, 224).range(0, 1))
 *     .reference(TensorReference.load(Path.of("image-reference.json")))
 *     .build();
 * }</pre>
 *
 * <p>Without any setting it refuses values that are infinite or no numbers. A rule has the name of the tensor in it, as
 * in {@code shape(image)}: {@code missing}, {@code duplicate}, {@code datatype}, {@code shape}, {@code size},
 * {@code nan}, {@code infinite}, {@code range}; against a reference {@code channels}, {@code mean}, {@code variance},
 * {@code distance}, {@code outliers}, {@code energy}, {@code roughness}. A tensor that was not expected is
 * {@code unexpected}, without its name, which the caller has chosen.
 *
 * <p>A tensor is read once, without a copy. Statistics find what is broken, of another kind or noisy; an attack that
 * changes each pixel a little and keeps the noise low passes them.
 */
public final class TensorCheck implements Guard {

    private static final double LEAST_LOG_DEVIATION = 0.05;
    private static final double LEAST_MEAN_DEVIATION = 0.01;

    private final String name;
    private final Map<String, TensorRule> rules;
    private final boolean allowOthers;
    private final @Nullable TensorReference reference;
    private final double deviations;
    private final double distance;
    private final double outlierShare;
    private final GuardAction action;
    private final GuardAction referenceAction;

    private TensorCheck(Builder builder) {
        name = builder.name;
        rules = Map.copyOf(builder.rules);
        allowOthers = builder.allowOthers || rules.isEmpty();
        reference = builder.reference;
        deviations = builder.deviations;
        distance = builder.distance;
        outlierShare = builder.outlierShare;
        action = builder.action;
        referenceAction = builder.referenceAction;
    }

    /** Starts a check. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns {@link Guard.Effort#COMPUTE}: large tensors take milliseconds. */
    @Override
    public Effort effort() {
        return Effort.COMPUTE;
    }

    /** Returns true: a request may lack all tensors. */
    @Override
    public boolean readsRequest() {
        return true;
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardFinding> findings = new ArrayList<>(0);
        Set<String> names = new HashSet<>();
        List<GuardedPart> parts = inspection.parts();
        for (int i = 0; i < parts.size(); i++) {
            Tensor tensor = parts.get(i).tensor();
            if (tensor != null) {
                check(tensor, i, names, findings);
            }
        }
        if (!names.isEmpty() || inspection.operation().equals(InferenceRequest.INFER)) {
            rules.forEach((expected, rule) -> {
                if (!rule.optional && !names.contains(expected)) {
                    findings.add(GuardFinding.whole("missing(" + expected + ")", 1, action));
                }
            });
        }
        return GuardVerdict.of(findings);
    }

    private void check(Tensor tensor, int part, Set<String> names, List<GuardFinding> findings) {
        TensorRule rule = rules.get(tensor.name());
        TensorReference.OfTensor usual = reference == null ? null : reference.of(tensor.name());
        if (rule == null && !allowOthers) {
            findings.add(GuardFinding.in(part, "unexpected", 1, action));
            return;
        }
        String of = rule == null && usual == null ? "" : "(" + tensor.name() + ")";
        if (!names.add(tensor.name())) {
            findings.add(GuardFinding.in(part, "duplicate" + of, 1, action));
        }
        int before = findings.size();
        if (rule != null) {
            rule.checkForm(tensor, fault -> findings.add(GuardFinding.in(part, fault + of, 1, action)));
        }
        DataType type = tensor.datatype();
        if (findings.size() > before || tensor.size() == 0 || !(type.isFloat() || type.isInteger())) {
            return;
        }
        boolean sameChannels = usual != null
                && usual.layout().channels(tensor.shape()) == usual.channels().size();
        if (usual != null && !sameChannels) {
            findings.add(GuardFinding.in(part, "channels" + of, 1, referenceAction));
            usual = null;
        }
        List<GuardFinding> unusual = new ArrayList<>(0);
        TensorReference.OfTensor compared = usual;
        TensorStats stats = new TensorStats(
                usual == null ? TensorLayout.PLAIN : usual.layout(),
                tensor,
                usual == null ? null : usual.lows(),
                usual == null ? null : usual.highs());
        stats.read(tensor, item -> {
            if (compared != null && unusual.isEmpty()) {
                compare(
                        item,
                        compared,
                        (fault, score) -> unusual.add(GuardFinding.in(part, fault + of, score, referenceAction)));
            }
        });
        boolean finite = !stats.hasNan() && !stats.hasInfinite();
        if (!finite && (rule == null || !rule.nonFinite)) {
            findings.add(GuardFinding.in(part, (stats.hasNan() ? "nan" : "infinite") + of, 1, action));
        }
        if (rule != null && !rule.isInRange(stats.least(), stats.most())) {
            findings.add(GuardFinding.in(part, "range" + of, 1, action));
        }
        if (finite) {
            findings.addAll(unusual);
        }
    }

    private interface Unusual {

        void found(String fault, double score);
    }

    private void compare(TensorStats item, TensorReference.OfTensor usual, Unusual unusual) {
        double worstMean = 0;
        double worstVariance = 0;
        double sum = 0;
        for (int i = 0; i < item.channels(); i++) {
            TensorReference.Channel channel = usual.channels().get(i);
            double spread = Math.exp(channel.logVariance().mean() / 2);
            double mean = channel.mean().distance(item.mean(i), LEAST_MEAN_DEVIATION * spread + Double.MIN_NORMAL);
            double variance =
                    channel.logVariance().distance(TensorReference.log(item.variance(i)), LEAST_LOG_DEVIATION);
            worstMean = Math.max(worstMean, mean);
            worstVariance = Math.max(worstVariance, variance);
            sum += mean * mean + variance * variance;
        }
        add(unusual, "mean", worstMean, deviations);
        add(unusual, "variance", worstVariance, deviations);
        add(unusual, "distance", Math.sqrt(sum / (2 * item.channels())), distance);
        add(unusual, "outliers", item.shareOutside(), outlierShare);
        double energy = TensorReference.log(item.energy());
        add(unusual, "energy", usual.logEnergy().distance(energy, LEAST_LOG_DEVIATION), deviations);
        double roughness = TensorReference.log(item.roughness());
        add(unusual, "roughness", usual.logRoughness().distance(roughness, LEAST_LOG_DEVIATION), deviations);
    }

    private static void add(Unusual unusual, String fault, double value, double threshold) {
        if (value > threshold) {
            unusual.found(fault, 1 - 0.5 * threshold / value);
        }
    }

    @Override
    public String toString() {
        return "TensorCheck{" + name + ", " + rules.keySet() + (reference == null ? "" : ", " + reference) + "}";
    }

    /** What is expected of one tensor. Not safe for use by several threads. */
    public static final class TensorRule {

        private final SetOnce once;
        private @Nullable DataType datatype;
        private long @Nullable [] shape;
        private double least = Double.NEGATIVE_INFINITY;
        private double most = Double.POSITIVE_INFINITY;
        private long maximumElements = Long.MAX_VALUE;
        private int maximumElementBytes = Integer.MAX_VALUE;
        private boolean nonFinite;
        private boolean optional;

        private TensorRule(String name) {
            once = new SetOnce("the tensor " + name + ": ");
        }

        /** Sets its type; any by default. */
        public TensorRule datatype(DataType datatype) {
            once.check(0, "datatype");
            this.datatype = Objects.requireNonNull(datatype, "datatype");
            return this;
        }

        /**
         * Sets its shape; any by default.
         *
         * @param shape the dimensions; -1 where any number will do
         * @throws IllegalArgumentException if one is less than -1
         */
        public TensorRule shape(long... shape) {
            once.check(1, "shape");
            for (long dimension : shape) {
                if (dimension < -1) {
                    throw new IllegalArgumentException(
                            "a dimension is " + dimension + ": use 0 or more, or -1 for any");
                }
            }
            this.shape = shape.clone();
            return this;
        }

        /**
         * Sets the least and the greatest value; any by default. A value that is no number is another rule's.
         *
         * @throws IllegalArgumentException if {@code least} is greater than {@code most}, or one is no number
         */
        public TensorRule range(double least, double most) {
            once.check(2, "range");
            if (!(least <= most)) {
                throw new IllegalArgumentException("the range is " + least + " to " + most + ": begin with the least");
            }
            this.least = least;
            this.most = most;
            return this;
        }

        /**
         * Sets the greatest number of elements, for shapes that are open; any by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public TensorRule maximumElements(long elements) {
            once.check(3, "maximumElements");
            if (elements < 0) {
                throw new IllegalArgumentException("maximumElements is " + elements + ": use 0 or more");
            }
            this.maximumElements = elements;
            return this;
        }

        /**
         * Sets the greatest number of bytes of an element of {@link DataType#BYTES}; any by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public TensorRule maximumElementBytes(int bytes) {
            once.check(4, "maximumElementBytes");
            if (bytes < 0) {
                throw new IllegalArgumentException("maximumElementBytes is " + bytes + ": use 0 or more");
            }
            this.maximumElementBytes = bytes;
            return this;
        }

        /** Allows values that are infinite or no numbers, as where they stand for what is missing. */
        public TensorRule nonFinite() {
            once.check(5, "nonFinite");
            this.nonFinite = true;
            return this;
        }

        /** Allows requests without the tensor. */
        public TensorRule optional() {
            once.check(6, "optional");
            this.optional = true;
            return this;
        }

        private void checkForm(Tensor tensor, Consumer<String> fault) {
            if (datatype != null && datatype != tensor.datatype()) {
                fault.accept("datatype");
            }
            if (shape != null && !fits(shape, tensor.shape())) {
                fault.accept("shape");
            }
            if (tensor.size() > maximumElements) {
                fault.accept("size");
            } else if (tensor.datatype() == DataType.BYTES) {
                for (int i = 0; i < tensor.size(); i++) {
                    if (tensor.byteLength(i) > maximumElementBytes) {
                        fault.accept("size");
                        return;
                    }
                }
            }
        }

        private static boolean fits(long[] expected, long[] shape) {
            if (expected.length != shape.length) {
                return false;
            }
            for (int i = 0; i < shape.length; i++) {
                if (expected[i] >= 0 && expected[i] != shape[i]) {
                    return false;
                }
            }
            return true;
        }

        /** What is no number is in no range, and is judged elsewhere. */
        private boolean isInRange(double smallest, double greatest) {
            return !(smallest < least) && !(greatest > most);
        }
    }

    /**
     * Builds a {@link TensorCheck}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce("TensorCheck.builder(): ");
        private final Map<String, TensorRule> rules = new LinkedHashMap<>();
        private String name = "tensors";
        private boolean allowOthers;
        private @Nullable TensorReference reference;
        private double deviations = 6;
        private double distance = 4;
        private double outlierShare = 0.05;
        private GuardAction action = GuardAction.BLOCK;
        private GuardAction referenceAction = GuardAction.ANNOTATE;

        private Builder() {}

        /** Sets the name of the guard; {@code tensors} by default. */
        public Builder name(String name) {
            once.check(0, "name");
            this.name = DenyEntry.checkedRule(name);
            return this;
        }

        /**
         * Says what is expected of a tensor. Other tensors are then refused, unless {@link #allowOthers()}.
         *
         * @throws IllegalStateException if it was said before
         */
        public Builder tensor(String name, Consumer<TensorRule> expected) {
            TensorRule rule = new TensorRule(name);
            if (rules.putIfAbsent(name, rule) != null) {
                throw new IllegalStateException("the tensor " + name + " is set twice: remove one of the two");
            }
            expected.accept(rule);
            return this;
        }

        /** Allows tensors of which nothing is said. */
        public Builder allowOthers() {
            once.check(1, "allowOthers");
            this.allowOthers = true;
            return this;
        }

        /** Sets what usual tensors look like; none by default. */
        public Builder reference(TensorReference reference) {
            once.check(2, "reference");
            this.reference = Objects.requireNonNull(reference, "reference");
            return this;
        }

        /**
         * Sets by how many standard deviations of the samples one statistic may be off: a channel's mean or variance,
         * the energy or the roughness. 6 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder deviations(double deviations) {
            once.check(3, "deviations");
            this.deviations = positive("deviations", deviations);
            return this;
        }

        /**
         * Sets how far means and variances of all channels together may be off: the root of the mean of their squared
         * deviations, which is the Mahalanobis distance as if they were independent. 4 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder distance(double distance) {
            once.check(4, "distance");
            this.distance = positive("distance", distance);
            return this;
        }

        /**
         * Sets which share of the values may be far outside: by more than a quarter of the range in which 99.8 % of the
         * samples' values are. 0.05 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder outlierShare(double share) {
            once.check(5, "outlierShare");
            this.outlierShare = positive("outlierShare", share);
            return this;
        }

        private static double positive(String name, double value) {
            if (!(value > 0)) {
                throw new IllegalArgumentException(name + " is " + value + ": use a positive number");
            }
            return value;
        }

        /**
         * Sets what to do about names, types, shapes, ranges and values that are no numbers; {@link GuardAction#BLOCK}
         * by default.
         *
         * @throws IllegalArgumentException if it is ALLOW or REDACT
         */
        public Builder action(GuardAction action) {
            once.check(6, "action");
            this.action = unredacted(action);
            return this;
        }

        /**
         * Sets what to do about tensors that are far from the reference; {@link GuardAction#ANNOTATE} by default.
         *
         * @throws IllegalArgumentException if it is ALLOW or REDACT
         */
        public Builder referenceAction(GuardAction action) {
            once.check(7, "referenceAction");
            this.referenceAction = unredacted(action);
            return this;
        }

        static GuardAction unredacted(GuardAction action) {
            if (action != GuardAction.ANNOTATE && action != GuardAction.BLOCK) {
                throw new IllegalArgumentException("the action is " + action + ": use ANNOTATE or BLOCK");
            }
            return action;
        }

        /** Returns the check. */
        public TensorCheck build() {
            return new TensorCheck(this);
        }
    }
}
