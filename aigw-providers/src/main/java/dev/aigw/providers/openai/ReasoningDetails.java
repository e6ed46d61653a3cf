package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pieces in which a server lists a model's reasoning, to be sent back unchanged. A stream splits texts and
 * summaries, and sends the signature of a text after it: pieces with the same type and {@code index} belong together.
 *
 * <p>Not safe for use by several threads.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">"Reasoning Tokens" of OpenRouter</a>
 */
final class ReasoningDetails {

    private static final List<String> CUT = List.of("text", "summary", "thinking");

    private final List<Map<String, Object>> pieces = new ArrayList<>(2);

    /** Adds the pieces in a message or delta. */
    void add(JsonNode listed) {
        for (JsonNode node : listed) {
            Map<String, Object> piece = new LinkedHashMap<>(Json.map(node));
            Map<String, Object> last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            if (last != null && continues(piece, last)) {
                append(last, piece);
            } else {
                pieces.add(piece);
            }
        }
    }

    private static boolean continues(Map<String, Object> piece, Map<String, Object> last) {
        if ("thinking".equals(piece.get("type"))) { // LiteLLM's have no index, and end with their signature
            return "thinking".equals(last.get("type")) && last.get("signature") == null;
        }
        return !Objects.equals(piece.get("type"), "reasoning.encrypted")
                && Objects.equals(piece.get("type"), last.get("type"))
                && Objects.equals(piece.get("index"), last.get("index"))
                && piece.get("index") != null;
    }

    private static void append(Map<String, Object> last, Map<String, Object> piece) {
        piece.forEach((field, value) -> {
            if (CUT.contains(field) && last.get(field) instanceof String text && value instanceof String more) {
                last.put(field, text + more);
            } else if (value != null) {
                last.put(field, value);
            }
        });
    }

    /** Returns the pieces as one part, under the name of their field; null if there are none. */
    ContentPart.@Nullable Raw part(String provider, String field) {
        return pieces.isEmpty() ? null : new ContentPart.Raw(provider, Map.of(field, List.copyOf(pieces)));
    }
}
