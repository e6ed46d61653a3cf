package dev.aigw.routing.transform;

import dev.aigw.api.chat.Message;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a prompt in the form that {@link PromptTemplate} describes. Not safe for use by several threads.
 */
final class PromptFile {

    private static final String SECTION = "---";
    private static final String ESCAPED = "\\---";

    private final String where;
    private final List<String> lines;
    private final int body;
    private int line;

    /** @param where what messages call the text, such as a file's name */
    PromptFile(String where, String text) {
        this.where = where;
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        this.lines = Arrays.asList(plain.split("\r\n|\r|\n", -1));
        int first = 0;
        while (first < lines.size() && !lines.get(first).startsWith(SECTION)) {
            first++;
        }
        this.body = first;
    }

    /** Returns the value of a header line, or null. */
    @Nullable
    String header(String key) {
        for (String each : lines.subList(0, body)) {
            if (each.startsWith(key + ":")) {
                return each.substring(key.length() + 1).strip();
            }
        }
        return null;
    }

    PromptTemplate read(String name, String version) {
        try {
            PromptTemplate.Builder prompt = PromptTemplate.builder(name, version);
            for (line = 0; line < body; line++) {
                readHeader(prompt, lines.get(line).strip(), name, version);
            }
            while (line < lines.size()) {
                readMessage(prompt);
            }
            return prompt.build();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    where + ", line " + Math.min(line + 1, lines.size()) + ": " + e.getMessage(), e);
        }
    }

    private static void readHeader(PromptTemplate.Builder prompt, String text, String name, String version) {
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        int colon = text.indexOf(':');
        String key = colon < 0 ? text : text.substring(0, colon).strip();
        String value = colon < 0 ? "" : text.substring(colon + 1).strip();
        if (key.equals("description")) {
            prompt.description(value);
        } else if (key.equals("name") || key.equals("version")) {
            checkSame(key, value, key.equals("name") ? name : version);
        } else if (colon > 0 && key.startsWith("variable ")) {
            prompt.variable(variable(key.substring("variable ".length()).strip(), value));
        } else {
            throw new IllegalArgumentException("\"" + key + "\" is unknown: use \"variable name: text\","
                    + " \"description:\", a comment with #, or begin a message with \"--- system\"");
        }
    }

    private static void checkSame(String key, String value, String expected) {
        if (!value.equals(expected)) {
            throw new IllegalArgumentException(
                    key + " is \"" + value + "\" here and \"" + expected + "\" in the file's name: use one of the two");
        }
    }

    private static PromptVariable variable(String name, String words) {
        PromptVariable variable = PromptVariable.of(name);
        String rest = words;
        while (!rest.isEmpty()) {
            if (rest.startsWith("default ") || rest.startsWith("default:")) {
                return variable.orElse(
                        value(variable, rest.substring("default ".length()).strip()));
            }
            int comma = rest.indexOf(',');
            String word = (comma < 0 ? rest : rest.substring(0, comma)).strip();
            rest = comma < 0 ? "" : rest.substring(comma + 1).strip();
            variable = switch (word) {
                case "trusted" -> variable.trusted();
                case "untrusted" -> variable;
                case "required" -> variable;
                case "optional" -> variable.optional();
                default -> variable.type(type(name, word));
            };
        }
        return variable;
    }

    private static PromptVariable.Type type(String name, String word) {
        for (PromptVariable.Type type : PromptVariable.Type.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
                return type;
            }
        }
        throw new IllegalArgumentException("variable \"" + name + "\": \"" + word + "\" is unknown: use text, number,"
                + " integer, boolean, list, map, trusted, untrusted, optional or \"default value\"");
    }

    private static Object value(PromptVariable variable, String text) {
        try {
            return switch (variable.type()) {
                case TEXT -> text;
                case NUMBER -> new BigDecimal(text);
                case INTEGER -> Long.valueOf(text);
                case BOOLEAN -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException(
                                "the default of variable \"" + variable.name() + "\" is neither true nor false");
                    }
                    yield text.equals("true");
                }
                case LIST, MAP ->
                    throw new IllegalArgumentException("variable \"" + variable.name() + "\" is a "
                            + variable.type().name().toLowerCase(Locale.ROOT) + " and has no default in a file:"
                            + " make it optional");
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the default of variable \"" + variable.name() + "\" is no number", e);
        }
    }

    private void readMessage(PromptTemplate.Builder prompt) {
        Message.Role role = role(lines.get(line).substring(SECTION.length()).strip());
        int from = line + 1;
        int to = from;
        while (to < lines.size() && !lines.get(to).startsWith(SECTION)) {
            to++;
        }
        StringBuilder text = new StringBuilder();
        for (String each : lines.subList(from, to)) {
            text.append(each.startsWith(ESCAPED) ? each.substring(1) : each).append('\n');
        }
        prompt.message(role, withoutBlankEnds(text.toString()));
        line = to;
    }

    private static Message.Role role(String word) {
        return switch (word) {
            case "system" -> Message.Role.SYSTEM;
            case "user" -> Message.Role.USER;
            case "assistant" -> Message.Role.ASSISTANT;
            default ->
                throw new IllegalArgumentException("\"--- " + word
                        + "\" begins no message: use \"--- system\", \"--- user\" or \"--- assistant\";"
                        + " a line of the text begins with \\---");
        };
    }

    private static String withoutBlankEnds(String text) {
        String rest = text.stripTrailing();
        int line = 0;
        for (int i = 0; i < rest.length() && Character.isWhitespace(rest.charAt(i)); i++) {
            if (rest.charAt(i) == '\n') {
                line = i + 1;
            }
        }
        return rest.substring(line);
    }
}
