package dev.aigw.api.guard;

/**
 * How a guard checks a streamed reply. Whatever it says, the caller sees no text before the guard has passed it.
 *
 * <p>Immutable. The default of a guard is {@link #whole()}: only a guard itself knows how much of a text it must see.
 */
public final class StreamChecking {

    private static final StreamChecking WHOLE = new StreamChecking(0, 0, 0);

    private final int step;
    private final int lookBehind;
    private final int lookAhead;

    private StreamChecking(int step, int lookBehind, int lookAhead) {
        this.step = step;
        this.lookBehind = lookBehind;
        this.lookAhead = lookAhead;
    }

    /** The guard checks the complete reply. The caller gets the text at once at its end. */
    public static StreamChecking whole() {
        return WHOLE;
    }

    /**
     * The guard checks the text so far each time {@code characters} more have arrived, and at the end. For guards that
     * need context and take long, such as models.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static StreamChecking steps(int characters) {
        if (characters < 1) {
            throw new IllegalArgumentException("steps(" + characters + "): a step is 1 character or more");
        }
        return new StreamChecking(characters, 0, 0);
    }

    /**
     * The guard checks a window that moves with the text. For guards that look for patterns.
     *
     * @param lookBehind how many characters before the new text the guard sees; what it looks for is not longer
     * @param lookAhead how many characters are held back because what follows could complete a pattern; a verdict may
     *     say it more precisely, by {@link GuardVerdict#undecidedFrom(int)}
     * @throws IllegalArgumentException if one is negative, or {@code lookBehind} is 0
     */
    public static StreamChecking window(int lookBehind, int lookAhead) {
        if (lookBehind < 1 || lookAhead < 0) {
            throw new IllegalArgumentException(
                    "window(" + lookBehind + ", " + lookAhead + "): lookBehind is 1 or more, and lookAhead 0 or more");
        }
        return new StreamChecking(0, lookBehind, lookAhead);
    }

    /** Returns whether the guard needs the complete reply. */
    public boolean isWhole() {
        return step == 0 && lookBehind == 0;
    }

    /** Returns after how many more characters the guard checks again; 0 for a guard with a window. */
    public int step() {
        return step;
    }

    /** Returns how many characters before the new text a guard with a window sees; 0 for others. */
    public int lookBehind() {
        return lookBehind;
    }

    /** Returns how many characters a guard with a window holds back. */
    public int lookAhead() {
        return lookAhead;
    }

    @Override
    public String toString() {
        return isWhole()
                ? "StreamChecking{whole}"
                : step > 0
                        ? "StreamChecking{steps of " + step + "}"
                        : "StreamChecking{window of " + lookBehind + " + " + lookAhead + "}";
    }
}
