package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.guard.GuardFinding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpGuardMappingTest extends GuardService {

    private static final String OWN = """
            {
              "name": "house-rules",
              "settings": {"team": {"required": true}},
              "texts": {"text": {"maxChars": 20000, "maxItems": 20}},
              "input": {"path": "/check", "body": {"texts": {"$each": "$text"}, "team": "$team", "fixed": [1, true]}},
              "reply": {
                "expect": [{"at": "/hits", "type": "list"}],
                "findings": [{"each": "/hits/*", "text": "/index", "rule": "/name", "start": "/from", "end": "/to"}]
              },
              "actions": {"codename": "redact", "*": "block"}
            }
            """;

    @Test
    void aServiceOfOnesOwnIsADocument() {
        answer(body -> {
            assertThat(body.toString())
                    .isEqualTo("{\"texts\":[\"a\",\"Falcon!\"],\"team\":\"blue\",\"fixed\":[1,true]}");
            return Map.of("hits", List.of(Map.of("index", 1, "name", "codename", "from", 0, "to", 6)));
        });
        try (HttpGuard guard = HttpGuard.builder(HttpGuardMapping.of(OWN))
                .baseUrl(url())
                .setting("team", "blue")
                .build()) {
            List<GuardFinding> findings = guard.check(user("a", "Falcon!")).findings();

            assertThat(guard.name()).isEqualTo("house-rules");
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.part()).isEqualTo(1);
                assertThat(finding.replacement()).isEqualTo("<codename>");
            });
        }
    }

    @Test
    void theBuiltInMappingsAreReadable() {
        assertThat(List.of(
                        HttpGuardMapping.presidio(),
                        HttpGuardMapping.azureContentSafety(),
                        HttpGuardMapping.azurePromptShields(),
                        HttpGuardMapping.bedrockGuardrails(),
                        HttpGuardMapping.modelArmor(),
                        HttpGuardMapping.lakera()))
                .extracting(HttpGuardMapping::name)
                .containsExactly(
                        "presidio",
                        "azure-content-safety",
                        "azure-prompt-shields",
                        "bedrock-guardrails",
                        "model-armor",
                        "lakera");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"actions\"|\"acts\"|acts is unknown",
                "\"expect\": [{\"at\": \"/hits\", \"type\": \"list\"}],||neither expect nor passes",
                "\"type\": \"list\"|\"type\": \"array\"|type is list",
                "\"/hits/*\"|\"hits/*\"|not a path",
                "\"text\": \"/index\"|\"text\": \"$2\"|the path has 1 stars",
                "\"team\": \"$team\"|\"team\": \"$teams\"|$teams",
                "\"redact\"|\"rewrite\"|rewrite",
                "\"start\": \"/from\", ||belong together",
                "\"maxItems\": 20|\"maxItems\": 0|maxItems of 1 or more",
                "\"path\": \"/check\", ||path is missing",
                "}|]|a mapping is a JSON object"
            })
    void aMistakeIsNamed(String from, String to, String message) {
        assertThatThrownBy(() -> HttpGuardMapping.of(OWN.replace(from, to == null ? "" : to)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
