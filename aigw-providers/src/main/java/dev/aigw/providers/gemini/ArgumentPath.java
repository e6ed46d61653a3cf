package dev.aigw.providers.gemini;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the JSON paths (RFC 9535) that lead to one place: names and indices, such as {@code $.trip.days[0]['at noon']}.
 */
final class ArgumentPath {

    private static final Pattern STEP = Pattern.compile("\\G(?:\\.([^.\\[\\]]+)|\\[(\\d{1,9})]"
            + "|\\['((?:[^'\\\\]++|\\\\.)*+)']|\\[\"((?:[^\"\\\\]++|\\\\.)*+)\"])");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|(.))");

    private ArgumentPath() {}

    /**
     * Returns the steps of a path from an object: names as texts, indices as numbers.
     *
     * @throws GatewayException of kind MALFORMED_RESPONSE if it is not such a path
     */
    static List<Object> parse(String path) {
        List<Object> steps = new ArrayList<>(2);
        Matcher step = STEP.matcher(path);
        int at = path.startsWith("$") ? 1 : path.length();
        while (at < path.length() && step.find(at)) {
            if (step.group(1) != null) {
                steps.add(step.group(1));
            } else if (step.group(2) != null) {
                steps.add(Integer.valueOf(step.group(2)));
            } else {
                String quoted = step.group(3) != null ? step.group(3) : step.group(4);
                steps.add(ESCAPE.matcher(quoted).replaceAll(ArgumentPath::meant));
            }
            at = step.end();
        }
        if (at < path.length() || steps.isEmpty()) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE, "a piece of a call's arguments names no place in them: " + path);
        }
        return steps;
    }

    /** Returns the character that an escape means. */
    private static String meant(MatchResult escape) {
        String code = escape.group(1);
        String letter = escape.group(2);
        String meant = code != null
                ? String.valueOf((char) Integer.parseInt(code, 16))
                : switch (letter) {
                    case "b" -> "\b";
                    case "f" -> "\f";
                    case "n" -> "\n";
                    case "r" -> "\r";
                    case "t" -> "\t";
                    default -> letter;
                };
        return Matcher.quoteReplacement(meant);
    }
}
