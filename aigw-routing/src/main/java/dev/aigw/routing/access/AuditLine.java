package dev.aigw.routing.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as a JSON object on one line. Members without a value are left out. */
final class AuditLine {

    /** The hash of the line before, in a chained file. */
    static final String PREVIOUS = "previous";

    private static final int MOST_CHARS = 500;
    private static final int MOST_ENTRIES = 50;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.newConcurrentDequePool()) // leaves nothing in threads
                    .build())
            .build();

    private AuditLine() {}

    /**
     * Returns the line in UTF-8, without its end.
     *
     * @param previous the hash of the line before, or null
     */
    static byte[] write(AuditEvent event, @Nullable String previous) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", event.time().toString());
            json.writeStringField("type", event.type().name());
            Caller caller = event.caller();
            text(json, "tenant", caller.tenant());
            text(json, "user", caller.user());
            texts(json, "roles", caller.roles().stream().sorted().toList());
            texts(json, "scopes", caller.scopes().stream().sorted().toList());
            text(json, "tier", caller.tier());
            labels(json, caller.labels());
            if (caller.isAuthenticated()) {
                json.writeBooleanField("authenticated", true);
            }
            text(json, "key", event.key());
            text(json, "source", event.source());
            text(json, "call_id", event.callId());
            text(json, "operation", event.operation());
            text(json, "requested_model", event.requestedModel());
            text(json, "model", event.model());
            texts(json, "withheld", event.withheld());
            text(json, "deployment", event.deployment());
            text(json, "rule", event.rule());
            text(json, "reason", event.reason());
            text(
                    json,
                    "outcome",
                    event.outcome() == null ? null : event.outcome().name());
            text(json, "error", event.error() == null ? null : event.error().name());
            cost(json, event.cost());
            text(json, PREVIOUS, previous);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("an event could not be written as JSON", e);
        }
        return line.toByteArray();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, AuditText.clean(value, MOST_CHARS));
        }
    }

    private static void texts(JsonGenerator json, String name, Collection<String> values) throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(name);
            int left = MOST_ENTRIES;
            for (String value : values) {
                if (left-- == 0) {
                    break;
                }
                json.writeString(AuditText.clean(value, MOST_CHARS));
            }
            json.writeEndArray();
        }
    }

    private static void labels(JsonGenerator json, Map<String, String> labels) throws IOException {
        if (!labels.isEmpty()) {
            json.writeObjectFieldStart("labels");
            int left = MOST_ENTRIES;
            for (Map.Entry<String, String> label : labels.entrySet()) {
                if (left-- == 0) {
                    break;
                }
                text(json, AuditText.clean(label.getKey(), MOST_CHARS), label.getValue());
            }
            json.writeEndObject();
        }
    }

    /** Writes an unknown amount as null. */
    private static void cost(JsonGenerator json, @Nullable Cost cost) throws IOException {
        if (cost == null) {
            return;
        }
        BigDecimal amount = cost.amount();
        if (amount == null) {
            json.writeNullField("cost");
        } else {
            json.writeStringField("cost", amount.toPlainString());
            json.writeStringField("currency", cost.currency());
        }
    }

    /** Returns the event of a line, or null if the line is not one. */
    static @Nullable AuditEvent read(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return json == null || !json.isObject() ? null : event(json);
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return null; // the reader of the file reports it with its number
        }
    }

    private static AuditEvent event(JsonNode json) {
        String outcome = text(json, "outcome");
        String error = text(json, "error");
        return AuditEvent.builder(AuditEvent.Type.valueOf(needed(json, "type")), Instant.parse(needed(json, "time")))
                .caller(caller(json))
                .key(text(json, "key"))
                .source(text(json, "source"))
                .callId(text(json, "call_id"))
                .operation(text(json, "operation"))
                .requestedModel(text(json, "requested_model"))
                .model(text(json, "model"))
                .withheld(texts(json, "withheld"))
                .deployment(text(json, "deployment"))
                .rule(text(json, "rule"))
                .reason(text(json, "reason"))
                .outcome(outcome == null ? null : Outcome.valueOf(outcome))
                .error(error == null ? null : ErrorKind.valueOf(error))
                .cost(cost(json))
                .build();
    }

    private static Caller caller(JsonNode json) {
        Caller.Builder caller = Caller.builder();
        String tenant = text(json, "tenant");
        if (tenant != null) {
            caller.tenant(tenant);
        }
        String user = text(json, "user");
        if (user != null) {
            caller.user(user);
        }
        String tier = text(json, "tier");
        if (tier != null) {
            caller.tier(tier);
        }
        String key = text(json, "key");
        if (key != null) {
            caller.key(key);
        }
        texts(json, "roles").forEach(caller::role);
        texts(json, "scopes").forEach(caller::scope);
        json.path("labels")
                .properties()
                .forEach(label -> caller.label(label.getKey(), label.getValue().asText()));
        return caller.build();
    }

    private static @Nullable Cost cost(JsonNode json) {
        JsonNode cost = json.get("cost");
        if (cost == null) {
            return null;
        }
        return cost.isNull() ? Cost.UNKNOWN : Cost.of(new BigDecimal(cost.asText()), needed(json, "currency"));
    }

    static @Nullable String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    private static String needed(JsonNode json, String name) {
        String value = text(json, name);
        if (value == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return value;
    }

    private static List<String> texts(JsonNode json, String name) {
        List<String> values = new ArrayList<>();
        json.path(name).forEach(value -> values.add(value.asText()));
        return values;
    }

    /** Returns the hash of the line before, or null if the line has none. */
    static @Nullable String previous(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return json == null ? null : text(json, PREVIOUS);
        } catch (JsonProcessingException e) {
            return null; // a line that a crash cut off
        }
    }
}
