package dev.aigw.api.chat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.JsonFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plain form of requests. */
final class RequestForm {

    private static final String TYPE = "chat_request";

    /** Increment it when an older reader would misread a change. A new member that may be ignored is no such change. */
    private static final int VERSION = 1;

    private RequestForm() {}

    static Map<String, @Nullable Object> of(ChatRequest chat) {
        return JsonFields.of(TYPE, VERSION)
                .with("model", chat.model())
                .with("messages", chat.messages(), PartForm::of)
                .with("tools", chat.tools(), RequestForm::of)
                .with("tool_choice", of(chat.toolChoice()))
                .with("parallel_tool_calls", chat.parallelToolCalls())
                .with("response_format", of(chat.responseFormat()))
                .with("reasoning", of(chat.reasoning()))
                .with("verbosity", chat.verbosity())
                .with("sampling", of(chat.sampling()))
                .with("max_output_tokens", chat.maxOutputTokens())
                .with("stop", chat.stop(), text -> text)
                .with("top_logprobs", chat.topLogprobs())
                .with("service_tier", chat.serviceTier())
                .with("metadata", chat.metadata())
                .with("user", chat.user())
                .with("extra", chat.extra())
                .plain();
    }

    static ChatRequest request(Map<String, ?> form) {
        JsonFields fields = JsonFields.read(form, TYPE, VERSION);
        ChatRequest.Builder request = ChatRequest.builder(fields.needText("model"))
                .messages(fields.list("messages", PartForm::message))
                .tools(fields.list("tools", RequestForm::tool))
                .toolChoice(fields.has("tool_choice") ? choice(fields.fields("tool_choice")) : null)
                .parallelToolCalls(fields.get("parallel_tool_calls", Boolean.class))
                .reasoning(fields.has("reasoning") ? effort(fields.fields("reasoning")) : null)
                .verbosity(fields.text("verbosity"))
                .maxOutputTokens(fields.integer("max_output_tokens"))
                .stop(fields.texts("stop"))
                .topLogprobs(fields.integer("top_logprobs"))
                .serviceTier(fields.text("service_tier"))
                .userId(fields.text("user"))
                .extra(fields.map("extra"));
        if (fields.has("metadata")) {
            JsonFields metadata = fields.fields("metadata");
            metadata.plain().keySet().forEach(name -> request.metadata(name, metadata.needText(name)));
        }
        if (fields.has("response_format")) {
            request.responseFormat(format(fields.fields("response_format")));
        }
        try {
            if (fields.has("sampling")) {
                request.sampling(sampling(fields.fields("sampling")));
            }
            return request.build();
        } catch (GatewayException e) {
            throw new IllegalArgumentException("not a request that can be made: " + e.getMessage(), e);
        }
    }

    private static Object of(ToolSpec tool) {
        return JsonFields.none()
                .with("name", tool.name())
                .with("description", tool.description())
                .with("parameters", (Object) tool.parameters())
                .with("strict", tool.strict())
                .with("provider", tool.provider())
                .plain();
    }

    private static ToolSpec tool(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        return new ToolSpec(
                fields.needText("name"),
                fields.text("description"),
                fields.map("parameters"),
                fields.get("strict", Boolean.class),
                fields.text("provider"));
    }

    private static @Nullable Object of(@Nullable ToolChoice choice) {
        return choice == null
                ? null
                : JsonFields.none()
                        .with("mode", choice.mode())
                        .with("tool", choice.toolName())
                        .plain();
    }

    private static ToolChoice choice(JsonFields fields) {
        ToolChoice.Mode mode = fields.constant("mode", ToolChoice.Mode.class);
        return new ToolChoice(mode, mode == ToolChoice.Mode.TOOL ? fields.needText("tool") : null);
    }

    private static @Nullable Object of(ResponseFormat format) {
        return format.equals(ResponseFormat.TEXT)
                ? null
                : JsonFields.none()
                        .with("type", format.type())
                        .with("name", format.name())
                        .with("schema", (Object) format.schema())
                        .with("strict", format.strict() ? true : null)
                        .plain();
    }

    private static ResponseFormat format(JsonFields fields) {
        ResponseFormat.Type type = fields.constant("type", ResponseFormat.Type.class);
        boolean schema = type == ResponseFormat.Type.SCHEMA;
        return new ResponseFormat(
                type,
                schema ? fields.needText("name") : null,
                schema ? fields.fields("schema").plain() : null,
                fields.flag("strict"));
    }

    private static @Nullable Object of(@Nullable ReasoningEffort effort) {
        return effort == null
                ? null
                : JsonFields.none()
                        .with("level", effort.level())
                        .with("budget_tokens", effort.budgetTokens())
                        .plain();
    }

    private static ReasoningEffort effort(JsonFields fields) {
        return fields.has("level")
                ? ReasoningEffort.of(fields.constant("level", ReasoningEffort.Level.class))
                : ReasoningEffort.budget(fields.needInteger("budget_tokens"));
    }

    private static @Nullable Object of(Sampling sampling) {
        return sampling.equals(Sampling.DEFAULT)
                ? null
                : JsonFields.none()
                        .with("temperature", sampling.temperature())
                        .with("top_p", sampling.topP())
                        .with("top_k", sampling.topK())
                        .with("seed", sampling.seed())
                        .with("frequency_penalty", sampling.frequencyPenalty())
                        .with("presence_penalty", sampling.presencePenalty())
                        .plain();
    }

    private static Sampling sampling(JsonFields fields) {
        return Sampling.builder()
                .temperature(fields.number("temperature"))
                .topP(fields.number("top_p"))
                .topK(fields.integer("top_k"))
                .seed(fields.whole("seed"))
                .frequencyPenalty(fields.number("frequency_penalty"))
                .presencePenalty(fields.number("presence_penalty"))
                .build();
    }
}
