package dev.aigw.providers.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of a chat request in a normal form, so that requests with the same meaning are equal: whose turn it is
 * rather than how many messages it has, texts joined, arguments as JSON.
 *
 * <p>It leaves out what vendors have their own levels of (reasoning) or no field for (names of schemas, titles).
 */
final class ChatFacts {

    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

    private final RequestReader.Blur blur;
    private final ArrayNode documents = MAKE.arrayNode();

    private ChatFacts(RequestReader.Blur blur) {
        this.blur = blur;
    }

    /** Returns the facts of a request. */
    static JsonNode of(ChatRequest request, RequestReader.Blur blur) {
        ChatFacts facts = new ChatFacts(blur);
        ObjectNode all = MAKE.objectNode();
        all.set("conversation", facts.conversation(request));
        all.set("documents", facts.documents);
        ArrayNode tools = all.putArray("tools");
        request.tools().stream()
                .sorted(Comparator.comparing(ToolSpec::name)) // their order does not matter
                .forEach(tool -> tools.add(tool(tool)));
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() != ToolChoice.Mode.AUTO) {
            all.put("choice", choice.toString());
        }
        boolean calls = request.tools().stream().anyMatch(tool -> tool.provider() == null);
        if (calls && (choice == null || choice.mode() != ToolChoice.Mode.NONE)) {
            put(all, "parallel", request.parallelToolCalls());
        }
        ResponseFormat format = request.responseFormat();
        put(
                all,
                "format",
                format.schema() != null ? format.schema() : format.type().name());
        ReasoningEffort effort = request.reasoning();
        put(all, "thinks", effort == null ? null : thinks(effort));
        put(all, "verbosity", request.verbosity());
        put(all, "temperature", request.sampling().temperature());
        put(all, "topP", request.sampling().topP());
        put(all, "topK", request.sampling().topK());
        put(all, "maxOutputTokens", request.maxOutputTokens());
        put(all, "stop", request.stop());
        put(all, "seed", request.sampling().seed());
        put(all, "frequencyPenalty", request.sampling().frequencyPenalty());
        put(all, "presencePenalty", request.sampling().presencePenalty());
        put(all, "topLogprobs", request.topLogprobs());
        put(all, "serviceTier", request.serviceTier());
        put(all, "metadata", request.metadata());
        put(all, "user", request.user());
        return all;
    }

    private static boolean thinks(ReasoningEffort effort) {
        return effort.level() != ReasoningEffort.Level.NONE && !Objects.equals(effort.budgetTokens(), 0);
    }

    private static void put(ObjectNode into, String name, @Nullable Object value) {
        if (value != null) {
            into.set(name, Json.parseOrNull(Json.text(value)));
        }
    }

    private static JsonNode tool(ToolSpec tool) {
        ObjectNode facts = MAKE.objectNode();
        facts.put("name", tool.name());
        put(facts, "provider", tool.provider());
        put(facts, "description", tool.description());
        put(facts, "parameters", tool.parameters());
        facts.put("strict", Boolean.TRUE.equals(tool.strict()));
        return facts;
    }

    // --------------------------------------------------------------------------------------------------- conversation

    private ArrayNode conversation(ChatRequest request) {
        ArrayNode turns = MAKE.arrayNode();
        String side = "";
        ArrayNode parts = MAKE.arrayNode();
        for (Message message : request.messages()) {
            String by = message.role() == Message.Role.TOOL
                    ? "USER"
                    : message.role().name();
            if (!by.equals(side)) {
                parts = turns.addObject().put("by", by).putArray("parts");
                side = by;
            }
            if (message.name() != null) {
                parts.addObject().put("speaker", message.name());
            }
            if (message.role() == Message.Role.SYSTEM) {
                addInstructions(parts, message.parts());
            } else {
                add(parts, message.parts());
            }
        }
        return turns;
    }

    /** Adds instructions without blank lines: a vendor that takes one text gets several messages as paragraphs. */
    private void addInstructions(ArrayNode to, Iterable<ContentPart> parts) {
        add(to, parts);
        for (JsonNode part : to) {
            if (part.has("text")) {
                ((ObjectNode) part).put("text", part.get("text").textValue().replace("\n\n", ""));
            }
        }
    }

    private void add(ArrayNode to, Iterable<ContentPart> parts) {
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text text) {
                addText(to, text.text());
            } else if (part instanceof ContentPart.Document document && blur == RequestReader.Blur.ORDER) {
                documents.add(part(document));
            } else {
                to.add(part(part));
            }
        }
    }

    private void addText(ArrayNode to, String text) {
        int at = to.size() - 1;
        while (blur == RequestReader.Blur.ORDER && at >= 0 && !to.get(at).has("text")) {
            at--;
        }
        if (at >= 0 && to.get(at).has("text")) {
            to.set(at, MAKE.objectNode().put("text", to.get(at).get("text").textValue() + text));
        } else if (!text.isEmpty()) {
            ObjectNode said = MAKE.objectNode().put("text", text);
            if (blur == RequestReader.Blur.ORDER) {
                to.insert(0, said);
            } else {
                to.add(said);
            }
        }
    }

    private JsonNode part(ContentPart part) {
        ObjectNode facts = MAKE.objectNode();
        if (part instanceof ContentPart.Image image) {
            media(facts, "image", image.media());
            if (image.detail() != null && !image.detail().equals("auto")) {
                facts.put("detail", image.detail());
            }
        } else if (part instanceof ContentPart.Audio audio) {
            media(facts, "audio", audio.media());
        } else if (part instanceof ContentPart.Video video) {
            media(facts, "video", video.media());
        } else if (part instanceof ContentPart.Document document) {
            media(facts, "document", document.media());
            if (document.citations()) {
                facts.put("cited", true);
            }
        } else if (part instanceof ToolCall call) {
            facts.put("call", call.id()).put("name", call.name());
            JsonNode arguments = call.arguments().isEmpty() ? MAKE.objectNode() : Json.parseOrNull(call.arguments());
            facts.set("arguments", arguments == null ? TextNode.valueOf(call.arguments()) : arguments);
            put(facts, "signature", call.signature());
        } else if (part instanceof ContentPart.ToolResult result) {
            facts.put("result", result.toolCallId()).put("failed", result.isError());
            add(facts.putArray("content"), result.content());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            facts.put("thought", reasoning.text()).put("summary", reasoning.summary());
            facts.put("signature", reasoning.signature()).put("sealed", reasoning.encrypted());
        } else if (part instanceof ContentPart.Refusal refusal) {
            facts.put("refusal", refusal.text());
        } else if (part instanceof ContentPart.CacheHint hint) {
            facts.put("cache", hint.lifetime().toString());
        } else if (part instanceof ContentPart.Raw raw) {
            put(facts, "raw", raw.json());
        }
        return facts;
    }

    private void media(ObjectNode facts, String kind, Media media) {
        boolean inline = media.base64() != null;
        facts.put("media", blur == RequestReader.Blur.KIND && !inline ? "any" : kind);
        facts.put("type", inline ? String.valueOf(media.mimeType()).toLowerCase(Locale.ROOT) : null);
        facts.put("data", media.base64()).put("url", media.url()).put("file", media.fileId());
    }
}
