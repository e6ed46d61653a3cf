package dev.aigw.providers.openinference;

/** Floating-point numbers of 16 bits, after IEEE 754 binary16. */
final class HalfFloats {

    private static final int INFINITY = 0x7c00;
    private static final int NOT_A_NUMBER = 0x7e00;
    /** The bits of 65520, the smallest float that is nearer to infinity than to the greatest half. */
    private static final int ROUNDS_TO_INFINITY = 0x477ff000;
    /** The bits of 2^-14, the smallest normal half. */
    private static final int LEAST_NORMAL = 0x38800000;
    /** What to subtract from a float's bits for a half's exponent: (127 - 15) << 23. */
    private static final int EXPONENT_SHIFT = 0x38000000;

    private HalfFloats() {}

    /** Returns the nearest half, of two equally near the even one. */
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        int half;
        if (magnitude > 0x7f800000) {
            half = NOT_A_NUMBER;
        } else if (magnitude >= ROUNDS_TO_INFINITY) {
            half = INFINITY;
        } else if (magnitude < LEAST_NORMAL) {
            half = (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f);
        } else {
            half = (magnitude - EXPONENT_SHIFT + 0xfff + (magnitude >>> 13 & 1)) >>> 13;
        }
        return (short) (sign | half);
    }

    /** Returns a half's exact value. */
    static float toFloat(short half) {
        int magnitude = half & 0x7fff;
        float value;
        if (magnitude > INFINITY) {
            value = Float.NaN;
        } else if (magnitude == INFINITY) {
            value = Float.POSITIVE_INFINITY;
        } else if (magnitude < 0x400) {
            value = magnitude * 0x1p-24f;
        } else {
            value = Float.intBitsToFloat((magnitude << 13) + EXPONENT_SHIFT);
        }
        return (half & 0x8000) == 0 ? value : -value;
    }
}
