package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.providers.bedrock.AwsSigner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class BedrockMappingTest extends GuardService {

    /** Answers as ApplyGuardrail does. */
    private void answer() {
        answer(body -> {
            fields(body, Set.of("source", "content"), Set.of("outputScope"));
            if (!Set.of("INPUT", "OUTPUT").contains(body.get("source").textValue())) {
                throw new IllegalArgumentException("source");
            }
            StringBuilder all = new StringBuilder();
            for (JsonNode block : body.get("content")) {
                fields(block, Set.of("text"), Set.of());
                fields(block.get("text"), Set.of("text"), Set.of("qualifiers"));
                all.append(block.get("text").get("text").textValue()).append('\n');
            }
            return reply(all.toString());
        });
    }

    private static Map<String, Object> reply(String text) {
        Map<String, Object> assessment = new LinkedHashMap<>();
        if (text.contains("shares")) {
            assessment.put(
                    "topicPolicy",
                    Map.of("topics", List.of(Map.of("name", "Investment", "type", "DENY", "action", "BLOCKED"))));
        }
        List<Object> entities = new ArrayList<>();
        if (text.contains("jane@example.org")) {
            entities.add(Map.of("type", "EMAIL", "match", "jane@example.org", "action", "ANONYMIZED"));
        }
        if (text.contains("Jane Doe")) {
            entities.add(Map.of("type", "NAME", "match", "Jane Doe", "action", "NONE", "detected", true));
        }
        if (!entities.isEmpty()) {
            assessment.put("sensitiveInformationPolicy", Map.of("piiEntities", entities, "regexes", List.of()));
        }
        boolean intervened = text.contains("shares") || text.contains("jane@example.org");
        return Map.of(
                "usage",
                Map.of("topicPolicyUnits", 1),
                "action",
                intervened ? "GUARDRAIL_INTERVENED" : "NONE",
                "outputs",
                intervened ? List.of(Map.of("text", "Sorry")) : List.of(),
                "assessments",
                List.of(assessment));
    }

    private HttpGuard.Builder bedrock() {
        return HttpGuard.builder(HttpGuardMapping.bedrockGuardrails())
                .baseUrl(url())
                .setting("guardrail", "gr/1")
                .setting("version", "DRAFT");
    }

    @Test
    void aTextWithoutInterventionPasses() {
        answer();
        try (HttpGuard guard = bedrock().build()) {
            assertThat(guard.check(user("Hello"))).isSameAs(GuardVerdict.ALLOW);
            assertThat(requests.get(0).getRequestLine()).startsWith("POST /guardrail/gr%2F1/version/DRAFT/apply ");
        }
    }

    @Test
    void aDeniedTopicBlocks() {
        answer();
        try (HttpGuard guard = bedrock().build()) {
            assertThat(guard.check(output("Buy these shares")).findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.rule()).isEqualTo("Investment");
                        assertThat(finding.action()).isEqualTo(GuardAction.BLOCK);
                    });
            assertThat(requests.get(0).getBody()).asString().contains("OUTPUT");
        }
    }

    @Test
    void whatTheGuardrailMasksIsMaskedWhereverItStands() {
        answer();
        String first = "\uD83D\uDE00 jane@example.org";
        String second = "Again: jane@example.org, jane@example.org!";
        try (HttpGuard guard = bedrock().build()) {
            GuardVerdict verdict =
                    guard.check(input(part(ContentOrigin.SYSTEM, first), part(ContentOrigin.USER, second)));

            assertThat(verdict.action()).isEqualTo(GuardAction.REDACT);
            assertThat(redacted(verdict, 0, first)).isEqualTo("\uD83D\uDE00 {EMAIL}");
            assertThat(redacted(verdict, 1, second)).isEqualTo("Again: {EMAIL}, {EMAIL}!");
        }
    }

    @Test
    void whatTheGuardrailOnlyDetectsIsAnnotated() {
        answer();
        try (HttpGuard guard = bedrock().build()) {
            GuardVerdict verdict = guard.check(user("I am Jane Doe"));

            assertThat(verdict.action()).isEqualTo(GuardAction.ANNOTATE);
            assertThat(verdict.findings()).extracting(GuardFinding::rule).contains("NAME");
        }
    }

    /** As LiteLLM did not: an intervention without assessments let the text through there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"GUARDRAIL_INTERVENED\",\"assessments\":[]}",
                "{\"action\":\"GUARDRAIL_INTERVENED\"}",
                "{\"action\":\"GUARDRAIL_INTERVENED\",\"assessments\":[{\"newPolicy\":{\"hits\":[{}]}}]}",
                "{\"action\":\"GUARDRAIL_INTERVENED\",\"assessments\":[{\"sensitiveInformationPolicy\":{\"piiEntities\":"
                        + "[{\"type\":\"EMAIL\",\"match\":\"other@example.org\",\"action\":\"ANONYMIZED\"}]}}]}",
                "{\"action\":\"GUARDRAIL_INTERVENED\",\"assessments\":[{\"topicPolicy\":{\"topics\":"
                        + "[{\"name\":\"X\",\"action\":\"REWRITTEN\"}]}}]}"
            })
    void anInterventionThatNothingExplainsBlocks(String reply) {
        server.enqueue(json(200, reply));
        try (HttpGuard guard = bedrock().build()) {
            assertThat(guard.check(user("Hello")).action()).isEqualTo(GuardAction.BLOCK);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"Output\":{\"__type\":\"UnknownOperationException\"}}",
                "{\"action\":\"SKIPPED\"}",
                "{\"action\":null}",
                "{\"action\":true}"
            })
    void anAnswerWithoutAKnownActionFails(String reply) {
        server.enqueue(json(200, reply));
        try (HttpGuard guard = bedrock().build()) {
            assertThatThrownBy(() -> guard.check(user("Hello"))).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void callsAreSignedForTheRegion() throws Exception {
        answer();
        AwsSigner signer = AwsSigner.of(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
                .scope("eu-central-1", "bedrock");
        try (HttpGuard guard = bedrock().signer(signer).build()) {
            guard.check(user("Hello"));

            assertThat(requests.get(0).getHeaders().get("Authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains("/eu-central-1/bedrock/aws4_request");
        }
        signer.close();
    }
}
