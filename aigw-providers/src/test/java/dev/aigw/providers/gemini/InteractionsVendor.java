package dev.aigw.providers.gemini;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.contract.SentJson;
import dev.aigw.providers.contract.Vendor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Gemini's Interactions API. */
public final class InteractionsVendor extends Vendor {

    private static final String REPLY = "{\"status\":\"completed\",\"steps\":[%s]}";

    /** Creates the Gemini API's. */
    public InteractionsVendor() {
        super(
                "gemini",
                "gemini-3.8-flash",
                "{\"status\":\"%s\",\"steps\":[{\"type\":\"model_output\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"ok\"}]}]}",
                "completed");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return GeminiAdapter.builder()
                .interactionsApi(true)
                .httpClient(client)
                .dropUnsupported(drop)
                .build();
    }

    @Override
    protected String definition() {
        return "CreateModelInteraction";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(
                new ContentPart.Reasoning(null, "hm", "U0lHTkVE", null, "gemini"),
                new ContentPart.Reasoning(null, null, "U0lHTkVE", null, "gemini"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw(
                "gemini", json("type", "google_search_call", "id", "gs1", "arguments", json("queries", List.of("x"))));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw("gemini", "search", json("type", "google_search"));
    }

    @Override
    protected String serviceTier() {
        return "flex";
    }

    @Override
    protected Set<ChatFeature> reported() {
        return EnumSet.of(
                ChatFeature.FOREIGN_PART,
                ChatFeature.FOREIGN_TOOL,
                ChatFeature.LATE_SYSTEM,
                ChatFeature.SPEAKER,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.NO_PARALLEL_CALLS,
                ChatFeature.VERBOSITY,
                ChatFeature.TOP_K,
                ChatFeature.PENALTIES,
                ChatFeature.LOGPROBS,
                ChatFeature.METADATA,
                ChatFeature.REASONING_LEVEL, // NONE is minimal
                ChatFeature.REASONING_BUDGET);
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // the vendor caches by itself
                ChatFeature.CACHE_HINT,
                // sent as text
                ChatFeature.REFUSAL,
                // calls are parallel anyway
                ChatFeature.PARALLEL_CALLS,
                // a mode of all tools
                ChatFeature.STRICT_TOOL,
                // no field for it
                ChatFeature.USER);
    }

    @Override
    protected void take(SentJson body) {
        word(body, "system_instruction", text -> said(Message.Role.SYSTEM, List.of(new ContentPart.Text(text))));
        for (SentJson step : body.at("input").items()) {
            switch (step.at("type").text()) {
                case "user_input" -> said(Message.Role.USER, parts(step.at("content")));
                case "function_result" ->
                    said(
                            Message.Role.TOOL,
                            List.of(new ContentPart.ToolResult(
                                    step.text("call_id"),
                                    parts(step.at("result")),
                                    step.at("is_error").isTrue())));
                default -> answered(REPLY, step);
            }
        }
        body.at("tools").items().forEach(tool -> tool(tool, tool, tool.at("parameters")));
        SentJson format = body.at("response_format");
        schema(format.at("schema"));
        if (format.has("mime_type") && !format.has("schema")) {
            request().responseFormat(ResponseFormat.JSON);
        }
        word(body, "service_tier", request()::serviceTier);
        generation(body.at("generation_config"));
    }

    private void generation(SentJson config) {
        SentJson choice = config.at("tool_choice");
        if (choice.isObject()) {
            choice("", choice.at("allowed_tools").at("tools").items().get(0).text());
        } else if (choice.isText()) {
            choice(
                    switch (choice.text()) {
                        case "any" -> "required";
                        case "validated" -> "auto";
                        default -> choice.text();
                    },
                    null);
        }
        if (config.has("thinking_level")) {
            thinks(config.has("thinking_summaries"));
        }
        number(config, "temperature", request()::temperature);
        number(config, "top_p", request()::topP);
        count(config, "max_output_tokens", request()::maxOutputTokens);
        stop(config.at("stop_sequences"));
        count(config, "seed", seed -> request().seed(seed.longValue()));
    }

    private static List<ContentPart> parts(SentJson content) {
        List<ContentPart> parts = new ArrayList<>();
        if (content.isText()) {
            parts.add(new ContentPart.Text(content.text()));
        }
        content.items().forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(SentJson part) {
        String type = part.at("type").text();
        if (type.equals("text")) {
            return new ContentPart.Text(part.text("text"));
        }
        String uri = part.has("uri") ? part.text("uri") : "";
        Media media = part.has("data")
                ? Media.ofBase64(part.text("mime_type"), part.text("data"))
                : uri.startsWith("http") ? Media.ofUrl(uri) : Media.ofFileId(uri);
        return switch (type) {
            case "image" -> new ContentPart.Image(media, part.text("resolution"));
            case "audio" -> new ContentPart.Audio(media);
            case "video" -> new ContentPart.Video(media);
            case "document" -> new ContentPart.Document(media, null, false);
            default -> throw new IllegalArgumentException(type);
        };
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.of(
                "completed",
                FinishReason.Kind.STOP,
                "requires_action",
                FinishReason.Kind.TOOL_CALLS,
                "incomplete",
                FinishReason.Kind.LENGTH,
                "cancelled",
                FinishReason.Kind.UNKNOWN,
                "budget_exceeded",
                FinishReason.Kind.UNKNOWN);
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING, ChatFeature.OWN_RAW_PART);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            start(index, json("type", "model_output"));
            pieces(text.text()).forEach(piece -> delta(index, json("text", piece, "type", "text")));
        } else if (part instanceof ToolCall call) {
            start(
                    index,
                    json(
                            "id",
                            call.id(),
                            "signature",
                            "",
                            "type",
                            "function_call",
                            "name",
                            call.name(),
                            "arguments",
                            Map.of()));
            pieces(call.arguments())
                    .forEach(piece -> delta(index, json("arguments", piece, "type", "arguments_delta")));
        } else if (part instanceof ContentPart.Reasoning thought) {
            start(index, json("type", "thought"));
            String summary = thought.summary() == null ? "" : thought.summary();
            pieces(summary)
                    .forEach(piece -> delta(
                            index, json("content", json("text", piece, "type", "text"), "type", "thought_summary")));
            delta(index, json("signature", thought.signature(), "type", "thought_signature"));
        } else if (part instanceof ContentPart.Raw raw) {
            Map<String, Object> begun = json();
            Map<String, Object> rest = json();
            raw.json().forEach((name, value) -> (name.equals("arguments") ? rest : begun).put(name, value));
            rest.put("type", raw.json().get("type"));
            start(index, begun);
            delta(index, rest);
        }
        event("index", index, "event_type", "step.stop");
    }

    private void start(int index, Map<String, ?> step) {
        event("index", index, "step", step, "event_type", "step.start");
    }

    private void delta(int index, Map<String, ?> delta) {
        event("index", index, "delta", delta, "event_type", "step.delta");
    }

    @Override
    protected void end(String reason) {
        event("interaction", json("id", "", "status", reason), "event_type", "interaction.completed");
    }
}
