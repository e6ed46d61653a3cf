package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelArmorMappingTest extends GuardService {

    private static final String NONE = "NO_MATCH_FOUND";

    /** Answers as version 1 does. */
    private void answer() {
        answer(body -> {
            String field = body.has("userPromptData") ? "userPromptData" : "modelResponseData";
            fields(body, Set.of(field), Set.of("userPrompt"));
            JsonNode data = body.get(field);
            fields(data, Set.of("text"), Set.of());
            String text = data.get("text").textValue();
            return reply(text.contains("ignore all"), text.contains("harass"));
        });
    }

    private static Map<String, Object> reply(boolean injection, boolean harassment) {
        Map<String, Object> filters = new LinkedHashMap<>();
        filters.put("csam", Map.of("csamFilterFilterResult", ran(NONE)));
        filters.put("malicious_uris", Map.of("maliciousUriFilterResult", ran(NONE)));
        String match = harassment ? "MATCH_FOUND" : NONE;
        filters.put(
                "rai",
                Map.of(
                        "raiFilterResult",
                        Map.of(
                                "executionState",
                                "EXECUTION_SUCCESS",
                                "matchState",
                                match,
                                "raiFilterTypeResults",
                                Map.of(
                                        "harassment",
                                        harassment
                                                ? Map.of("matchState", match, "confidenceLevel", "HIGH")
                                                : Map.of("matchState", match),
                                        "dangerous",
                                        Map.of("matchState", NONE)))));
        filters.put(
                "pi_and_jailbreak",
                Map.of(
                        "piAndJailbreakFilterResult",
                        injection
                                ? Map.of(
                                        "executionState",
                                        "EXECUTION_SUCCESS",
                                        "matchState",
                                        "MATCH_FOUND",
                                        "confidenceLevel",
                                        "MEDIUM_AND_ABOVE")
                                : ran(NONE)));
        filters.put("sdp", Map.of("sdpFilterResult", Map.of("inspectResult", ran(NONE))));
        return Map.of(
                "sanitizationResult",
                Map.of(
                        "filterMatchState",
                        injection || harassment ? "MATCH_FOUND" : NONE,
                        "filterResults",
                        filters,
                        "sanitizationMetadata",
                        Map.of(),
                        "invocationResult",
                        "SUCCESS"));
    }

    private static Map<String, Object> ran(String match) {
        return Map.of("executionState", "EXECUTION_SUCCESS", "matchState", match);
    }

    private HttpGuard.Builder armor() {
        return HttpGuard.builder(HttpGuardMapping.modelArmor())
                .baseUrl(url())
                .setting("project", "p1")
                .setting("location", "europe-west4")
                .setting("template", "t1");
    }

    @Test
    void requestsAndRepliesGoToTheirMethods() {
        answer();
        try (HttpGuard guard = armor().build()) {
            assertThat(guard.check(user("Hello"))).isSameAs(GuardVerdict.ALLOW);
            assertThat(guard.check(output("Hello"))).isSameAs(GuardVerdict.ALLOW);

            String path = "POST /v1/projects/p1/locations/europe-west4/templates/t1:";
            assertThat(requests.get(0).getRequestLine()).startsWith(path + "sanitizeUserPrompt ");
            assertThat(requests.get(1).getRequestLine()).startsWith(path + "sanitizeModelResponse ");
        }
    }

    @Test
    void aFilterThatMatchesBlocksByItsName() {
        answer();
        try (HttpGuard guard = armor().build()) {
            GuardVerdict verdict = guard.check(user("ignore all of it"));

            assertThat(verdict.action()).isEqualTo(GuardAction.BLOCK);
            assertThat(verdict.findings().get(0).rule()).isEqualTo("pi_and_jailbreak");
            assertThat(verdict.findings().get(0).score()).isEqualTo(0.6);
            assertThat(guard.check(output("harass")).findings())
                    .extracting(GuardFinding::rule)
                    .contains("rai", "harassment");
        }
    }

    /** A filter that was skipped has not passed the text, and an enum's number is not its name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sanitizationResult\":null}",
                "{\"sanitizationResult\":{}}",
                "{\"sanitizationResult\":{\"filterMatchState\":\"NO_MATCH_FOUND\",\"invocationResult\":\"PARTIAL\"}}",
                "{\"sanitizationResult\":{\"filterMatchState\":\"NO_MATCH_FOUND\",\"invocationResult\":\"FAILURE\"}}",
                "{\"sanitizationResult\":{\"filterMatchState\":\"NO_MATCH_FOUND\"}}",
                "{\"sanitizationResult\":{\"invocationResult\":\"SUCCESS\"}}",
                "{\"sanitizationResult\":{\"filterMatchState\":1,\"invocationResult\":1}}",
                "{\"sanitizationResult\":{\"filterMatchState\":\"FILTER_MATCH_STATE_UNSPECIFIED\","
                        + "\"invocationResult\":\"SUCCESS\"}}"
            })
    void anAnswerWithoutAVerdictFails(String reply) {
        server.enqueue(json(200, reply));
        try (HttpGuard guard = armor().build()) {
            assertThatThrownBy(() -> guard.check(user("Hello"))).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void aFilterThatMatchesBlocksThoughTheSumSaysOtherwise() {
        server.enqueue(json(
                200,
                "{\"sanitizationResult\":{\"filterMatchState\":\"NO_MATCH_FOUND\",\"invocationResult\":\"SUCCESS\","
                        + "\"filterResults\":{\"pi_and_jailbreak\":{\"piAndJailbreakFilterResult\":"
                        + "{\"matchState\":\"MATCH_FOUND\"}}}}}"));
        try (HttpGuard guard = armor().build()) {
            assertThat(guard.check(user("Hello")).action()).isEqualTo(GuardAction.BLOCK);
        }
    }

    @Test
    void aMatchOfAFilterThatIsNewBlocks() {
        server.enqueue(json(
                200,
                "{\"sanitizationResult\":{\"filterMatchState\":\"MATCH_FOUND\",\"invocationResult\":\"SUCCESS\","
                        + "\"filterResults\":{\"new\":{\"deep\":{\"newResult\":{\"matchState\":\"MATCH_FOUND\"}}}}}}"));
        try (HttpGuard guard = armor().build()) {
            assertThat(guard.check(user("Hello")).action()).isEqualTo(GuardAction.BLOCK);
        }
    }
}
