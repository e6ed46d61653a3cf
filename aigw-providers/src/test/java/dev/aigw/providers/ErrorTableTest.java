package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares the guide's table of vendors' wordings with the fixtures, from which it is made: the failure shows the whole
 * table, to be put in place of the old one.
 */
class ErrorTableTest {

    private static final Path PAGE = Path.of("guide/error-wordings.md");
    private static final String HEAD = "| vendor | status | says | kind |";
    private static final int MOST_CHARS = 140;
    private static final List<String> WORDS = List.of(
            "raw",
            "message",
            "msg",
            "status_msg",
            "error",
            "errors",
            "detail",
            "blockReasonMessage",
            "metadata",
            "base_resp");

    @Test
    void theTableListsWhatTheFixturesSay() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int head = lines.indexOf(HEAD);
        assertThat(head).as("the line " + HEAD).isPositive();
        List<String> found = lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        List<String> expected = rows();

        assertThat(found)
                .as("the table in %s; it must be\n%s", PAGE, String.join("\n", expected))
                .isEqualTo(expected);
    }

    private static List<String> rows() {
        TreeMap<String, List<ErrorFixture>> vendors = new TreeMap<>();
        ErrorFixture.vendors()
                .forEach(vendor -> vendors.computeIfAbsent(vendor, any -> new ArrayList<>())
                        .addAll(ErrorFixture.of(vendor)));
        ErrorFixture.servers()
                .forEach((server, errors) -> vendors.computeIfAbsent(server, any -> new ArrayList<>())
                        .addAll(errors));
        vendors.put("any proxy", ErrorFixture.ofProxies());
        Set<String> rows = new LinkedHashSet<>();
        vendors.forEach((vendor, errors) -> {
            for (ErrorFixture error : errors) {
                rows.add("| " + vendor + " | " + error.status() + " | " + says(error) + " | " + error.kind() + " |");
            }
        });
        return List.copyOf(rows);
    }

    /** Returns the vendor's words, else its code, in one line of Markdown. */
    private static String says(ErrorFixture error) {
        JsonNode json = Json.parseOrNull(error.body());
        String words = json == null ? error.body().replaceAll("(?s)<[^>]*>", " ") : words(json);
        if (words == null || words.isBlank()) {
            words = error.code() == null ? "(nothing)" : error.code();
        }
        String line = words.replaceAll("\\s+", " ").strip();
        String cut = line.length() <= MOST_CHARS
                ? line
                : line.substring(0, MOST_CHARS).stripTrailing() + "…";
        return cut.replace('`', '\'')
                .replace("\\", "")
                .replace("|", "\\|")
                .replace("*", "\\*")
                .replace("<", "&lt;")
                .replace("[", "\\[");
    }

    private static @Nullable String words(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isTextual()) {
            JsonNode within = Json.parseOrNull(node.textValue());
            String words = within != null && within.isContainerNode() ? words(within) : null;
            return words == null ? node.textValue() : words;
        }
        if (node.isArray()) {
            return words(node.get(0));
        }
        if (node.has("metadata") && words(node.get("metadata").get("raw")) != null) {
            return words(node.get("metadata").get("raw"));
        }
        for (String field : WORDS) {
            String words = words(node.get(field));
            if (words != null) {
                return words;
            }
        }
        return null;
    }
}
