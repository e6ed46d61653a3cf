package dev.aigw.routing.guard.injection;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Learns an {@link InjectionModel} from labelled texts, in seconds for some thousands. Gives the same model for the
 * same examples and seed. Not safe for use by many threads.
 *
 * <pre>{@code
 * InjectionModel model = new InjectionTrainer(1).train(examples);
 * }</pre>
 *
 * <p>The classifier is a logistic regression that is trained by AdaGrad on the most suspicious window of each text: an
 * attack in a long mail is one of its sentences, and a clean mail has none (multiple-instance learning). Then the
 * weights of rules and classifier are fitted together, on scores of texts that the classifier had not seen.
 */
public final class InjectionTrainer {

    private static final int EPOCHS = 12;
    private static final int FOLDS = 4;
    private static final double RATE = 0.35;
    private static final double DECAY = 4e-5;
    private static final double WHOLE_SHARE = 0.4;
    private static final int HALF = 1 << 30;

    private final long seed;

    /** Creates a trainer whose random choices follow from {@code seed}. */
    public InjectionTrainer(long seed) {
        this.seed = seed;
    }

    /**
     * Returns what there is to learn from {@code examples}.
     *
     * @throws IllegalArgumentException if there are not both attacks and benign texts
     */
    public InjectionModel train(List<InjectionExample> examples) {
        if (examples.stream().noneMatch(InjectionExample::attack)
                || examples.stream().allMatch(InjectionExample::attack)) {
            throw new IllegalArgumentException("there are not both attacks and benign texts to learn from");
        }
        List<Prepared> prepared =
                examples.stream().parallel().map(Prepared::new).toList();
        double[] most = new double[prepared.size()];
        double[] whole = new double[prepared.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            Linear linear = new Linear();
            int held = fold;
            linear.learn(
                    prepared.stream().filter(example -> example.fold() != held).toList());
            for (int i = 0; i < prepared.size(); i++) {
                if (prepared.get(i).fold() == fold) {
                    linear.judge(prepared.get(i));
                    most[i] = linear.mostScore;
                    whole[i] = linear.wholeScore;
                }
            }
        }
        Linear linear = new Linear();
        linear.learn(prepared);
        float[] calibration = fitCalibration(prepared, most);
        return linear.quantized(fitCombination(prepared, most, whole), calibration);
    }

    /** A text as its features, segment by segment, of all views. */
    private static final class Prepared implements Segments.Sink {

        final InjectionExample example;
        final boolean foreign;
        final Evidence evidence;
        int[] features = new int[64];
        int length;
        /** Where each segment ends in {@code features}; a view ends where {@code lastOfView} says. */
        int[] ends = new int[8];

        boolean[] lastOfView = new boolean[8];
        int segments;
        int plainSegments;

        Prepared(InjectionExample example) {
            this.example = example;
            this.foreign = example.origin().isForeign();
            this.evidence = Evidence.of(example.text(), foreign);
            for (View view : evidence.views) {
                if (!view.dense) {
                    int before = segments;
                    Segments.read(view, this);
                    if (segments > before) {
                        lastOfView[segments - 1] = true;
                    }
                    if (view.kind == View.Kind.PLAIN) {
                        plainSegments = segments;
                    }
                }
            }
        }

        int fold() {
            return Math.floorMod((example.group().hashCode() * 0x9E3779B1) >>> 8, FOLDS);
        }

        @Override
        public void feature(int bucket, float value) {
            if (length == features.length) {
                features = Arrays.copyOf(features, length * 2);
            }
            features[length++] = value == 1 ? bucket : bucket | HALF;
        }

        @Override
        public void segment(int start, int end) {
            if (segments == ends.length) {
                ends = Arrays.copyOf(ends, segments * 2);
                lastOfView = Arrays.copyOf(lastOfView, segments * 2);
            }
            ends[segments++] = length;
        }

        private double @Nullable [] segmentSquares;

        /** Returns the sum of the squares of the values of each segment. */
        double[] squares() {
            if (segmentSquares == null) {
                double[] squares = new double[segments];
                for (int i = 0; i < segments; i++) {
                    squares[i] = squares(i == 0 ? 0 : ends[i - 1], ends[i]);
                }
                segmentSquares = squares;
            }
            return segmentSquares;
        }

        double squares(int from, int to) {
            double squares = 0;
            for (int i = from; i < to; i++) {
                squares += features[i] >= HALF ? 0.25 : 1;
            }
            return squares;
        }
    }

