package dev.aigw.routing.route;

import dev.aigw.routing.engine.call.Vectors;
import java.util.List;

/** Example questions with their models, and their vectors, adjacent in one array. Immutable. */
final class Examples {

    /** A question and the model for similar questions. */
    record Example(String model, String text) {}

    /**
     * The nearest example.
     *
     * @param example the example
     * @param similarity from -1 to 1, which is the same meaning
     */
    record Nearest(Example example, float similarity) {}

    private final List<Example> examples;
    private final float[] vectors;
    private final int dimensions;

    /** Creates the examples with their vectors of unit length. */
    Examples(List<Example> examples, List<float[]> vectors) {
        this.examples = List.copyOf(examples);
        this.dimensions = vectors.get(0).length;
        this.vectors = new float[dimensions * examples.size()];
        for (int i = 0; i < vectors.size(); i++) {
            requireDimensions(vectors.get(i));
            System.arraycopy(vectors.get(i), 0, this.vectors, i * dimensions, dimensions);
        }
    }

    private void requireDimensions(float[] vector) {
        if (vector.length != dimensions) {
            throw new IllegalStateException("it returned vectors of " + dimensions + " and of " + vector.length
                    + " dimensions, which cannot be compared");
        }
    }

    /** Returns the example nearest to a vector of unit length, the first of equally near ones. */
    Nearest nearest(float[] vector) {
        requireDimensions(vector);
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < examples.size(); i++) {
            float similarity = Vectors.dot(vectors, i * dimensions, vector);
            if (similarity > most) {
                most = similarity;
                best = i;
            }
        }
        return new Nearest(examples.get(best), most);
    }
}
