package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of a list in the form in which texts are compared with them. Immutable. */
final class DenyTable {

    private static final int ENTRY_BYTES = 4 + 4 + 1 + 1;

    private final PhraseAutomaton phrases;
    private final int[] firstEntry;
    private final int[] nextEntry;
    private final boolean[] wholeWord;
    private final GuardAction[] actions;
    private final String[] rules;
    private final @Nullable MessageHashes hashes;
    private final @Nullable MessageHashes exactHashes;
    private final @Nullable LinearPatterns patterns;
    private final int[] patternEntries;

    /**
     * Makes a table.
     *
     * @throws IllegalArgumentException if a pattern is wrong, or it would take more than {@code maxBytes}
     * @throws NoClassDefFoundError if there are patterns and RE2/J is missing
     */
    DenyTable(List<DenyEntry> entries, String rule, GuardAction action, long maxBytes) {
        int count = entries.size();
        nextEntry = new int[count];
        wholeWord = new boolean[count];
        actions = new GuardAction[count];
        rules = new String[count];
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < count; i++) {
            DenyEntry entry = entries.get(i);
            wholeWord[i] = entry.kind() == DenyEntry.Kind.WORD;
            actions[i] = entry.action() == null ? action : entry.action();
            rules[i] = entry.rule() == null ? rule : names.computeIfAbsent(entry.rule(), name -> name);
        }
        int[] sorted = sortedPhrases(entries);
        List<String> distinct = new ArrayList<>(sorted.length);
        int[] first = new int[sorted.length];
        for (int number : sorted) {
            String phrase = entries.get(number).value();
            int last = distinct.size() - 1;
            boolean same = last >= 0 && distinct.get(last).equals(phrase);
            nextEntry[number] = same ? first[last] : -1;
            if (same) {
                first[last] = number;
            } else {
                first[distinct.size()] = number;
                distinct.add(phrase);
            }
        }
        firstEntry = Arrays.copyOf(first, distinct.size());
        phrases = new PhraseAutomaton(distinct, maxBytes);
        hashes = hashes(entries, DenyEntry.Kind.SHA256);
        exactHashes = hashes(entries, DenyEntry.Kind.EXACT_SHA256);
        patternEntries = numbers(entries, DenyEntry.Kind.PATTERN);
        patterns = patternEntries.length == 0 ? null : LinearPatterns.of(values(entries, patternEntries));
        if (bytes() > maxBytes) {
            throw new IllegalArgumentException("its " + count + " entries need " + bytes() + " bytes, more than "
                    + maxBytes + ": raise maximumBytes, or split the list");
        }
    }

    private static int[] sortedPhrases(List<DenyEntry> entries) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            DenyEntry.Kind kind = entries.get(i).kind();
            if (kind == DenyEntry.Kind.TEXT || kind == DenyEntry.Kind.WORD) {
                numbers.add(i);
            }
        }
        numbers.sort((one, other) ->
                entries.get(one).value().compareTo(entries.get(other).value()));
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] numbers(List<DenyEntry> entries, DenyEntry.Kind kind) {
        int[] numbers = new int[entries.size()];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (entries.get(i).kind() == kind) {
                numbers[count++] = i;
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    private static List<String> values(List<DenyEntry> entries, int[] numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> entries.get(number).value())
                .toList();
    }

    private static @Nullable MessageHashes hashes(List<DenyEntry> entries, DenyEntry.Kind kind) {
        int[] numbers = numbers(entries, kind);
        return numbers.length == 0 ? null : new MessageHashes(values(entries, numbers), numbers);
    }

    int size() {
        return rules.length;
    }

    /** Returns the bytes that it takes, without what RE2/J makes of patterns. */
    long bytes() {
        return phrases.bytes()
                + (hashes == null ? 0 : hashes.bytes())
                + (exactHashes == null ? 0 : exactHashes.bytes())
                + 4L * firstEntry.length
                + (long) ENTRY_BYTES * rules.length
                + 4L * rules.length;
    }

    PhraseAutomaton phrases() {
        return phrases;
    }

    @Nullable
    LinearPatterns patterns() {
        return patterns;
    }

    boolean hasHashes() {
        return hashes != null || exactHashes != null;
    }

    /** Returns the number of the entry for a whole text, or -1. */
    int wholeText(String text) {
        int found = hashes == null ? -1 : hashes.find(FoldedText.of(text));
        return found >= 0 || exactHashes == null ? found : exactHashes.find(text);
    }

    /** Returns the number of the first entry with a phrase; {@link #nextEntry} has the others. */
    int firstEntry(int phrase) {
        return firstEntry[phrase];
    }

    /** Returns the number of another entry with the same phrase, or -1. */
    int nextEntry(int entry) {
        return nextEntry[entry];
    }

    int patternEntry(int pattern) {
        return patternEntries[pattern];
    }

    boolean isWholeWord(int entry) {
        return wholeWord[entry];
    }

    GuardAction action(int entry) {
        return actions[entry];
    }

    String rule(int entry) {
        return rules[entry];
    }
}
