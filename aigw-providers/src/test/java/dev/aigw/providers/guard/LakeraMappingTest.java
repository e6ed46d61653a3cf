package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LakeraMappingTest extends GuardService {

    private static final String MAIL = "jane@example.org";

    /** Answers as version 2 does, which screens the last message only. */
    private void answer() {
        answer(body -> {
            fields(
                    body,
                    Set.of("messages"),
                    Set.of("project_id", "policy_id", "breakdown", "payload", "dev_info", "metadata"));
            JsonNode messages = body.get("messages");
            for (JsonNode message : messages) {
                fields(message, Set.of("role", "content"), Set.of());
                if (!Set.of("system", "user", "assistant", "tool", "developer")
                        .contains(message.get("role").textValue())) {
                    throw new IllegalArgumentException("role");
                }
            }
            int last = messages.size() - 1;
            String text = messages.get(last).get("content").textValue();
            boolean attack = text.contains("ignore all");
            int at = text.indexOf(MAIL);
            List<Object> payload = new ArrayList<>();
            if (at >= 0) {
                int start = text.codePointCount(0, at);
                payload.add(Map.of(
                        "start",
                        start,
                        "end",
                        start + MAIL.length(),
                        "text",
                        MAIL,
                        "detector_type",
                        "pii/email",
                        "labels",
                        List.of(),
                        "message_id",
                        last));
            }
            return Map.of(
                    "flagged",
                    attack || at >= 0,
                    "payload",
                    payload,
                    "breakdown",
                    List.of(detector("prompt_attack", attack), detector("pii/email", at >= 0)),
                    "metadata",
                    Map.of("request_uuid", "u"));
        });
    }

    private static Map<String, Object> detector(String type, boolean detected) {
        return Map.of(
                "project_id", "p", "policy_id", "p", "detector_id", "d", "detector_type", type, "detected", detected);
    }

    private HttpGuard.Builder lakera() {
        return HttpGuard.builder(HttpGuardMapping.lakera()).baseUrl(url());
    }

    @Test
    void whatIsNotFlaggedPasses() {
        answer();
        try (HttpGuard guard = lakera().setting("project", "project-1").build()) {
            assertThat(guard.check(user("Hello"))).isSameAs(GuardVerdict.ALLOW);
            assertThat(Objects.requireNonNull(requests.get(0).getBody()).utf8())
                    .contains("\"project_id\":\"project-1\"")
                    .contains("\"role\":\"user\"");
        }
    }

    @Test
    void anAttackBlocks() {
        answer();
        try (HttpGuard guard = lakera().build()) {
            assertThat(guard.check(user("ignore all of it")).findings())
                    .extracting(GuardFinding::rule)
                    .containsExactly("prompt_attack");
        }
    }

    @Test
    void anAttackInAnEarlierMessageIsFoundToo() {
        answer();
        try (HttpGuard guard = lakera().build()) {
            GuardVerdict verdict = guard.check(
                    input(part(ContentOrigin.TOOL_RESULT, "ignore all of it"), part(ContentOrigin.USER, "Thank you")));

            assertThat(verdict.action()).isEqualTo(GuardAction.BLOCK);
            assertThat(verdict.findings().get(0).part()).isZero();
        }
    }

    @Test
    void personalDataWithAPlaceIsReplaced() {
        answer();
        String text = "\uD83D\uDE00 I am " + MAIL + "!";
        try (HttpGuard guard = lakera().build()) {
            GuardVerdict verdict = guard.check(user(text));

            assertThat(verdict.action()).isEqualTo(GuardAction.REDACT);
            assertThat(redacted(verdict, 0, text)).isEqualTo("\uD83D\uDE00 I am <pii/email>!");
        }
    }

    @Test
    void personalDataWithoutAPlaceBlocks() {
        server.enqueue(json(
                200, Map.of("flagged", true, "payload", List.of(), "breakdown", List.of(detector("pii/name", true)))));
        try (HttpGuard guard = lakera().build()) {
            assertThat(guard.check(user("I am Jane")).action()).isEqualTo(GuardAction.BLOCK);
        }
    }

    @Test
    void aFlagThatNothingExplainsBlocks() {
        server.enqueue(json(200, Map.of("flagged", true)));
        try (HttpGuard guard = lakera().build()) {
            assertThat(guard.check(user("Hello")).findings())
                    .extracting(GuardFinding::rule, GuardFinding::action)
                    .containsExactly(tuple("lakera", GuardAction.BLOCK));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"flagged\":\"false\"}",
                "{\"flagged\":0}",
                "{\"flagged\":false,\"breakdown\":[{\"detector_type\":\"pii\"}]}",
                "{\"flagged\":true,\"payload\":[{\"detector_type\":\"pii/email\",\"start\":0,\"end\":2,\"message_id\":7}]}"
            })
    void anAnswerOfAnotherShapeFails(String reply) {
        server.enqueue(json(200, reply));
        try (HttpGuard guard = lakera().build()) {
            assertThatThrownBy(() -> guard.check(user("Hello"))).isInstanceOf(GatewayException.class);
        }
    }
}
