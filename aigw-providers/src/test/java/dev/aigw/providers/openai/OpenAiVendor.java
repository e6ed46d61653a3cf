package dev.aigw.providers.openai;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Chat completions of OpenAI, and of Mistral with its different terms. */
public class OpenAiVendor extends Vendor {

    private static final String REPLY = "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":%s}]}";
    private static final String WHOLE = "{\"choices\":[{\"message\":{\"content\":\"ok\"},\"finish_reason\":\"%s\"}]}";

    /** Creates OpenAI's. */
    public OpenAiVendor() {
        this("openai", "gpt-5-mini");
    }

    /** Creates another vendor with this protocol. */
    protected OpenAiVendor(String name, String model) {
        super(name, model, WHOLE, "stop");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return OpenAiAdapter.builder().httpClient(client).dropUnsupported(drop).build();
    }

    @Override
    protected String definition() {
        return "CreateChatCompletionRequest";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(new ContentPart.Reasoning("hm", null, null, null, null));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw("openai", json("type", "text", "text", "as it came"));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw(
                "openai",
                "grammar",
                json("type", "custom", "custom", json("name", "grammar", "format", json("type", "text"))));
    }

    @Override
    protected String serviceTier() {
        return "flex";
    }

    @Override
    protected Set<ChatFeature> reported() {
        return reportedByMostAnd(
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.IMAGE_FILE,
                ChatFeature.DOCUMENT_URL,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.RESULT_IMAGE,
                ChatFeature.OWN_RAW_PART,
                ChatFeature.TOP_K,
                ChatFeature.REASONING_BUDGET);
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // the vendor caches by itself
                ChatFeature.CACHE_HINT,
                // the result's text says it
                ChatFeature.RESULT_ERROR,
                // not sent back
                ChatFeature.REASONING);
    }

    /** Returns the name of the field for the most tokens of output. */
    protected String maxTokens() {
        return "max_completion_tokens";
    }

    /** Returns the name of the field for the seed. */
    protected String seed() {
        return "seed";
    }

    @Override
    protected void take(SentJson body) {
        body.at("messages").items().forEach(this::message);
        body.at("tools")
                .items()
                .forEach(tool ->
                        tool(tool, tool.at("function"), tool.at("function").at("parameters")));
        SentJson choice = body.at("tool_choice");
        if (!choice.isMissing()) {
            String mode = choice.isText() ? choice.text() : "";
            choice(mode.equals("any") ? "required" : mode, choice.at("function").text("name"));
        }
        if (body.has("parallel_tool_calls")) {
            request().parallelToolCalls(body.at("parallel_tool_calls").isTrue());
        }
        SentJson format = body.at("response_format");
        if ("json_object".equals(format.text("type"))) {
            request().responseFormat(ResponseFormat.JSON);
        }
        schema(format.at("json_schema").at("schema"));
        word(body, "reasoning_effort", effort -> thinks(!effort.equals("none")));
        word(body, "verbosity", request()::verbosity);
        number(body, "temperature", request()::temperature);
        number(body, "top_p", request()::topP);
        count(body, maxTokens(), request()::maxOutputTokens);
        stop(body.at("stop"));
        count(body, seed(), seed -> request().seed(seed.longValue()));
        number(body, "frequency_penalty", request()::frequencyPenalty);
        number(body, "presence_penalty", request()::presencePenalty);
        count(body, "top_logprobs", request()::topLogprobs);
        word(body, "service_tier", request()::serviceTier);
        metadata(body.at("metadata"));
        word(body, "user", request()::userId);
    }

    private void message(SentJson message) {
        String role = message.at("role").text();
        SentJson content = message.at("content");
        if (role.equals("assistant")) {
            answered(REPLY, message);
        } else if (role.equals("tool")) {
            said(
                    Message.Role.TOOL,
                    List.of(new ContentPart.ToolResult(
                            message.text("tool_call_id"), List.of(new ContentPart.Text(content.text())), false)));
        } else {
            List<ContentPart> parts = new ArrayList<>();
            if (content.isText()) {
                parts.add(new ContentPart.Text(content.text()));
            }
            content.items().forEach(part -> parts.add(asked(part)));
            request()
                    .message(Message.of(Message.Role.valueOf(role.toUpperCase(Locale.ROOT)), parts)
                            .withName(message.text("name")));
        }
    }

    private static ContentPart asked(SentJson part) {
        String type = part.at("type").text();
        SentJson value = part.at(type);
        return switch (type) {
            case "text" -> new ContentPart.Text(value.text());
            case "image_url" -> new ContentPart.Image(url(value.text("url")), value.text("detail"));
            case "input_audio" ->
                new ContentPart.Audio(
                        value.isText()
                                ? value.text().startsWith("http")
                                        ? Media.ofUrl(value.text())
                                        : Media.ofBase64("audio/wav", value.text())
                                : Media.ofBase64("audio/" + value.text("format"), value.text("data")));
            case "file" ->
                new ContentPart.Document(
                        value.has("file_id") ? Media.ofFileId(value.text("file_id")) : url(value.text("file_data")),
                        null,
                        false);
            case "document_url" -> new ContentPart.Document(url(value.text()), null, false);
            default -> throw new IllegalArgumentException(type);
        };
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("stop", FinishReason.Kind.STOP),
                Map.entry("length", FinishReason.Kind.LENGTH),
                Map.entry("tool_calls", FinishReason.Kind.TOOL_CALLS),
                Map.entry("function_call", FinishReason.Kind.TOOL_CALLS),
                Map.entry("content_filter", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("of_tomorrow", FinishReason.Kind.UNKNOWN));
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'id':'c','choices':[{'index':0,'delta':{'content':'TEXT'},'finish_reason':null}],'obfuscation':'FILL'}",
                List.of(
                        "{'id':'c','choices':[{'index':0,'delta':{'content':'TEXT','refusal':'no'}}]}",
                        "{'id':'c','choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id':'t','function':"
                                + "{'name':'f','arguments':'{}'}}]}}]}"),
                "{'id':'c','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REFUSAL);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> chunk(json("content", piece), null));
        } else if (part instanceof ContentPart.Refusal refusal) {
            pieces(refusal.text()).forEach(piece -> chunk(json("refusal", piece), null));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> function = json("name", call.name(), "arguments", "");
            chunk(json("tool_calls", List.of(json("index", index, "id", call.id(), "function", function))), null);
            pieces(call.arguments())
                    .forEach(piece -> chunk(
                            json("tool_calls", List.of(json("index", index, "function", json("arguments", piece)))),
                            null));
        }
    }

    @Override
    protected void end(String reason) {
        chunk(Map.of(), reason);
    }

    private void chunk(Map<String, ?> delta, String reason) {
        event("choices", List.of(json("index", 0, "delta", delta, "finish_reason", reason)));
    }
}
