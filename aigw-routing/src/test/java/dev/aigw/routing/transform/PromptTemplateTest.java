package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.chat.Message;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTemplateTest {

    private static final String FILE = String.join(
            "\r\n",
            "\uFEFF# a comment",
            "description: Answers a question.",
            "",
            "variable product: text, trusted",
            "variable language: trusted, default English, or the customer's",
            "variable limit: number, optional, default 2.50",
            "variable passages: list, optional",
            "variable question:",
            "--- system",
            "",
            "  You answer questions about {{product}}.",
            "\\--- not a message ---",
            "",
            "--- user",
            "{{question}}",
            "");

    @Test
    void aFileHasVariablesAndMessages() {
        PromptTemplate prompt = PromptTemplate.parse("support", "3", FILE);

        assertThat(prompt.id()).isEqualTo("support@3");
        assertThat(prompt.description()).isEqualTo("Answers a question.");
        assertThat(prompt.variables())
                .containsExactly(
                        PromptVariable.of("product").trusted(),
                        PromptVariable.of("language").trusted().orElse("English, or the customer's"),
                        PromptVariable.of("limit")
                                .type(PromptVariable.Type.NUMBER)
                                .orElse(new BigDecimal("2.50")),
                        PromptVariable.of("passages")
                                .type(PromptVariable.Type.LIST)
                                .optional(),
                        PromptVariable.of("question"));
        assertThat(prompt.parts())
                .containsExactly(
                        new PromptTemplate.Part(
                                Message.Role.SYSTEM,
                                "  You answer questions about {{product}}.\n--- not a message ---"),
                        new PromptTemplate.Part(Message.Role.USER, "{{question}}"));
    }

    @Test
    void aVariableIsUntrustedUnlessItSaysOtherwise() {
        assertThat(PromptTemplate.parse("a", "1", "variable x: text\n--- user\n{{x}}")
                        .variables()
                        .get(0)
                        .origin())
                .isEqualTo(PromptVariable.Origin.UNTRUSTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "variable x: txet~--- user~x|line 1: variable \"x\": \"txet\" is unknown",
                "~variable x: integer, default many~--- user~x|line 2: the default of variable \"x\" is no number",
                "variable x: boolean, default yes~--- user~x|line 1: the default of variable \"x\" is neither",
                "variable x: text~variable x: text~--- user~x|line 2: prompt a: variable \"x\" is declared twice",
                "variabel x: text~--- user~x|line 1: \"variabel x\" is unknown",
                "--- tool~x|line 1: \"--- tool\" begins no message",
                "---~x|begins no message",
                "variable x y: text~--- user~x|the variable's name is \"x y\"",
                "version: 4~--- user~x|version is \"4\" here and \"1\" in the file's name",
                "just text|\"just text\" is unknown",
                "# nothing|has no messages"
            })
    void aMistakeIsNamedByItsLine(String text, String message) {
        assertThatThrownBy(() -> PromptTemplate.parse("a", "1", text.replace('~', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a@1, line ")
                .hasMessageContaining(message);
    }

    @Test
    void versionsAreComparedNumberByNumber() {
        PromptRegistry registry = PromptRegistry.of(version("9"), version("10"), version("2.11"), version("2.2"));

        assertThat(registry.find("a", null)).isEqualTo(version("10"));
        assertThat(registry.find("a", "2.2")).isEqualTo(version("2.2"));
        assertThat(registry.find("a", "3")).isNull();
        assertThat(registry.find("b", null)).isNull();
    }

    @Test
    void versionsMayBeDatesAndHaveLetters() {
        assertThat(Stream.of("v10", "2026-11-30", "v9", "2026-9-1", "2026-11-4", "3", "v10-rc", "03")
                        .map(PromptVersion::new)
                        .sorted()
                        .map(PromptVersion::text))
                .containsExactly("03", "3", "2026-9-1", "2026-11-4", "2026-11-30", "v9", "v10", "v10-rc");
    }

    @Test
    void aVersionIsGivenOnce() {
        assertThatThrownBy(() -> PromptRegistry.of(version("1"), version("1"))).hasMessageContaining("two prompts a@1");
        assertThatThrownBy(() -> version("1 x")).hasMessageContaining("no version");
        assertThatThrownBy(() -> PromptTemplate.builder("a b", "1")).hasMessageContaining("no name of a prompt");
    }

    @Test
    void contentStaysOutOfToString() {
        PromptTemplate prompt = PromptTemplate.builder("a", "1")
                .variable(PromptVariable.of("x").orElse("secret default"))
                .system("secret text")
                .build();

        assertThat(prompt + " " + prompt.parts() + " " + prompt.variables()).doesNotContain("secret");
    }

    private static PromptTemplate version(String version) {
        return PromptTemplate.builder("a", version).user("version " + version).build();
    }
}
