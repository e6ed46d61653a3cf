package dev.aigw.examples.stories;

import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.routing.guard.injection.InjectionExample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes texts to train on from a grammar. A line {@code [name]} begins a list; each line below it is one choice, in
 * which {@code {other}} stands for a choice of another list. Lists that the trainer asks for:
 *
 * <ul>
 *   <li>{@code attack}: attacks in a user's turn, and in documents;
 *   <li>{@code foreign}: what is an attack in a document, and harmless in a user's turn;
 *   <li>{@code benign}: harmless in a user's turn; {@code letter}: harmless in a document; {@code tool}: harmless in
 *       the definition of a tool.
 * </ul>
 */
final class InjectionTemplates {

    private static final int ATTACKS = 2400;
    private static final int HIDDEN_ATTACKS = 900;
    private static final int FOREIGN = 700;
    private static final int BENIGN = 2800;
    private static final int LETTERS = 1200;
    private static final int TOOLS = 600;
    private static final double WEIGHT = 0.5;

    private final Map<String, List<String>> lists = new HashMap<>();

    private InjectionTemplates() {}

    /** Reads the grammar that comes with the examples. */
    static InjectionTemplates load() {
        InjectionTemplates templates = new InjectionTemplates();
        try (InputStream in = Objects.requireNonNull(
                InjectionTemplates.class.getResourceAsStream("injection-templates.txt"),
                "injection-templates.txt is missing")) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            List<String> choices = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("[") && line.endsWith("]") && line.indexOf(' ') < 0) {
                    choices = templates.lists.computeIfAbsent(
                            line.substring(1, line.length() - 1), name -> new ArrayList<>());
                } else if (!line.isBlank() && !line.startsWith("# ")) {
                    choices.add(line.replace("\\n", "\n"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return templates;
    }

    /** Returns examples; those that hide an attack in a benign row of {@code rows} are in the group of that row. */
    List<InjectionExample> make(List<GuardRow> rows, SplittableRandom random) {
        List<InjectionExample> made = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ATTACKS; i++) {
            String text = disguised(expand("attack", random), random);
            if (seen.add(text)) {
                ContentOrigin origin = i % 3 == 0 ? ContentOrigin.DOCUMENT : ContentOrigin.USER;
                made.add(new InjectionExample(text, origin, true, WEIGHT, "made-" + i));
            }
        }
        for (int i = 0; i < BENIGN; i++) {
            String text = expand("benign", random);
            if (seen.add(text)) {
                made.add(new InjectionExample(text, ContentOrigin.USER, false, WEIGHT, "benign-" + i));
            }
        }
        for (int i = 0; i < LETTERS; i++) {
            String text = expand("letter", random);
            if (seen.add(text)) {
                ContentOrigin origin = i % 4 == 0 ? ContentOrigin.USER : ContentOrigin.DOCUMENT;
                made.add(new InjectionExample(text, origin, false, WEIGHT, "letter-" + i));
            }
        }
        for (int i = 0; i < TOOLS; i++) {
            String text = expand("tool", random);
            if (seen.add(text)) {
                made.add(new InjectionExample(text, ContentOrigin.TOOL_DEFINITION, false, WEIGHT, "tool-" + i));
            }
        }
        List<GuardRow> documents =
                rows.stream().filter(row -> !row.bad() && row.isForeign()).toList();
        List<GuardRow> turns =
                rows.stream().filter(row -> !row.bad() && !row.isForeign()).toList();
        for (int i = 0; i < HIDDEN_ATTACKS + FOREIGN; i++) {
            String attack =
                    i < HIDDEN_ATTACKS ? disguised(expand("attack", random), random) : expand("foreign", random);
            boolean letter = documents.isEmpty() || random.nextInt(3) == 0;
            boolean turn = i < HIDDEN_ATTACKS && i % 4 == 0 && !turns.isEmpty();
            GuardRow carrier = turn
                    ? turns.get(random.nextInt(turns.size()))
                    : letter ? null : documents.get(random.nextInt(documents.size()));
            String text = carrier == null ? expand("letter", random) : carrier.text();
            String group = carrier == null ? "hidden-" + i : carrier.id();
            ContentOrigin origin = turn ? ContentOrigin.USER : ContentOrigin.DOCUMENT;
            made.add(new InjectionExample(put(attack, text, random), origin, true, WEIGHT, group));
            // Its clean twin, so that nothing of the carrier is learnt as an attack.
            made.add(new InjectionExample(text, origin, false, WEIGHT, group));
        }
        return made;
    }

    private static String put(String attack, String carrier, SplittableRandom random) {
        String space = random.nextBoolean() ? "\n" : " ";
        int at = switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> carrier.length();
            default -> carrier.indexOf(space, carrier.length() / 2);
        };
        at = at < 0 ? carrier.length() : at;
        return carrier.substring(0, at) + (at == 0 ? "" : space) + attack + space + carrier.substring(at);
    }

    private static String disguised(String attack, SplittableRandom random) {
        return switch (random.nextInt(24)) {
            case 0 -> attack.toUpperCase(Locale.ROOT);
            case 1 -> Base64.getEncoder().encodeToString(attack.getBytes(StandardCharsets.UTF_8));
            case 2 ->
                attack.replace('e', '3').replace('o', '0').replace('i', '1').replace('a', '4');
            case 3 -> "<!-- " + attack + " -->";
            case 4 -> attack + "!!!";
            default -> attack;
        };
    }

    private String expand(String name, SplittableRandom random) {
        List<String> choices = lists.get(name);
        if (choices == null) {
            throw new IllegalArgumentException("the templates have no list named " + name);
        }
        String choice = choices.get(random.nextInt(choices.size()));
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (true) {
            int open = choice.indexOf('{', at);
            int close = open < 0 ? -1 : choice.indexOf('}', open);
            String inner = close < 0 ? "" : choice.substring(open + 1, close);
            if (close < 0) {
                return text.append(choice.substring(at)).toString();
            }
            text.append(choice, at, open);
            text.append(lists.containsKey(inner) ? expand(inner, random) : "{" + inner + "}");
            at = close + 1;
        }
    }
}
