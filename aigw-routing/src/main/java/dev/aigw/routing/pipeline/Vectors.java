package dev.aigw.routing.pipeline;

import org.jspecify.annotations.Nullable;

/** What is done with the vectors of an {@link dev.aigw.api.spi.Embedder}. */
public final class Vectors {

    private Vectors() {}

    /** Returns {@code vector} at unit length, or null when it points nowhere: empty, all zeros, or not finite. */
    public static float @Nullable [] unit(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            return null;
        }
        float[] unit = new float[vector.length];
        double length = Math.sqrt(squares);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    /**
     * Returns the product of {@code vector} and the one that begins at {@code offset}: of unit vectors, their
     * similarity. Sums in four independent lanes, which the processor works on at once.
     */
    public static float dot(float[] all, int offset, float[] vector) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < vector.length; i += 4) {
            a += all[offset + i] * vector[i];
            b += all[offset + i + 1] * vector[i + 1];
            c += all[offset + i + 2] * vector[i + 2];
            d += all[offset + i + 3] * vector[i + 3];
        }
        for (; i < vector.length; i++) {
            a += all[offset + i] * vector[i];
        }
        return (a + b) + (c + d);
    }
}
