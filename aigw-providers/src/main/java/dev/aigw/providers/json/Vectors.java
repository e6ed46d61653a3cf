package dev.aigw.providers.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads vectors: a list of numbers, or base64 of little-endian 32-bit floats. */
public final class Vectors {

    private Vectors() {}

    /** Returns the vector; null if the node is not one. */
    public static float @Nullable [] of(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isTextual()) {
            return fromBase64(node.textValue());
        }
        if (!node.isArray()) {
            return null;
        }
        float[] vector = new float[node.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode number = node.get(i);
            if (!number.isNumber()) {
                return null;
            }
            vector[i] = number.floatValue();
        }
        return vector;
    }

    private static float @Nullable [] fromBase64(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length % Float.BYTES != 0) {
            return null;
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
