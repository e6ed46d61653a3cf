package dev.aigw.api.token;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up a model's family by its id, in the forms that vendors, clouds and brokers use ({@code gpt-4o-2024-08-06},
 * {@code anthropic/claude-opus-4.7}, {@code us.anthropic.claude-sonnet-4-5-20250929-v1:0},
 * {@code models/gemini-2.5-flash}).
 */
final class ModelFamily {

    private static final String[] MAKERS = {"claude-", "gemini-", "gpt-"};

    private ModelFamily() {}

    /** Returns the value of the longest key that the model's name begins with, at the end of a word; null for none. */
    static <T> @Nullable T find(Map<String, T> byPrefix, String model) {
        String name = name(model);
        T best = null;
        int length = 0;
        for (Map.Entry<String, T> entry : byPrefix.entrySet()) {
            String prefix = entry.getKey();
            if (prefix.length() > length && name.startsWith(prefix) && endsWord(name, prefix.length())) {
                best = entry.getValue();
                length = prefix.length();
            }
        }
        return best;
    }

    /** A word continues with a digit, or with a point and a digit: {@code gpt-5} is not {@code gpt-5.4}. */
    private static boolean endsWord(String name, int at) {
        if (at >= name.length() || name.charAt(at - 1) == '-') {
            return true;
        }
        char next = name.charAt(at);
        return !Character.isLetterOrDigit(next)
                && !(next == '.' && at + 1 < name.length() && Character.isDigit(name.charAt(at + 1)));
    }

    /** Returns the model's own name in lower case, without the path, the cloud's prefix or the kind of tuning. */
    private static String name(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        for (String maker : MAKERS) {
            int at = name.indexOf(maker);
            if (at >= 0) {
                String own = name.substring(at);
                return maker.equals("claude-") ? own.replace('.', '-') : own;
            }
        }
        return name;
    }
}
