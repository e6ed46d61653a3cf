package dev.aigw.routing.guard.injection;

import dev.aigw.api.guard.ContentOrigin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What has been learnt about injections: the weights of the classifier, and how far each rule is trusted. Immutable and
 * safe for use by many threads.
 *
 * <p>{@link #builtIn()} comes with the library. {@link InjectionTrainer} learns another one from labelled texts.
 *
 * <pre>{@code
 * InjectionScore score = InjectionModel.builtIn().score(text, ContentOrigin.DOCUMENT);
 * }</pre>
 */
public final class InjectionModel {

    private static final int FORMAT = 0x61494E31;
    /** What the combination of rules and classifier knows besides the rules. */
    static final int INPUTS = 7;

    /** How many factors combine classifier and rules; a rule has one for users' turns and one for foreign texts. */
    static final int FACTORS = INPUTS + 2 * Evidence.NAMES.size();

    private static final double RULES_BIAS = -3;

    private final byte[] weights;
    private final float scale;
    private final float bias;
    private final float foreignBias;
    /** Factors of the inputs, then of the rules in the order of {@link Evidence#NAMES}. */
    private final float[] combination;
    /** Slope and intercept of the classifier alone. */
    private final float[] calibration;

    InjectionModel(
            byte[] weights, float scale, float bias, float foreignBias, float[] combination, float[] calibration) {
        this.weights = weights;
        this.scale = scale;
        this.bias = bias;
        this.foreignBias = foreignBias;
        this.combination = combination;
        this.calibration = calibration;
    }

    /** Returns the model that comes with the library; the guide says what it learnt from. */
    public static InjectionModel builtIn() {
        return BuiltIn.MODEL;
    }

    /** Read when it is first asked for. */
    private static final class BuiltIn {

        static final InjectionModel MODEL = load();

        private static InjectionModel load() {
            try (InputStream in = Objects.requireNonNull(
                    InjectionModel.class.getResourceAsStream("injection.model"), "injection.model is missing")) {
                return read(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Reads a model that {@link #write} wrote.
     *
     * @throws IOException if it cannot be read, or is not a model
     */
    public static InjectionModel read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(new GZIPInputStream(in));
        if (data.readInt() != FORMAT) {
            throw new IOException("this is not a model for injections: write it by InjectionModel.write");
        }
        float scale = data.readFloat();
        float bias = data.readFloat();
        float foreignBias = data.readFloat();
        float[] calibration = {data.readFloat(), data.readFloat()};
        float[] combination = new float[FACTORS];
        for (int i = 0; i < INPUTS; i++) {
            combination[i] = data.readFloat();
        }
        Map<String, float[]> rules = new HashMap<>();
        for (int left = data.readInt(); left > 0; left--) {
            rules.put(data.readUTF(), new float[] {data.readFloat(), data.readFloat()});
        }
        // A rule that is newer than the model counts half of what the file of rules says.
        float[] unknown = {0.5f, 0.5f};
        for (int i = 0; i < Evidence.NAMES.size(); i++) {
            float[] factors = rules.getOrDefault(Evidence.NAMES.get(i), unknown);
            combination[firstRule(false) + i] = factors[0];
            combination[firstRule(true) + i] = factors[1];
        }
        byte[] weights = new byte[Segments.BUCKETS * 2];
        data.readFully(weights);
        return new InjectionModel(weights, scale, bias, foreignBias, combination, calibration);
    }

    /** Writes the model, compressed; about 200 KB. Does not close {@code out}. */
    public void write(OutputStream out) throws IOException {
        GZIPOutputStream compressed = new GZIPOutputStream(out);
        DataOutputStream data = new DataOutputStream(compressed);
        data.writeInt(FORMAT);
        data.writeFloat(scale);
        data.writeFloat(bias);
        data.writeFloat(foreignBias);
        data.writeFloat(calibration[0]);
        data.writeFloat(calibration[1]);
        for (int i = 0; i < INPUTS; i++) {
            data.writeFloat(combination[i]);
        }
        data.writeInt(Evidence.NAMES.size());
        for (int i = 0; i < Evidence.NAMES.size(); i++) {
            data.writeUTF(Evidence.NAMES.get(i));
            data.writeFloat(combination[firstRule(false) + i]);
            data.writeFloat(combination[firstRule(true) + i]);
        }
        data.write(weights);
        data.flush();
        compressed.finish();
    }

    /** Returns how likely {@code text} is an injection. Takes time in proportion to its length. */
    public InjectionScore score(String text, ContentOrigin origin) {
        boolean foreign = origin.isForeign();
        Evidence evidence = Evidence.of(text, foreign);
        WindowScores windows = new WindowScores(weights, foreign);
        for (View view : evidence.views) {
            if (!view.dense) {
                Segments.read(view, windows);
                windows.finish(view);
            }
        }
        double offset = bias + (foreign ? foreignBias : 0);
        double most = windows.segments == 0 ? offset : windows.most * scale + offset;
        double whole = windows.whole * scale + offset;
        List<InjectionScore.Fired> fired = evidence.fired();
        return new InjectionScore(
                probability(combine(combination, most, whole, windows.segments, foreign, evidence)),
                probability(evidence.sum() + RULES_BIAS),
                probability(most * calibration[0] + calibration[1]),
                origin,
                fired,
                windows.mostStart,
                windows.mostEnd);
    }

    /** Returns the log odds by classifier and rules together. */
    static double combine(
            float[] factors, double most, double whole, int segments, boolean foreign, Evidence evidence) {
        double sum = factors[0]
                + factors[1] * most
                + factors[2] * whole
                + factors[3] * Math.log1p(segments)
                + (foreign ? factors[4] + factors[5] * Math.log1p(segments) + factors[6] * most : 0);
        int rules = firstRule(foreign);
        for (int i = 0; i < evidence.weight.length; i++) {
            sum += factors[rules + i] * evidence.weight[i];
        }
        return sum;
    }

    /** Returns where the factors of the rules begin. */
    static int firstRule(boolean foreign) {
        return foreign ? INPUTS + Evidence.NAMES.size() : INPUTS;
    }

    static double probability(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
    }

    @Override
    public String toString() {
        return "InjectionModel{" + Segments.BUCKETS + " features, " + Evidence.NAMES.size() + " rules}";
    }
}
