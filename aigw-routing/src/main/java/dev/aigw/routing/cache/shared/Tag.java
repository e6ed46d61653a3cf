package dev.aigw.routing.cache.shared;

/** The byte before each value that {@link PlainWriter} writes. Part of the format: never changed, only added to. */
final class Tag {

    static final byte NULL = 'N';
    static final byte TRUE = 'T';
    static final byte FALSE = 'F';
    static final byte TEXT = 'S';
    static final byte UTF16 = 'W';
    static final byte INT = 'i';
    static final byte LONG = 'l';
    static final byte SHORT = 's';
    static final byte BYTE = 'b';
    static final byte DOUBLE = 'd';
    static final byte FLOAT = 'f';
    static final byte BIG_INTEGER = 'I';
    static final byte BIG_DECIMAL = 'D';
    static final byte LIST = '[';
    static final byte MAP = '{';
    static final byte BYTES = 'X';
    static final byte FLOATS = '1';
    static final byte DOUBLES = '2';
    static final byte LONGS = '3';
    static final byte BOOLEANS = '4';

    // Only in digests, which are never read back.
    static final byte WHOLE = 'w';
    static final byte FRACTION = 'r';
    static final byte ENUM = 'e';
    static final byte RECORD = 'R';

    private Tag() {}
}
