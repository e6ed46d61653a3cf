package dev.aigw.examples.stories;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a model that has a tool: asked about cities, it calls for the weather of each; given the weather, it puts it
 * into a sentence.
 */
final class ToolScript {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CITY = Pattern.compile("\\b(Oslo|Rome)\\b");

    private ToolScript() {}

    /** Returns the answer to a request in OpenAI's format. */
    static ChatResponse answer(String body) {
        List<String> reported = new ArrayList<>();
        String question = "";
        for (JsonNode message : parse(body).path("messages")) {
            if (message.path("role").asText().equals("tool")) {
                reported.add(message.path("content").asText());
            } else if (message.path("role").asText().equals("user")) {
                question = message.path("content").asText();
            }
        }
        if (!reported.isEmpty()) {
            return ChatResponse.of("The tool says: " + String.join("; ", reported) + ".");
        }
        ChatResponse.Builder wishes = ChatResponse.builder();
        Matcher cities = CITY.matcher(question);
        for (int i = 1; cities.find(); i++) {
            wishes.part(new ToolCall("call_" + i, "weather", "{\"name\":\"" + cities.group() + "\"}"));
        }
        return wishes.build();
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the request is not JSON", e);
        }
    }
}
