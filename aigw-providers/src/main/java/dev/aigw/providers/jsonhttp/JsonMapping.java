package dev.aigw.providers.jsonhttp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Maps a payload to the body of a request, and the body of a reply to an answer. Immutable.
 *
 * <p>Request: fields are renamed, a single payload becomes a list of one if the service takes lists only, the body
 * function runs, the result is put into the envelope, fixed fields are added. Reply: the answer is found by pointer,
 * taken out of a list of one, and its fields are renamed. By default a payload is written unchanged.
 *
 * @param requestNames the service's name of a field by ours
 * @param listsOnly whether the service takes lists only
 * @param body builds the body from the payload as plain JSON, or null
 * @param envelope the field for the payload, or null when the payload is the body
 * @param fixed fields added to the body
 * @param answers where the answer may be, first match first; none when it is the body
 * @param replyNames our name of a field by the service's
 */
record JsonMapping(
        Map<String, String> requestNames,
        boolean listsOnly,
        @Nullable UnaryOperator<@Nullable Object> body,
        @Nullable String envelope,
        Map<String, ?> fixed,
        List<JsonPointer> answers,
        Map<String, String> replyNames) {

    void write(OutputStream out, Object payload, JsonMapper mapper) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            Json.write(json, bodyOf(payload, mapper), mapper);
        }
    }

    private @Nullable Object bodyOf(Object payload, JsonMapper mapper) {
        Object value = payload;
        if (!requestNames.isEmpty() || body != null || (envelope == null && !fixed.isEmpty())) {
            value = renamed(Json.plainOf(payload, mapper), requestNames);
        }
        if (listsOnly && !isList(payload)) {
            List<@Nullable Object> one = new ArrayList<>(1);
            one.add(value);
            value = one;
        }
        if (body != null) {
            value = body.apply(value);
        }
        if (envelope == null && fixed.isEmpty()) {
            return value;
        }
        Map<String, @Nullable Object> whole = new LinkedHashMap<>();
        if (envelope != null) {
            whole.put(envelope, value);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> whole.put(String.valueOf(name), field));
        } else {
            throw GatewayException.of(
                    ErrorKind.INVALID_REQUEST,
                    "the payload is not a JSON object, so the fixed fields " + fixed.keySet()
                            + " cannot be added to it: set an envelope on the adapter, or send an object");
        }
        fixed.forEach(whole::putIfAbsent);
        return whole;
    }

    PredictResponse read(HttpReply reply, Object payload) {
        JsonNode answer = answer(reply);
        if (listsOnly && !isList(payload)) {
            if (!answer.isArray() || answer.size() != 1) {
                throw reply.malformed("the answer is not a list of one, although one payload was sent");
            }
            answer = answer.get(0);
        }
        Object plain = renamed(Json.plain(answer), replyNames);
        return PredictResponse.of(
                plain, replyNames.isEmpty() ? answer.toString() : Json.text(plain), JsonMapper.installed());
    }

    private JsonNode answer(HttpReply reply) {
        if (answers.isEmpty()) {
            return reply.json();
        }
        for (JsonPointer pointer : answers) {
            JsonNode found = reply.json().at(pointer);
            if (!found.isMissingNode()) {
                return found;
            }
        }
        throw reply.malformed("the reply has nothing at "
                + String.join(
                        " or ", answers.stream().map(JsonPointer::toString).toList()));
    }

    private static boolean isList(Object payload) {
        return payload instanceof Iterable<?> || payload.getClass().isArray();
    }

    /** Renames the fields of an object, or of each object in a list. */
    private static @Nullable Object renamed(@Nullable Object value, Map<String, String> names) {
        if (names.isEmpty()) {
            return value;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(renamed(element, names)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, field) -> {
                String known = names.get(String.valueOf(name));
                copy.put(known == null ? String.valueOf(name) : known, field);
            });
            return copy;
        }
        return value;
    }
}
