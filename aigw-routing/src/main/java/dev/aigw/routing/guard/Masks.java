package dev.aigw.routing.guard;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was replaced in one request on its way to the model, to be restored in the reply. Lives as long as the call and
 * belongs to it alone. Not safe for use by several threads.
 */
final class Masks {

    /** A shorter text is not looked for beyond the place where a guard found it: it is in too many words. */
    private static final int SHORTEST_REPEATED = 3;

    private final Map<String, String> replacements = new HashMap<>(); // by original
    private final Map<String, String> originals = new HashMap<>(); // by replacement, in lower case
    private final PhraseTrie repeated = new PhraseTrie(false);
    private final PhraseTrie repeatedInJson = new PhraseTrie(false);
    private final PhraseTrie restoring = new PhraseTrie(true);

    boolean isEmpty() {
        return replacements.isEmpty();
    }

    /** Notes that {@code original} is replaced, and returns by what: no two originals have the same replacement. */
    String add(String original, String wanted) {
        String known = replacements.get(original);
        if (known != null) {
            return known;
        }
        String replacement = wanted;
        for (int n = 2; originals.putIfAbsent(replacement.toLowerCase(Locale.ROOT), original) != null; n++) {
            replacement = wanted + " " + n;
        }
        replacements.put(original, replacement);
        if (original.length() >= SHORTEST_REPEATED) {
            repeated.add(original, replacement);
            repeatedInJson.add(JsonStrings.escaped(original), replacement);
        }
        restoring.add(replacement, original);
        if (replacement.length() > 2 && replacement.startsWith("[") && replacement.endsWith("]")) {
            spellings(replacement.substring(1, replacement.length() - 1), original);
        }
        return replacement;
    }

    /** Models repeat a token without its brackets, with Markdown's escapes, and in URLs. */
    private void spellings(String core, String original) {
        String escaped = core.replace("_", "\\_");
        restoring.add(core, original);
        restoring.add("%5B" + core + "%5D", original);
        restoring.add("\\[" + core + "\\]", original);
        if (!escaped.equals(core)) {
            restoring.add(escaped, original);
            restoring.add("[" + escaped + "]", original);
            restoring.add("\\[" + escaped + "\\]", original);
        }
    }

    /** Returns what finds repetitions of the originals; its values are their replacements. */
    PhraseTrie repeated(boolean json) {
        return json ? repeatedInJson : repeated;
    }

    /** Returns what finds the replacements, however they are spelt; its values are the originals. */
    PhraseTrie restoring() {
        return restoring;
    }

    /** Returns a whole text with what was replaced. */
    String restored(String text, boolean json) {
        Restorer restorer = new Restorer(this, json);
        return restorer.add(text) + restorer.finish();
    }

    @Nullable
    String replacementOf(String original) {
        return replacements.get(original);
    }

    /** Returns how many texts were replaced; the texts themselves stay out of logs. */
    @Override
    public String toString() {
        return "Masks{" + replacements.size() + "}";
    }
}
