package dev.aigw.routing.guard.screening;

/** Reads numbers and signatures of a file. What lies behind its end reads as 0 or as no match. Immutable. */
final class ImageBytes {

    private final byte[] file;

    ImageBytes(byte[] file) {
        this.file = file;
    }

    int length() {
        return file.length;
    }

    /** Returns the byte at a place, from 0 to 255. */
    int at(long place) {
        return place >= 0 && place < file.length ? file[(int) place] & 255 : 0;
    }

    /** Returns whether the characters of {@code signature}, one a byte, stand at a place. */
    boolean has(long place, String signature) {
        if (place < 0 || place + signature.length() > file.length) {
            return false;
        }
        for (int i = 0; i < signature.length(); i++) {
            if (at(place + i) != signature.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of {@code count} bytes, the most significant first. */
    long big(long place, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 8 | at(place + i);
        }
        return number;
    }

    /** Returns the number of {@code count} bytes, the least significant first. */
    long little(long place, int count) {
        long number = 0;
        for (int i = count - 1; i >= 0; i--) {
            number = number << 8 | at(place + i);
        }
        return number;
    }

    /** Returns the number of {@code count} bytes in the order of a TIFF file. */
    long of(boolean little, long place, int count) {
        return little ? little(place, count) : big(place, count);
    }
}
