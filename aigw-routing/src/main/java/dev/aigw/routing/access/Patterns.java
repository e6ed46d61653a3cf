package dev.aigw.routing.access;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names with stars.
 *
 * <p>A pattern that allows matches a name as it stands. Its star stands for any characters but a slash; one at the very
 * end of a pattern with a slash stands for slashes, too. So {@code *} matches every declared model, and no name
 * {@code adapter/upstream-model}.
 *
 * <p>A pattern that denies also matches names that a vendor, a database or a person may take for the same: it compares
 * them without case, and with compatible characters of Unicode (NFKC) as one. Its star stands for any characters.
 * Immutable.
 */
final class Patterns {

    private final Set<String> exact = new LinkedHashSet<>();
    private final List<String> globs;
    private final boolean folded;
    private final List<String> all;

    private Patterns(List<String> all, boolean folded) {
        this.all = List.copyOf(all);
        this.folded = folded;
        List<String> starred = new java.util.ArrayList<>();
        for (String pattern : all) {
            String known = folded ? fold(pattern) : pattern;
            if (known.indexOf('*') < 0) {
                exact.add(known);
            } else {
                starred.add(known);
            }
        }
        this.globs = List.copyOf(starred);
    }

    /** Returns patterns that allow names. */
    static Patterns allowing(List<String> patterns) {
        return new Patterns(patterns, false);
    }

    /** Returns patterns that deny names. */
    static Patterns denying(List<String> patterns) {
        return new Patterns(patterns, true);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean matches(String name) {
        String known = folded ? fold(name) : name;
        if (exact.contains(known)) {
            return true;
        }
        for (String glob : globs) {
            if (matches(glob, known, glob.endsWith("*") && glob.indexOf('/') >= 0, folded)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a model's name matches, with or without its version. */
    boolean matchesModel(String name) {
        int at = name.indexOf('/') >= 0 ? -1 : name.indexOf('@');
        return matches(name) || (at > 0 && matches(name.substring(0, at)));
    }

    private static String fold(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    /** Compares by going back to the last star only, so the time is at most the product of both lengths. */
    private static boolean matches(String glob, String name, boolean lastCrosses, boolean allCross) {
        int g = 0;
        int n = 0;
        int star = -1;
        int from = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                from = n;
            } else if (g < glob.length() && glob.charAt(g) == name.charAt(n)) {
                g++;
                n++;
            } else if (star >= 0 && (allCross || name.charAt(from) != '/' || (lastCrosses && star == glob.length() - 1))) {
                g = star + 1;
                n = ++from;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }

    @Override
    public String toString() {
        return String.join(",", all);
    }
}
