package dev.aigw.api.inference;

/** The type of a {@link Tensor}'s elements, named as in the Open Inference Protocol v2. */
public enum DataType {
    /** Booleans. */
    BOOL(1),
    /** Unsigned, 8 bits. */
    UINT8(1),
    /** Unsigned, 16 bits. */
    UINT16(2),
    /** Unsigned, 32 bits. */
    UINT32(4),
    /** Unsigned, 64 bits; the upper half of the range shows as negative numbers in Java. */
    UINT64(8),
    /** Signed, 8 bits. */
    INT8(1),
    /** Signed, 16 bits. */
    INT16(2),
    /** Signed, 32 bits. */
    INT32(4),
    /** Signed, 64 bits. */
    INT64(8),
    /** Floating point, 16 bits. */
    FP16(2),
    /** Floating point, 32 bits. */
    FP32(4),
    /** Floating point, 64 bits. */
    FP64(8),
    /** Byte strings of any length, as text in JSON. */
    BYTES(-1);

    private final int size;

    DataType(int size) {
        this.size = size;
    }

    /** Returns the size of an element in bytes, or -1 where it varies. */
    public int size() {
        return size;
    }

    /** Returns whether the elements are whole numbers. */
    public boolean isInteger() {
        return compareTo(UINT8) >= 0 && compareTo(INT64) <= 0;
    }

    /** Returns whether the elements are floating-point numbers. */
    public boolean isFloat() {
        return compareTo(FP16) >= 0 && compareTo(FP64) <= 0;
    }
}
