package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads deny lists in the form that {@link DenyList} describes. Failures name the line and quote nothing of it. */
final class DenyFile {

    private static final String NONE = "none";

    private DenyFile() {}

    static List<DenyEntry> read(String lines) {
        List<DenyEntry> entries = new ArrayList<>();
        boolean none = false;
        int number = 0;
        for (String raw : (lines.startsWith("\uFEFF") ? lines.substring(1) : lines)
                .lines()
                .toList()) {
            number++;
            String line = raw.strip();
            if (line.equals(NONE)) {
                none = true;
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    entries.add(entry(line));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        if (entries.isEmpty() != none) {
            throw new IllegalArgumentException(
                    none
                            ? "it has the line \"none\" and entries: remove one or the other"
                            : "it has no entry: a list that is meant to be empty has the line \"none\"");
        }
        return entries;
    }

    private static DenyEntry entry(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return DenyEntry.sha256(line);
        }
        String[] words = line.substring(0, colon).strip().split("\\s+", -1);
        DenyEntry entry = kind(words[0]).apply(line.substring(colon + 1).strip());
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String name = equals < 0 ? "" : words[i].substring(0, equals);
            String value = words[i].substring(equals + 1);
            entry = switch (name) {
                case "rule" -> entry.rule(value);
                case "action" -> entry.action(action(value));
                default ->
                    throw new IllegalArgumentException(
                            "before the colon may be rule=… and action=…, separated by spaces");
            };
        }
        return entry;
    }

    private static Function<String, DenyEntry> kind(String word) {
        return switch (word) {
            case "text" -> DenyEntry::text;
            case "word" -> DenyEntry::word;
            case "pattern" -> DenyEntry::pattern;
            case "sha256" -> DenyEntry::sha256;
            case "exact-sha256" -> DenyEntry::exactSha256;
            default ->
                throw new IllegalArgumentException(
                        "an entry begins with text, word, pattern, sha256 or exact-sha256, and a colon");
        };
    }

    private static GuardAction action(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "block" -> GuardAction.BLOCK;
            case "redact" -> GuardAction.REDACT;
            case "annotate" -> GuardAction.ANNOTATE;
            default -> throw new IllegalArgumentException("an action is block, redact or annotate");
        };
    }
}
