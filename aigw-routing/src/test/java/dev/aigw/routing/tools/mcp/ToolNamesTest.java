package dev.aigw.routing.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.tools.mcp.ToolNames.Origin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ToolNamesTest {

    private static List<String> fit(Origin... origins) {
        return ToolNames.fit(List.of(origins), false);
    }

    @Test
    void aNameThatFitsStays() {
        assertThat(fit(new Origin("a", "read_file"), new Origin("b", "search-all")))
                .containsExactly("read_file", "search-all");
    }

    @Test
    void equalNamesOfTwoServersGetTheServersBeforeThem() {
        assertThat(fit(new Origin("git hub", "search"), new Origin("docs", "search"), new Origin("docs", "read")))
                .containsExactly("git_hub_search", "docs_search", "read");
    }

    @Test
    void charactersThatVendorsRefuseAreReplaced() {
        assertThat(fit(new Origin("a", "files/read.text"), new Origin("a", "größe")))
                .containsExactly("files_read_text", "gr__e");
    }

    @Test
    void namesThatBecomeEqualStayApart() {
        List<String> names = fit(new Origin("a", "x.y"), new Origin("a", "x/y"), new Origin("a", "x_y"));
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("a_x_y"));
    }

    @Test
    void aLongNameIsCutWithAHash() {
        List<String> names = fit(
                new Origin("a", "n".repeat(64)),
                new Origin("a", "n".repeat(64) + "1"),
                new Origin("a", "n".repeat(64) + "2"));
        assertThat(names.get(0)).isEqualTo("n".repeat(64));
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.length() <= 64);
    }

    @Test
    void allNamesFitAreDistinctAndDoNotDependOnTheOrder() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            Set<List<String>> seen =
                    new TreeSet<>((one, other) -> one.toString().compareTo(other.toString()));
            List<Origin> origins = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String server = random.nextBoolean() ? "s" : "s_a";
                String tool = text(random);
                if (seen.add(List.of(server, tool))) {
                    origins.add(new Origin(server, tool));
                }
            }
            Map<String, String> names = named(origins);
            assertThat(names.keySet()).allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
            assertThat(names).hasSize(origins.size());
            Collections.shuffle(origins, random);
            assertThat(named(origins)).isEqualTo(names);
        }
    }

    private static Map<String, String> named(List<Origin> origins) {
        Map<String, String> named = new TreeMap<>();
        List<String> names = ToolNames.fit(origins, false);
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), origins.get(i).toString());
        }
        return named;
    }

    private static String text(Random random) {
        String[] pieces = {"a", "_", ".", "a_", "é", "s_a", "n".repeat(61)};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }
}
