package dev.aigw.providers.kit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tools, calls and results in the forms that every vendor takes. Thread-safe. */
public final class Tools {

    private static final Map<String, ?> NO_PARAMETERS = Map.of("type", "object", "properties", Map.of());

    private Tools() {}

    /**
     * Returns the schema of a tool's arguments, which is that of an object with properties: vendors refuse a schema
     * without a type, and an object without properties.
     */
    public static Map<String, ?> schema(ToolSpec tool) {
        Map<String, ?> given = tool.parameters();
        if (given.isEmpty()) {
            return NO_PARAMETERS;
        }
        boolean typed = given.get("type") != null;
        boolean plain = !typed || "object".equals(given.get("type"));
        boolean listed = given.get("properties") != null || given.containsKey("$ref") || isCombined(given);
        if (typed && (listed || !plain)) {
            return given;
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        given.forEach((name, value) -> {
            if (value != null || !name.equals("type")) {
                schema.put(name, value);
            }
        });
        if (!listed) {
            schema.put("properties", Map.of());
        }
        return schema;
    }

    private static boolean isCombined(Map<String, ?> schema) {
        return schema.containsKey("anyOf") || schema.containsKey("oneOf") || schema.containsKey("allOf");
    }

    /**
     * Writes a call's arguments as a JSON object, {@code {}} if there are none. What is not a JSON object is sent as
     * the text of one field, with a warning, so that an answer that a model got wrong does not break every request
     * after it.
     *
     * @throws IOException if {@code out} fails
     */
    public static void writeArguments(JsonGenerator out, ToolCall call, Unsupported unsupported) throws IOException {
        JsonNode arguments = isMissing(call.arguments()) ? null : object(call.arguments());
        if (arguments != null) {
            Json.write(out, arguments);
            return;
        }
        out.writeStartObject();
        if (!isMissing(call.arguments())) {
            warn(unsupported);
            out.writeStringField("arguments", call.arguments());
        }
        out.writeEndObject();
    }

    /** Returns a call's arguments as the text of what {@link #writeArguments} writes. */
    public static String arguments(ToolCall call, Unsupported unsupported) {
        String arguments = call.arguments();
        if (isMissing(arguments)) {
            return "{}";
        } else if (object(arguments) != null) {
            return arguments;
        }
        warn(unsupported);
        return Json.text(Map.of("arguments", arguments));
    }

    private static boolean isMissing(String arguments) {
        return arguments.isBlank() || arguments.strip().equals("null");
    }

    private static @Nullable JsonNode object(String arguments) {
        JsonNode json = Json.parseOrNull(arguments);
        return json != null && json.isObject() ? json : null;
    }

    private static void warn(Unsupported unsupported) {
        unsupported.warn("was sent arguments of a tool call as one text, because they are not a JSON object");
    }

    /** Returns the text of a result for protocols that cannot mark an error: it then begins with the word. */
    public static String resultText(ContentPart.ToolResult result) {
        String text = result.text();
        if (!result.isError() || text.stripLeading().toLowerCase(Locale.ROOT).startsWith("error")) {
            return text;
        }
        return text.isBlank() ? "Error" : "Error: " + text;
    }

    /**
     * Returns a conversation in which results directly follow the calls: vendors refuse one with anything in between.
     * Messages with results come before the others of the same turn, in a message of their own if they have more.
     */
    public static List<Message> resultsFirst(List<Message> messages) {
        boolean between = false;
        boolean disordered = false;
        for (Message message : messages) {
            if (message.role() == Message.Role.ASSISTANT) {
                between = false;
                continue;
            }
            disordered |= between && hasResults(message);
            between |= message.role() != Message.Role.TOOL && hasMoreThanResults(message);
        }
        return disordered ? sorted(messages) : messages;
    }

    private static boolean hasMoreThanResults(Message message) {
        for (ContentPart part : message.parts()) {
            if (!(part instanceof ContentPart.ToolResult) && !(part instanceof ContentPart.CacheHint)) {
                return true;
            }
        }
        return false;
    }

    /** Returns a conversation in which consecutive messages of the user or the assistant, without tools, are one. */
    public static List<Message> alternating(List<Message> messages) {
        List<Message> merged = new ArrayList<>(messages.size());
        for (Message message : messages) {
            Message last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last.role() == message.role() && isTalk(last) && isTalk(message)) {
                List<ContentPart> parts = new ArrayList<>(last.parts());
                if (message.role() == Message.Role.ASSISTANT) {
                    parts.add(new ContentPart.Text("\n\n")); // its texts are sent as one
                }
                parts.addAll(message.parts());
                merged.set(merged.size() - 1, Message.of(message.role(), parts));
            } else {
                merged.add(message);
            }
        }
        return merged;
    }

    private static boolean isTalk(Message message) {
        return (message.role() == Message.Role.USER || message.role() == Message.Role.ASSISTANT)
                && message.name() == null
                && message.toolCalls().isEmpty()
                && !hasResults(message);
    }

    private static boolean hasResults(Message message) {
        return message.parts().stream().anyMatch(part -> part instanceof ContentPart.ToolResult);
    }

    private static List<Message> sorted(List<Message> messages) {
        List<Message> sorted = new ArrayList<>(messages.size() + 1);
        List<Message> others = new ArrayList<>();
        for (Message message : messages) {
            if (message.role() == Message.Role.ASSISTANT) {
                sorted.addAll(others);
                others.clear();
                sorted.add(message);
            } else if (message.role() == Message.Role.TOOL) {
                sorted.add(message);
            } else if (hasResults(message)) {
                List<ContentPart> results = new ArrayList<>();
                List<ContentPart> rest = new ArrayList<>();
                boolean result = false;
                for (ContentPart part : message.parts()) { // a cache hint stays behind the part that it marks
                    result = part instanceof ContentPart.CacheHint ? result : part instanceof ContentPart.ToolResult;
                    (result ? results : rest).add(part);
                }
                sorted.add(Message.of(Message.Role.TOOL, results));
                if (!rest.isEmpty()) {
                    Message said = Message.of(message.role(), rest);
                    others.add(message.name() == null ? said : said.withName(message.name()));
                }
            } else {
                others.add(message);
            }
        }
        sorted.addAll(others);
        return sorted;
    }
}
