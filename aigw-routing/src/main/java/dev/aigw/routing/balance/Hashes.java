package dev.aigw.routing.balance;

/** Hashes that are the same in every JVM and at every start. */
final class Hashes {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hashes() {}

    /** Returns a hash of the text's first {@code most} characters: 64-bit FNV-1a over UTF-16 units, then mixed. */
    static long of(CharSequence text, int most) {
        long hash = FNV_OFFSET;
        int length = Math.min(text.length(), most);
        for (int i = 0; i < length; i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** Returns a hash of both. */
    static long combine(long one, long other) {
        return mix(one * FNV_PRIME + other);
    }

    /** Spreads the bits (the finalizer of SplittableRandom, by D. Stafford's mix 13). */
    static long mix(long hash) {
        long mixed = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
