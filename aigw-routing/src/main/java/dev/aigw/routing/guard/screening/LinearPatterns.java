package dev.aigw.routing.guard.screening;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions by RE2/J, which takes time in proportion to the text. The only class that knows the library.
 * Immutable.
 */
final class LinearPatterns {

    private static final int MOST = 1_000;

    /** All of them in one: most texts match none, and are read once. Null if they cannot be joined. */
    private final @Nullable Pattern any;

    private final List<Pattern> patterns;

    private LinearPatterns(@Nullable Pattern any, List<Pattern> patterns) {
        this.any = any;
        this.patterns = patterns;
    }

    /** Takes matches. */
    @FunctionalInterface
    interface Sink {

        /** Called for each match of each pattern, in the order of the patterns. */
        void found(int pattern, int start, int end);
    }

    /**
     * Compiles expressions.
     *
     * @throws IllegalArgumentException if one is wrong, or there are too many
     * @throws NoClassDefFoundError without the library
     */
    static LinearPatterns of(List<String> expressions) {
        if (expressions.size() > MOST) {
            throw new IllegalArgumentException("the list has " + expressions.size() + " patterns: use at most " + MOST
                    + ", and text or word where no pattern is needed");
        }
        List<Pattern> patterns =
                expressions.stream().map(LinearPatterns::compile).toList();
        return new LinearPatterns(joined(expressions), patterns);
    }

    /** Returns null for expressions that are right one by one and not together: two with a group of one name. */
    private static @Nullable Pattern joined(List<String> expressions) {
        StringBuilder any = new StringBuilder();
        for (String expression : expressions) {
            any.append(any.isEmpty() ? "(?:" : "|(?:").append(expression).append(')');
        }
        try {
            return Pattern.compile(any.toString());
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private static Pattern compile(String expression) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            // Its message quotes the expression, which may be confidential.
            throw new IllegalArgumentException("a pattern is not one of RE2/J: " + e.getDescription());
        }
        if (pattern.matcher("").matches()) {
            throw new IllegalArgumentException("a pattern matches the empty text, so it would match everywhere");
        }
        return pattern;
    }

    /** Finds all matches of all patterns. */
    void find(String text, Sink sink) {
        if (any != null && !any.matcher(text).find()) {
            return;
        }
        for (int i = 0; i < patterns.size(); i++) {
            Matcher matcher = patterns.get(i).matcher(text);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    sink.found(i, matcher.start(), matcher.end());
                }
            }
        }
    }
}
