package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads answers of the Responses API, and the parts that whole answers and streams share. */
final class ResponsesCodec {

    /** The separator between the parts of a summary. */
    static final String PARAGRAPH = "\n\n";

    private final String provider;
    private final @Nullable Origin origin;
    private final ChatCodec chat;

    ResponsesCodec(String provider, ChatCodec chat) {
        this(provider, null, chat);
    }

    private ResponsesCodec(String provider, @Nullable Origin origin, ChatCodec chat) {
        this.provider = provider;
        this.origin = origin;
        this.chat = chat;
    }

    /**
     * Returns a codec for one answer, whose reasoning is of this origin; otherwise only the adapter's name is known.
     */
    ResponsesCodec of(Origin origin) {
        return new ResponsesCodec(provider, origin, chat);
    }

    /** Reads a whole answer. */
    ChatResponse decode(HttpReply reply) {
        JsonNode root = reply.json();
        JsonNode output = root.get("output");
        if (output == null || !output.isArray()) {
            throw reply.malformed("the reply has no output");
        }
        ChatResponse.Builder response = ChatResponse.builder()
                .id(Json.textOf(root, "id"))
                .model(Json.textOf(root, "model"))
                .serviceTier(Json.textOf(root, "service_tier"));
        response.usage(usage(root, new Counts(response::warning)));
        List<Logprobs.Token> logprobs = new ArrayList<>(0);
        boolean calls = false;
        for (JsonNode item : output) {
            calls |= isCall(item);
            if ("message".equals(Json.textOf(item, "type"))) {
                addMessage(response, item, logprobs);
            } else {
                ContentPart part = part(item);
                if (part != null) {
                    response.part(part);
                }
            }
        }
        if (!logprobs.isEmpty()) {
            response.logprobs(new Logprobs(logprobs));
        }
        return response.finishReason(finishReason(root, calls)).build();
    }

    private void addMessage(ChatResponse.Builder response, JsonNode item, List<Logprobs.Token> logprobs) {
        for (JsonNode content : Json.at(item, "content")) {
            String text = text(content, "text");
            String refusal = text(content, "refusal");
            List<Citation> citations = new ArrayList<>(0);
            for (JsonNode annotation : Json.at(content, "annotations")) {
                citations.add(ChatCodec.citation(annotation, annotation));
            }
            if (!text.isEmpty() || !citations.isEmpty()) {
                response.part(new ContentPart.Text(text, citations));
            }
            if (!refusal.isEmpty()) {
                response.part(new ContentPart.Refusal(refusal));
            }
            logprobs.addAll(ChatCodec.tokens(Json.at(content, "logprobs"), true));
        }
    }

    static boolean isCall(JsonNode item) {
        String type = Json.textOf(item, "type");
        return "function_call".equals(type) || "custom_tool_call".equals(type);
    }

    /** Returns an item other than a message as a part; null if it is empty. */
    @Nullable
    ContentPart part(JsonNode item) {
        if (isCall(item)) {
            return new ToolCall(text(item, "call_id"), text(item, "name"), arguments(item));
        }
        String type = Json.textOf(item, "type");
        if (type == null) {
            throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "an item of the answer has no type");
        }
        return type.equals("reasoning") ? reasoning(item) : new ContentPart.Raw(provider, Json.map(item));
    }

    /** Returns a call's arguments: of a function, or the free input of a custom tool. */
    static String arguments(JsonNode item) {
        return Json.argumentsOf(item, item.has("input") ? "input" : "arguments");
    }

    private @Nullable ContentPart reasoning(JsonNode item) {
        String text = joined(Json.at(item, "content"));
        String summary = joined(Json.at(item, "summary"));
        String encrypted = Json.textOf(item, "encrypted_content");
        if (text == null && summary == null && encrypted == null) {
            return null;
        }
        return new ContentPart.Reasoning(
                text,
                summary,
                encrypted == null ? null : Json.textOf(item, "id"),
                encrypted,
                encrypted == null ? null : origin == null ? provider : origin.text());
    }

    private static @Nullable String joined(JsonNode parts) {
        StringBuilder joined = null;
        for (JsonNode part : parts) {
            String text = text(part, "text");
            joined = joined == null
                    ? new StringBuilder(text)
                    : joined.append(PARAGRAPH).append(text);
        }
        return joined == null ? null : joined.toString();
    }

    /** Returns the tokens, and the uses of the vendor's own tools that it charges by use, which it does not sum up. */
    TokenUsage usage(JsonNode response, Counts counts) {
        TokenUsage tokens = chat.usage(response.get("usage"), ChatCodec.UsageNames.RESPONSES, counts);
        int searches = 0;
        int files = 0;
        for (JsonNode item : Json.at(response, "output")) {
            switch (text(item, "type")) {
                case "web_search_call" -> searches += isSearch(Json.at(item, "action")) ? 1 : 0;
                case "file_search_call" -> files++;
                default -> {}
            }
        }
        return searches + files == 0
                ? tokens
                : tokens.plus(TokenUsage.builder()
                        .serverTool("web_search", searches)
                        .serverTool("file_search", files)
                        .build());
    }

    /** Returns whether an action is a search: opening a page that was found, and looking through it, costs nothing. */
    private static boolean isSearch(JsonNode action) {
        String type = text(action, "type");
        return type.isEmpty() || type.equals("search");
    }

    /**
     * Returns the status, and why an answer is incomplete; the vendor does not report that the model waits for tools.
     */
    static FinishReason finishReason(JsonNode response, boolean calls) {
        String status = text(response, "status");
        if (status.equals("completed")) {
            return FinishReason.of(calls ? FinishReason.Kind.TOOL_CALLS : FinishReason.Kind.STOP, status);
        }
        String reason = Json.textOf(Json.at(response, "incomplete_details"), "reason");
        String raw = reason == null ? status : reason;
        return switch (raw) {
            case "max_output_tokens" -> FinishReason.of(FinishReason.Kind.LENGTH, raw);
            case "content_filter" -> FinishReason.of(FinishReason.Kind.CONTENT_FILTER, raw);
            case "failed", "cancelled" -> FinishReason.of(FinishReason.Kind.MALFORMED, raw);
            default -> FinishReason.of(FinishReason.Kind.UNKNOWN, raw);
        };
    }

    static String text(JsonNode node, String field) {
        return Objects.requireNonNullElse(Json.textOf(node, field), "");
    }
}