    /** The linear classifier while it learns. */
    private final class Linear {

        private final float[] weights = new float[Segments.BUCKETS * 2];
        private final float[] gradients = new float[Segments.BUCKETS * 2];
        private double bias = -1;
        private double foreignBias;
        double mostScore;
        double wholeScore;
        private int mostFrom;
        private int mostTo;

        void learn(List<Prepared> examples) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] order = new int[examples.size()];
            Arrays.setAll(order, i -> i);
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (int i = order.length - 1; i > 0; i--) {
                    int other = random.nextInt(i + 1);
                    int swap = order[i];
                    order[i] = order[other];
                    order[other] = swap;
                }
                double rate = RATE / Math.sqrt(1 + epoch * 0.5);
                for (int i : order) {
                    learn(examples.get(i), rate, epoch, random);
                }
            }
        }

        private void learn(Prepared text, double rate, int epoch, SplittableRandom random) {
            if (text.segments == 0) {
                return;
            }
            judge(text);
            double wanted = text.example.attack() ? 1 : 0;
            double weight = text.example.weight();
            if (epoch > 0) {
                update(text, mostFrom, mostTo, weight * (InjectionModel.probability(mostScore) - wanted), rate);
            }
            if (text.plainSegments > 0) {
                double share = epoch == 0 ? 1 : WHOLE_SHARE;
                update(
                        text,
                        0,
                        text.ends[text.plainSegments - 1],
                        weight * share * (InjectionModel.probability(wholeScore) - wanted),
                        rate);
            }
            if (wanted == 0 && text.segments > 1) {
                // Any other sentence of a benign text is benign, too.
                int other = random.nextInt(text.segments);
                int from = other == 0 ? 0 : text.ends[other - 1];
                double score = score(text, from, text.ends[other]);
                update(text, from, text.ends[other], weight * 0.5 * InjectionModel.probability(score), rate);
            }
        }

        private double score(Prepared text, int from, int to) {
            return WindowScores.normalize(sum(text, from, to), text.squares(from, to)) + offset(text);
        }

        private double offset(Prepared text) {
            return bias + (text.foreign ? foreignBias : 0);
        }

        private double sum(Prepared text, int from, int to) {
            double sum = 0;
            for (int i = from; i < to; i++) {
                int feature = text.features[i];
                int at = (feature & HALF - 1) << 1;
                float weight = weights[at] + (text.foreign ? weights[at + 1] : 0);
                sum += feature >= HALF ? weight * 0.5 : weight;
            }
            return sum;
        }

        /** Finds the most suspicious window, and what the whole text scores. */
        void judge(Prepared text) {
            mostScore = Double.NEGATIVE_INFINITY;
            wholeScore = offset(text);
            double[] sums = new double[text.segments];
            double[] squares = text.squares();
            for (int i = 0; i < text.segments; i++) {
                sums[i] = sum(text, i == 0 ? 0 : text.ends[i - 1], text.ends[i]);
            }
            int viewStart = 0;
            double total = 0;
            double totalSquares = 0;
            for (int i = 0; i < text.segments; i++) {
                double windowSum = 0;
                double windowSquares = 0;
                int size = 0;
                boolean viewEnds = false;
                for (int wanted : new int[] {1, 2, 4}) {
                    while (size < wanted && !viewEnds) {
                        windowSum += sums[i + size];
                        windowSquares += squares[i + size];
                        viewEnds = text.lastOfView[i + size++];
                    }
                    consider(text, windowSum, windowSquares, i, i + size - 1);
                }
                total += sums[i];
                totalSquares += squares[i];
                if (text.lastOfView[i]) {
                    consider(text, total, totalSquares, viewStart, i);
                    if (i == text.plainSegments - 1) {
                        wholeScore = WindowScores.normalize(total, totalSquares) + offset(text);
                    }
                    viewStart = i + 1;
                    total = 0;
                    totalSquares = 0;
                }
            }
            if (text.segments == 0) {
                mostScore = offset(text);
            }
        }

        private void consider(Prepared text, double sum, double squares, int first, int last) {
            double score = WindowScores.normalize(sum, squares) + offset(text);
            if (score > mostScore) {
                mostScore = score;
                mostFrom = first == 0 ? 0 : text.ends[first - 1];
                mostTo = text.ends[last];
            }
        }

        private void update(Prepared text, int from, int to, double error, double rate) {
            if (Math.abs(error) < 1e-4) {
                return;
            }
            double norm = WindowScores.norm(text.squares(from, to));
            for (int i = from; i < to; i++) {
                int feature = text.features[i];
                int at = (feature & HALF - 1) << 1;
                double gradient = error * norm * (feature >= HALF ? 0.5 : 1);
                step(at, gradient, rate);
                if (text.foreign) {
                    step(at + 1, gradient, rate * 0.7);
                }
            }
            bias -= rate * 0.05 * error;
            if (text.foreign) {
                foreignBias -= rate * 0.05 * error;
            }
        }

        private void step(int at, double gradient, double rate) {
            gradients[at] += (float) (gradient * gradient);
            weights[at] -= (float) (rate * (gradient / Math.sqrt(gradients[at] + 1e-4) + DECAY * weights[at]));
        }

        InjectionModel quantized(float[] combination, float[] calibration) {
            float[] sorted = new float[weights.length];
            for (int i = 0; i < weights.length; i++) {
                sorted[i] = Math.abs(weights[i]);
            }
            Arrays.sort(sorted);
            // The few largest weights are cut off, so that the others keep their precision.
            float top = Math.max(1e-6f, sorted[(int) (sorted.length * 0.9998)]);
            float scale = top / 127;
            byte[] quantized = new byte[weights.length];
            for (int i = 0; i < weights.length; i++) {
                quantized[i] = (byte) Math.max(-127, Math.min(127, Math.round(weights[i] / scale)));
            }
            return new InjectionModel(quantized, scale, (float) bias, (float) foreignBias, combination, calibration);
        }
    }

    private static float[] fitCalibration(List<Prepared> texts, double[] most) {
        double slope = 1;
        double intercept = 0;
        for (int round = 0; round < 400; round++) {
            double slopeGradient = 0.01 * (slope - 1);
            double interceptGradient = 0;
            double total = 0;
            for (int i = 0; i < most.length; i++) {
                InjectionExample example = texts.get(i).example;
                double error = example.weight()
                        * (InjectionModel.probability(most[i] * slope + intercept) - (example.attack() ? 1 : 0));
                slopeGradient += error * most[i];
                interceptGradient += error;
                total += example.weight();
            }
            slope -= 0.3 * slopeGradient / total;
            intercept -= 1.5 * interceptGradient / total;
        }
        return new float[] {(float) slope, (float) intercept};
    }

    /** Fits the factors of classifier and rules; none of them may count for innocence. */
    private static float[] fitCombination(List<Prepared> texts, double[] most, double[] whole) {
        int size = InjectionModel.FACTORS;
        float[] factors = new float[size];
        float[] expected = new float[size];
        Arrays.fill(expected, InjectionModel.INPUTS, size, 0.9f);
        expected[1] = 0.8f;
        expected[2] = 0.2f;
        System.arraycopy(expected, 0, factors, 0, size);
        double total = texts.stream().mapToDouble(text -> text.example.weight()).sum();
        double[] squares = new double[size];
        for (int round = 0; round < 300; round++) {
            double[] gradient = new double[size];
            for (int i = 0; i < most.length; i++) {
                Prepared text = texts.get(i);
                double odds = InjectionModel.combine(
                        factors, most[i], whole[i], text.plainSegments, text.foreign, text.evidence);
                double error = text.example.weight()
                        * (InjectionModel.probability(odds) - (text.example.attack() ? 1 : 0))
                        / total;
                gradient[0] += error;
                gradient[1] += error * most[i];
                gradient[2] += error * whole[i];
                gradient[3] += error * Math.log1p(text.plainSegments);
                gradient[4] += text.foreign ? error : 0;
                gradient[5] += text.foreign ? error * Math.log1p(text.plainSegments) : 0;
                gradient[6] += text.foreign ? error * most[i] : 0;
                int rules = InjectionModel.firstRule(text.foreign);
                for (int k = 0; k < text.evidence.weight.length; k++) {
                    gradient[rules + k] += error * text.evidence.weight[k];
                }
            }
            for (int k = 0; k < size; k++) {
                // Rules that the examples hardly show keep the trust that the file of rules gives them.
                gradient[k] += 0.004 * (factors[k] - expected[k]);
                squares[k] += gradient[k] * gradient[k];
                factors[k] -= (float) (0.15 * gradient[k] / Math.sqrt(squares[k] + 1e-12));
                if (k == 1 || k == 2 || k >= InjectionModel.INPUTS) {
                    factors[k] = Math.max(0, factors[k]);
                }
            }
        }
        return factors;
    }
}
