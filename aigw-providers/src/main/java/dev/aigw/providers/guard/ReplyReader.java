package dev.aigw.providers.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a service's answers as a mapping says. An answer of another shape is a failure, never a pass; messages name
 * paths of the mapping, not values of the answer. Safe for use by many threads.
 */
final class ReplyReader {

    private static final int MOST_NAME_CHARS = 64;

    private final String name;
    private final HttpGuardMapping mapping;
    private final GuardPolicy policy;

    ReplyReader(String name, HttpGuardMapping mapping, GuardPolicy policy) {
        this.name = name;
        this.mapping = mapping;
        this.policy = policy;
    }

    /**
     * Adds what an answer found.
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if it is not what the mapping expects
     */
    void read(JsonNode reply, GuardRequest request, Findings findings) {
        for (Expectation expectation : mapping.expectations()) {
            String unmet = expectation.unmet(reply, request);
            if (unmet != null) {
                throw malformed(unmet);
            }
        }
        boolean objects = objects(reply);
        Map<Slot, Offsets> offsets = new HashMap<>();
        boolean[] explained = new boolean[1];
        for (FindingRule rule : mapping.findings()) {
            rule.each().visit(reply, (node, stars) -> {
                if (matches(rule, node)) {
                    explained[0] = true;
                    add(rule, node, stars, request, offsets, findings);
                }
            });
        }
        if (objects && !explained[0]) {
            findings.add(mapping.name(), 1, GuardAction.BLOCK);
        }
        findings.settle();
    }

    private boolean objects(JsonNode reply) {
        Passing passing = mapping.passing();
        if (passing == null) {
            return false;
        }
        JsonNode node = passing.at().one(reply);
        Object value = node == null ? null : scalar(node);
        if (value != null && passing.objects().contains(value)) {
            return true;
        }
        if (value == null || !passing.passes().contains(value)) {
            throw malformed(passing.at() + " says neither that the text passes nor that it does not");
        }
        return false;
    }

    private static boolean matches(FindingRule rule, JsonNode node) {
        if (rule.when() == null) {
            return true;
        }
        JsonNode value = rule.when().one(node);
        return value != null && rule.values().contains(scalar(value));
    }

    private void add(
            FindingRule rule,
            JsonNode node,
            List<String> stars,
            GuardRequest request,
            Map<Slot, Offsets> offsets,
            Findings findings) {
        String found = ruleName(rule, node, stars);
        double raw = score(rule, node);
        if (raw < policy.threshold(found)) {
            return;
        }
        double score = raw >= 0 && raw <= rule.scale() ? raw / rule.scale() : 1;
        GuardAction action = policy.action(found, action(rule, node));
        Slot slot = slot(rule, node, stars, request);
        if (rule.start() != null && rule.end() != null && slot != null) {
            Offsets units = offsets.computeIfAbsent(slot, mapping::offsets);
            int start = units.of(index(rule.start(), node));
            int end = units.of(index(rule.end(), node));
            if (start < 0 || end <= start) {
                throw malformed(rule.each() + " has a span that is not in the text");
            }
            findings.add(slot, start, end, found, score, action);
        } else if (rule.match() != null) {
            matches(
                    rule.match().one(node),
                    slot == null ? request.of(rule.group()) : List.of(slot),
                    (in, at, end) -> findings.add(in, at, end, found, score, action));
            findings.add(found, score, action);
        } else if (slot != null) {
            findings.add(slot, found, score, action);
        } else {
            findings.add(found, score, action);
        }
    }

    /** Takes a span of a text. */
    @FunctionalInterface
    private interface Spans {
        void add(Slot slot, int start, int end);
    }

    private static void matches(@Nullable JsonNode match, List<Slot> slots, Spans spans) {
        String words = match == null ? "" : match.asText();
        for (Slot slot : words.isEmpty() ? List.<Slot>of() : slots) {
            for (int at = slot.text().indexOf(words); at >= 0; at = slot.text().indexOf(words, at + words.length())) {
                spans.add(slot, at, at + words.length());
            }
        }
    }

    private String ruleName(FindingRule rule, JsonNode node, List<String> stars) {
        String text;
        if (rule.rule().startsWith("$")) {
            text = stars.get(Integer.parseInt(rule.rule().substring(1)) - 1);
        } else if (rule.rule().startsWith("/")) {
            JsonNode named = ReplyPath.of(rule.rule()).one(node);
            text = named == null ? "" : named.asText();
        } else {
            return rule.rule();
        }
        return isName(text) ? text : mapping.name();
    }

    /** Returns whether a service's text is a name: a longer one, or one of other characters, could be content. */
    private static boolean isName(String text) {
        return !text.isBlank()
                && text.length() <= MOST_NAME_CHARS
                && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./: ".indexOf(c) >= 0);
    }

    private double score(FindingRule rule, JsonNode node) {
        JsonNode score = rule.score() == null ? null : rule.score().one(node);
        if (score == null) {
            return rule.scale();
        }
        if (score.isTextual() && !rule.scores().isEmpty()) {
            return rule.scores().getOrDefault(score.textValue(), rule.scale());
        }
        if (!score.isNumber()) {
            throw malformed(rule.each() + String.valueOf(rule.score()) + " is no number");
        }
        return score.doubleValue();
    }

    private static @Nullable GuardAction action(FindingRule rule, JsonNode node) {
        if (rule.action() == null) {
            return null;
        }
        JsonNode action = rule.action().one(node);
        return action == null ? GuardAction.BLOCK : rule.actions().getOrDefault(action.asText(), GuardAction.BLOCK);
    }

    private @Nullable Slot slot(FindingRule rule, JsonNode node, List<String> stars, GuardRequest request) {
        List<Slot> slots = request.of(rule.group());
        if (rule.text() == null) {
            return slots.size() == 1 && request.slots().size() == 1 ? slots.get(0) : null;
        }
        long index = rule.text().startsWith("$")
                ? Long.parseLong(stars.get(Integer.parseInt(rule.text().substring(1)) - 1))
                : index(ReplyPath.of(rule.text()), node);
        if (index < 0 || index >= slots.size()) {
            throw malformed(rule.each() + " is about a text that was not sent");
        }
        return slots.get((int) index);
    }

    /** Returns an index, which Google's services write as a string. */
    private long index(ReplyPath path, JsonNode node) {
        JsonNode value = path.one(node);
        if (value != null && value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        String text = value == null || !value.isTextual() ? "" : value.textValue();
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed(path + " is no index");
        }
        return Long.parseLong(text);
    }

    /** Returns a string, boolean or number; null for anything else. */
    static @Nullable Object scalar(JsonNode node) {
        return node.isTextual()
                ? node.textValue()
                : node.isBoolean() ? (Object) node.booleanValue() : node.isNumber() ? node.numberValue() : null;
    }

    private GatewayException malformed(String why) {
        return GatewayException.builder(
                        ErrorKind.MALFORMED_RESPONSE,
                        name + ": the answer is not what the mapping " + mapping.name() + " expects: " + why)
                .provider(name)
                .build();
    }
}
