package dev.aigw.routing.guard.injection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rules, compiled into one automaton: a {@link PhraseTrie} of the phrases of all concepts, and for each rule a
 * chain of concepts with bounded gaps. Immutable.
 *
 * <p>{@code rules.txt} holds them. A line {@code == NAME} begins a concept; the lines below it hold a language and its
 * phrases, with commas between them. A line {@code rule NAME USER FOREIGN CONCEPT GAP CONCEPT …} is one way for a rule
 * to fire: the concepts follow each other with at most so many characters between them. {@code A|B} is either of two
 * concepts. The two numbers are how much the rule adds to the evidence (log odds) in a user's turn and in foreign text.
 * Several lines may share a name; only the heaviest that fires counts.
 */
final class RuleBook {

    /** Concepts whose phrases are also looked for in ROT13 and from end to beginning. */
    private static final List<String> DISGUISED = List.of("IGNORE", "INSTRUCTIONS", "PROMPT");

    private static final int ROT13 = 0;
    private static final int REVERSED = 1;

    private final PhraseTrie trie;
    private final String[] names;
    private final int[] nameOf;
    private final float[] user;
    private final float[] foreign;
    private final int[] steps;
    private final int[] firstSlot;
    private final int[] gaps;
    /** For each concept, the slots of chains that it advances, the later steps of a chain first. */
    private final int[][] slotsOf;

    private final int[] ruleOfSlot;
    private final int slots;

    /** The rules that come with the library. */
    static final RuleBook BUILT_IN = read();

    private static RuleBook read() {
        try (InputStream in =
                Objects.requireNonNull(RuleBook.class.getResourceAsStream("rules.txt"), "rules.txt is missing")) {
            return new RuleBook(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RuleBook(List<String> lines) {
        Map<String, Integer> concepts = new HashMap<>();
        List<PhraseTrie.Phrase> phrases = new ArrayList<>();
        List<String[]> rules = new ArrayList<>();
        concepts.put("ROT13", ROT13);
        concepts.put("REVERSED", REVERSED);
        String concept = "";
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("# ")) {
                continue;
            }
            if (line.startsWith("== ")) {
                concept = line.substring(3).strip();
                concepts.putIfAbsent(concept, concepts.size());
            } else if (line.startsWith("rule ")) {
                rules.add(line.strip().split(" +", -1));
            } else {
                int id = Objects.requireNonNull(concepts.get(concept), line);
                String language = line.substring(0, line.indexOf(' '));
                for (String phrase : line.substring(language.length()).split(",", -1)) {
                    addPhrase(phrase.strip(), id, language.equals("en") && DISGUISED.contains(concept), phrases);
                }
            }
        }
        trie = new PhraseTrie(phrases);
        Map<String, Integer> nameIds = new LinkedHashMap<>();
        nameOf = new int[rules.size()];
        user = new float[rules.size()];
        foreign = new float[rules.size()];
        steps = new int[rules.size()];
        firstSlot = new int[rules.size()];
        List<List<Integer>> advanced = new ArrayList<>();
        concepts.forEach((name, id) -> advanced.add(new ArrayList<>()));
        List<Integer> gapList = new ArrayList<>();
        List<Integer> ruleList = new ArrayList<>();
        for (int r = 0; r < rules.size(); r++) {
            String[] rule = rules.get(r);
            nameIds.putIfAbsent(rule[1], nameIds.size());
            nameOf[r] = nameIds.get(rule[1]);
            user[r] = Float.parseFloat(rule[2]);
            foreign[r] = Float.parseFloat(rule[3]);
            firstSlot[r] = gapList.size();
            steps[r] = (rule.length - 3) / 2;
            for (int k = 4; k < rule.length; k += 2) {
                for (String name : rule[k].split("\\|", -1)) {
                    Integer id = concepts.get(name);
                    if (id == null) {
                        throw new IllegalArgumentException("the rule " + rule[1] + " names no concept: " + name);
                    }
                    advanced.get(id).add(0, gapList.size());
                }
                ruleList.add(r);
                gapList.add(k == 4 ? 0 : Integer.parseInt(rule[k - 1]));
            }
        }
        slots = gapList.size();
        gaps = gapList.stream().mapToInt(Integer::intValue).toArray();
        ruleOfSlot = ruleList.stream().mapToInt(Integer::intValue).toArray();
        slotsOf = advanced.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        names = nameIds.keySet().toArray(String[]::new);
    }

    private static void addPhrase(String phrase, int concept, boolean disguised, List<PhraseTrie.Phrase> phrases) {
        phrases.add(new PhraseTrie.Phrase(phrase, concept));
        String bare = phrase.replace("*", "");
        if (!disguised || bare.length() < 6) {
            return;
        }
        StringBuilder rotated = new StringBuilder();
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            rotated.append(c >= 'a' && c <= 'z' ? (char) ('a' + (c - 'a' + 13) % 26) : c);
        }
        phrases.add(new PhraseTrie.Phrase(rotated + "*", ROT13));
        phrases.add(new PhraseTrie.Phrase(new StringBuilder(bare).reverse() + "*", REVERSED));
    }

    /** Returns the names of the rules, each once, in the order of the file. */
    List<String> names() {
        return List.of(names);
    }

    /** Returns the largest evidence that the rule named {@code name} can add. */
    float weight(int name, boolean ofForeign) {
        float most = 0;
        for (int r = 0; r < nameOf.length; r++) {
            if (nameOf[r] == name) {
                most = Math.max(most, ofForeign ? foreign[r] : user[r]);
            }
        }
        return most;
    }

    /** What the rules find in one view. */
    final class Findings implements PhraseTrie.Sink {

        /** For each name, the evidence of the heaviest way in which it fired; 0 if it did not. */
        final float[] evidence = new float[names.length];

        final int[] start = new int[names.length];
        final int[] end = new int[names.length];
        boolean rot13;
        boolean reversed;
        int phrases;

        private final int[] reached = new int[slots];
        private final int[] began = new int[slots];
        private final boolean isForeign;

        private Findings(boolean isForeign) {
            this.isForeign = isForeign;
            Arrays.fill(reached, -1);
        }

        @Override
        public void found(int concept, int from, int to) {
            phrases++;
            rot13 |= concept == ROT13;
            reversed |= concept == REVERSED;
            for (int slot : slotsOf[concept]) {
                int rule = ruleOfSlot[slot];
                boolean first = slot == firstSlot[rule];
                if (!first) {
                    int before = reached[slot - 1];
                    if (before < 0 || from < before || from - before > gaps[slot]) {
                        continue;
                    }
                }
                reached[slot] = to;
                began[slot] = first ? from : began[slot - 1];
                if (slot - firstSlot[rule] == steps[rule] - 1) {
                    fire(rule, began[slot], to);
                }
            }
        }

        private void fire(int rule, int from, int to) {
            float weight = isForeign ? foreign[rule] : user[rule];
            int name = nameOf[rule];
            if (weight > evidence[name]) {
                evidence[name] = weight;
                start[name] = from;
                end[name] = to;
            }
        }
    }

    /** Returns what the rules find in {@code view}. */
    Findings find(View view, boolean isForeign) {
        Findings findings = new Findings(isForeign);
        trie.find(view, findings);
        return findings;
    }
}
