package dev.aigw.routing.guard.injection;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * A linear classifier over the vectors of an embedder, which corrects the score of rules and n-grams. It fits one
 * embedder only: train it with the embedder that the guard will use. Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * EmbeddingHead head = EmbeddingHead.train(embedder.embed(texts), scores, attacks);
 * PromptInjection guard = PromptInjection.builder().embedder(embedder, head).build();
 * }</pre>
 */
public final class EmbeddingHead {

    private static final int FORMAT = 0x61494531;
    private static final int ROUNDS = 300;
    private static final double RATE = 0.5;
    private static final double PENALTY = 1e-3;

    private final float[] weights;
    private final float trust;
    private final float bias;

    private EmbeddingHead(float[] weights, float trust, float bias) {
        this.weights = weights;
        this.trust = trust;
        this.bias = bias;
    }

    /**
     * Learns from labelled texts. Deterministic.
     *
     * @param vectors the vectors of the texts
     * @param scores their scores without vectors, from {@link InjectionModel#score}
     * @param attacks which of them are attacks
     * @throws IllegalArgumentException if the lists are empty or differ in size
     */
    public static EmbeddingHead train(List<float[]> vectors, double[] scores, boolean[] attacks) {
        if (vectors.isEmpty() || vectors.size() != scores.length || scores.length != attacks.length) {
            throw new IllegalArgumentException("there are " + vectors.size() + " vectors, " + scores.length
                    + " scores and " + attacks.length + " labels: give one of each for each text");
        }
        float[] weights = new float[vectors.get(0).length];
        double[] squares = new double[weights.length + 2];
        double[] gradient = new double[weights.length + 2];
        List<float[]> units = vectors.stream().map(EmbeddingHead::unit).toList();
        float trust = 1;
        float bias = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Arrays.fill(gradient, 0);
            for (int i = 0; i < attacks.length; i++) {
                float[] vector = units.get(i);
                double odds = bias + trust * logOdds(scores[i]) + dot(weights, vector);
                double error = (InjectionModel.probability(odds) - (attacks[i] ? 1 : 0)) / attacks.length;
                for (int k = 0; k < weights.length; k++) {
                    gradient[k] += error * vector[k];
                }
                gradient[weights.length] += error * logOdds(scores[i]);
                gradient[weights.length + 1] += error;
            }
            for (int k = 0; k < gradient.length; k++) {
                double value = k < weights.length ? gradient[k] + PENALTY * weights[k] : gradient[k];
                squares[k] += value * value;
                float step = (float) (RATE * value / Math.sqrt(squares[k] + 1e-12));
                if (k < weights.length) {
                    weights[k] -= step;
                } else if (k == weights.length) {
                    trust = Math.max(0, trust - step);
                } else {
                    bias -= step;
                }
            }
        }
        return new EmbeddingHead(weights, trust, bias);
    }

    /**
     * Reads a head that {@link #write} wrote.
     *
     * @throws IOException if it cannot be read, or is not a head
     */
    public static EmbeddingHead read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        if (data.readInt() != FORMAT) {
            throw new IOException("this is not an embedding head: write it by EmbeddingHead.write");
        }
        float trust = data.readFloat();
        float bias = data.readFloat();
        int size = data.readInt();
        if (size < 1 || size > 1 << 16) {
            throw new IOException("the embedding head has " + size + " dimensions: it has 1 to 65536");
        }
        float[] weights = new float[size];
        for (int i = 0; i < size; i++) {
            weights[i] = data.readFloat();
        }
        return new EmbeddingHead(weights, trust, bias);
    }

    /** Writes the head. Does not close {@code out}. */
    public void write(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(FORMAT);
        data.writeFloat(trust);
        data.writeFloat(bias);
        data.writeInt(weights.length);
        for (float weight : weights) {
            data.writeFloat(weight);
        }
        data.flush();
    }

    /** Returns how many dimensions the vectors have. */
    public int dimensions() {
        return weights.length;
    }

    /**
     * Returns the score of a text with its vector taken into account.
     *
     * @param score its score without the vector
     * @throws IllegalArgumentException if the vector has another number of dimensions
     */
    public double correct(double score, float[] vector) {
        if (vector.length != weights.length) {
            throw new IllegalArgumentException("the embedder gives " + vector.length + " dimensions, and the head has "
                    + weights.length + ": train the head with this embedder");
        }
        return InjectionModel.probability(bias + trust * logOdds(score) + dot(weights, unit(vector)));
    }

    private static double logOdds(double score) {
        double inner = Math.min(1 - 1e-6, Math.max(1e-6, score));
        return Math.log(inner / (1 - inner));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static float[] unit(float[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = length == 0 ? 0 : (float) (vector[i] / length);
        }
        return unit;
    }

    @Override
    public String toString() {
        return "EmbeddingHead{" + weights.length + " dimensions}";
    }
}
