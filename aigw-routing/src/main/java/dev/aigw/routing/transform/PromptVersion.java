package dev.aigw.routing.transform;

import java.math.BigInteger;

/**
 * A version of a prompt, as in {@code 3}, {@code 3.1}, {@code v4} or {@code 2026-11-30}. Versions are ordered as people
 * do: number by number where both have digits, and by characters elsewhere. Immutable.
 */
record PromptVersion(String text) implements Comparable<PromptVersion> {

    private static final int LONGEST = 64;

    PromptVersion {
        boolean good = !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0));
        if (!good) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is no version of a prompt: use up to 64 letters of ASCII, digits, ., _ and -, such as 3 or 3.1");
        }
    }

    @Override
    public int compareTo(PromptVersion other) {
        int mine = 0;
        int theirs = 0;
        while (mine < text.length() && theirs < other.text.length()) {
            int myEnd = digitsEnd(text, mine);
            int theirEnd = digitsEnd(other.text, theirs);
            int order;
            if (myEnd > mine && theirEnd > theirs) {
                order = compareNumbers(text.substring(mine, myEnd), other.text.substring(theirs, theirEnd));
            } else {
                order = Character.compare(text.charAt(mine), other.text.charAt(theirs));
                myEnd = mine + 1;
                theirEnd = theirs + 1;
            }
            if (order != 0) {
                return order;
            }
            mine = myEnd;
            theirs = theirEnd;
        }
        int order = Integer.compare(text.length() - mine, other.text.length() - theirs);
        return order != 0 ? order : text.compareTo(other.text);
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int compareNumbers(String one, String other) {
        return new BigInteger(one).compareTo(new BigInteger(other));
    }
}
