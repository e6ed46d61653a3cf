package dev.aigw.routing.engine.call;

import org.jspecify.annotations.Nullable;

/** Arithmetic on the vectors of an {@link dev.aigw.api.spi.Embedder}. */
public final class Vectors {

    private Vectors() {}

    /**
     * Returns {@code vector} scaled to unit length, or null if it has no direction: empty, all zeros, or not finite.
     */
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
     * Returns the dot product of {@code vector} and the vector that begins at {@code offset}; for unit vectors, their
     * cosine similarity. Sums in eight independent lanes, so that no addition waits for the previous one and a scan of
     * adjacent vectors runs at memory speed.
     */
    public static float dot(float[] all, int offset, float[] vector) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = 0;
        for (; i + 7 < vector.length; i += 8) {
            int at = offset + i;
            a += all[at] * vector[i];
            b += all[at + 1] * vector[i + 1];
            c += all[at + 2] * vector[i + 2];
            d += all[at + 3] * vector[i + 3];
            e += all[at + 4] * vector[i + 4];
            f += all[at + 5] * vector[i + 5];
            g += all[at + 6] * vector[i + 6];
            h += all[at + 7] * vector[i + 7];
        }
        for (; i < vector.length; i++) {
            a += all[offset + i] * vector[i];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
