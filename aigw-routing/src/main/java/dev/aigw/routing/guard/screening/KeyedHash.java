package dev.aigw.routing.guard.screening;

/**
 * A 64-bit hash with a random key: SipHash-2-4 (Aumasson and Bernstein, 2012) of UTF-16 units, of which nobody without
 * the key can make two with one hash, or test a guess. Immutable.
 */
final class KeyedHash {

    private final long key0;
    private final long key1;

    KeyedHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** Returns the hash of the units of {@code text} from {@code start} up to {@code end}. */
    long of(CharSequence text, int start, int end) {
        State state = new State(key0, key1);
        int at = start;
        for (; end - at >= 4; at += 4) {
            state.add(text.charAt(at)
                    | (long) text.charAt(at + 1) << 16
                    | (long) text.charAt(at + 2) << 32
                    | (long) text.charAt(at + 3) << 48);
        }
        long last = (long) (end - start) << 56;
        for (int shift = 0; at < end; shift += 16) {
            last ^= (long) text.charAt(at++) << shift;
        }
        state.add(last);
        return state.end();
    }

    private static final class State {

        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void add(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
