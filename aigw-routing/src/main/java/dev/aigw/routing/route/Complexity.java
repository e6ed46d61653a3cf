package dev.aigw.routing.route;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How hard a chat looks, from 0 to 100, judged without a model: by the length of the last question and of the whole,
 * structure, code, words that ask for reasoning, and the depth of the conversation. It is a heuristic with fixed
 * weights, not trained: RouteLLM (Ong et al., 2024) shows what training on preferences adds, and FrugalGPT (Chen et
 * al., 2023) what judging answers adds.
 *
 * @param points the sum, from 0 to 100
 * @param parts the parts of the sum
 */
public record Complexity(int points, List<Part> parts) {

    /**
     * One part of the score.
     *
     * @param name what was found
     * @param points its points
     */
    public record Part(String name, int points) {
        @Override
        public String toString() {
            return name + " " + points;
        }
    }

    private static final List<String> REASONING_WORDS = List.of(
            "prove",
            "derive",
            "step by step",
            "why",
            "explain",
            "compare",
            "trade-off",
            "analy",
            "evaluate",
            "optimi",
            "design",
            "debug",
            "refactor",
            "root cause",
            "plan",
            "strategy",
            "assess",
            "justify",
            "calculate");

    /** Copies the list. */
    public Complexity {
        parts = List.copyOf(parts);
    }

    /** Returns the complexity of {@code chat}. */
    public static Complexity of(ChatRequest chat) {
        String question = chat.lastUserText();
        String lower = question.toLowerCase(Locale.ROOT);
        List<Part> parts = new ArrayList<>();
        add(parts, "length", Math.min(25, question.length() / 80));
        add(parts, "context", Math.min(15, (int) Math.min(Integer.MAX_VALUE, total(chat) / 2_000)));
        add(parts, "structure", Math.min(15, 3 * listItems(question) + 3 * Math.max(0, count(question, '?') - 1)));
        add(parts, "code", looksLikeCode(question) ? 15 : 0);
        add(parts, "reasoning words", Math.min(20, 7 * words(lower)));
        add(parts, "conversation", Math.min(10, chat.messages().size() / 2));
        add(
                parts,
                "tools",
                chat.tools().isEmpty() ? 0 : Math.min(10, 4 + chat.tools().size()));
        add(parts, "format", chat.responseFormat().equals(ResponseFormat.TEXT) ? 0 : 5);
        int sum = parts.stream().mapToInt(Part::points).sum();
        return new Complexity(Math.min(100, sum), parts);
    }

    private static void add(List<Part> parts, String name, int points) {
        if (points > 0) {
            parts.add(new Part(name, points));
        }
    }

    private static long total(ChatRequest chat) {
        long chars = 0;
        for (Message message : chat.messages()) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.Text text) {
                    chars += text.text().length();
                }
            }
        }
        return chars;
    }

    private static int words(String lower) {
        int found = 0;
        for (String word : REASONING_WORDS) {
            if (lower.contains(word)) {
                found++;
            }
        }
        return found;
    }

    private static int listItems(String text) {
        return (int) text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("- ")
                        || line.startsWith("* ")
                        || (line.length() > 2 && Character.isDigit(line.charAt(0)) && line.charAt(1) == '.'))
                .count();
    }

    private static int count(String text, char wanted) {
        return (int) text.chars().filter(c -> c == wanted).count();
    }

    private static boolean looksLikeCode(String text) {
        return text.contains("```")
                || text.contains("();")
                || text.contains("{\n")
                || text.contains("SELECT ")
                || text.contains("Exception in thread")
                || text.contains("Traceback (most recent call last)");
    }

    /** Returns points and parts on one line. */
    @Override
    public String toString() {
        return points + " points: "
                + String.join(", ", parts.stream().map(Part::toString).toList());
    }
}
