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
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Gemini on either service: the Gemini API or Vertex AI. */
public final class GeminiVendor extends Vendor {

    private static final String REPLY = "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":%s}]}";
    private static final String WHOLE =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}]},\"finishReason\":\"%s\"}]}";
    private static final String NO_SIGNATURE = ",\"thoughtSignature\":\"skip_thought_signature_validator\"";

    private final boolean vertex;

    /** Creates the Gemini API or Vertex AI. */
    public GeminiVendor(boolean vertex) {
        super(vertex ? "vertex" : "gemini", vertex ? "gemini-2.5-flash" : "gemini-3-flash", WHOLE, "STOP");
        this.vertex = vertex;
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        GeminiAdapter.Builder builder =
                vertex ? GeminiAdapter.vertex("project", "europe-west1").name("vertex") : GeminiAdapter.builder();
        return builder.httpClient(client).dropUnsupported(drop).build();
    }

    @Override
    protected String errors() {
        return "gemini";
    }

    @Override
    protected String definition() {
        return "GenerateContentRequest";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(new ContentPart.Reasoning(null, "hm", "U0lHTkVE", null, toString()));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw(toString(), json("executableCode", json("language", "PYTHON", "code", "1+1")));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw(toString(), "search", json("googleSearch", Map.of()));
    }

    @Override
    protected String serviceTier() {
        return "flex";
    }

    @Override
    protected Set<ChatFeature> reported() {
        Set<ChatFeature> reported = EnumSet.of(
                ChatFeature.FOREIGN_PART,
                ChatFeature.FOREIGN_TOOL,
                ChatFeature.LATE_SYSTEM,
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_DETAIL,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.NO_PARALLEL_CALLS,
                ChatFeature.VERBOSITY);
        if (!vertex) {
            reported.addAll(EnumSet.of(ChatFeature.METADATA, ChatFeature.REASONING_LEVEL)); // NONE is MINIMAL
        }
        return reported;
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
    protected Blur blur() {
        return Blur.KIND;
    }

    @Override
    protected void take(SentJson body) {
        said(Message.Role.SYSTEM, parts(body.at("systemInstruction").at("parts")));
        for (SentJson content : body.at("contents").items()) {
            if (content.at("role").text().equals("model")) {
                answered(REPLY.formatted(content.toString().replace(NO_SIGNATURE, "")));
            } else {
                said(Message.Role.USER, parts(content.at("parts")));
            }
        }
        for (SentJson tool : body.at("tools").items()) {
            if (tool.has("functionDeclarations")) {
                tool.at("functionDeclarations")
                        .items()
                        .forEach(function -> tool(function, function, function.at("parametersJsonSchema")));
            } else {
                tool(tool, tool, tool.at("parameters"));
            }
        }
        SentJson calling = body.at("toolConfig").at("functionCallingConfig");
        if (calling.isObject()) {
            String mode = calling.at("mode").text();
            choice(
                    mode.equals("ANY") ? "required" : mode.equals("VALIDATED") ? "auto" : mode,
                    calling.at("allowedFunctionNames").items().stream()
                            .map(SentJson::text)
                            .findFirst()
                            .orElse(null));
        }
        word(body, "serviceTier", request()::serviceTier);
        metadata(body.at("labels"));
        generation(body.at("generationConfig"));
    }

    private void generation(SentJson config) {
        schema(config.at("responseJsonSchema"));
        if (config.has("responseMimeType") && !config.has("responseJsonSchema")) {
            request().responseFormat(ResponseFormat.JSON);
        }
        SentJson thinking = config.at("thinkingConfig");
        if (thinking.isObject()) {
            thinks(thinking.at("includeThoughts").isTrue());
        }
        number(config, "temperature", request()::temperature);
        number(config, "topP", request()::topP);
        count(config, "topK", request()::topK);
        count(config, "maxOutputTokens", request()::maxOutputTokens);
        stop(config.at("stopSequences"));
        count(config, "seed", seed -> request().seed(seed.longValue()));
        number(config, "frequencyPenalty", request()::frequencyPenalty);
        number(config, "presencePenalty", request()::presencePenalty);
        count(config, "logprobs", request()::topLogprobs);
    }

    private static List<ContentPart> parts(SentJson given) {
        List<ContentPart> parts = new ArrayList<>();
        given.items().forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(SentJson part) {
        SentJson inline = part.at("inlineData");
        SentJson file = part.at("fileData");
        SentJson result = part.at("functionResponse");
        if (part.has("text")) {
            return new ContentPart.Text(part.text("text"));
        } else if (inline.isObject()) {
            return part(Media.ofBase64(inline.text("mimeType"), inline.text("data")));
        } else if (file.isObject()) {
            String uri = file.text("fileUri");
            return part(uri.startsWith("http") ? Media.ofUrl(uri) : Media.ofFileId(uri));
        }
        SentJson response = result.at("response");
        boolean failed = response.has("error");
        List<ContentPart> content = new ArrayList<>();
        content.add(new ContentPart.Text(response.text(failed ? "error" : "output")));
        content.addAll(parts(result.at("parts")));
        return new ContentPart.ToolResult(result.text("id"), content, failed);
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("STOP", FinishReason.Kind.STOP),
                Map.entry("MAX_TOKENS", FinishReason.Kind.LENGTH),
                Map.entry("SAFETY", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("BLOCKLIST", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("PROHIBITED_CONTENT", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("SPII", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("RECITATION", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("IMAGE_SAFETY", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("MALFORMED_FUNCTION_CALL", FinishReason.Kind.MALFORMED),
                Map.entry("UNEXPECTED_TOOL_CALL", FinishReason.Kind.MALFORMED),
                Map.entry("OTHER", FinishReason.Kind.UNKNOWN),
                Map.entry("LANGUAGE", FinishReason.Kind.UNKNOWN));
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'candidates':[{'content':{'parts':[{'text':'TEXT'}],'role':'model'},'index':0}],'usageMetadata':"
                        + "{'promptTokenCount':7,'candidatesTokenCount':N,'totalTokenCount':N,'promptTokensDetails':"
                        + "[{'modality':'TEXT','tokenCount':7}]},'modelVersion':'m','responseId':'r'}",
                List.of(
                        "{'candidates':[{'content':{'parts':[{'text':'TEXT','thought':true}],'role':'model'},"
                                + "'index':0}],'usageMetadata':{'promptTokenCount':7,'thoughtsTokenCount':N},"
                                + "'modelVersion':'m','responseId':'r'}",
                        "{'candidates':[{'content':{'parts':[{'text':'TEXT'}],'role':'model'},'index':0}],"
                                + "'modelVersion':'m','responseId':'r'}",
                        "{'candidates':[{'content':{'parts':[{'text':'TEXT'},{'text':'TEXT'}]},'index':0}]}",
                        "{'candidates':[{'content':{'parts':[{'functionCall':{'id':'t','name':'f','args':{}}}]},"
                                + "'index':0}],'responseId':'r'}"),
                "{'candidates':[{'content':{'parts':[{'text':'TEXT'}]},'index':0,'finishReason':'STOP'}]}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING, ChatFeature.OWN_RAW_PART);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> chunk(json("text", piece)));
        } else if (part instanceof ToolCall call) {
            Object arguments = Json.plain(Json.parseOrNull(call.arguments()));
            chunk(json("functionCall", json("id", call.id(), "name", call.name(), "args", arguments)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            List<String> pieces = pieces(thought.summary());
            for (int i = 0; i < pieces.size(); i++) {
                Map<String, Object> piece = json("text", pieces.get(i), "thought", true);
                if (i == pieces.size() - 1) {
                    piece.put("thoughtSignature", thought.signature());
                }
                chunk(piece);
            }
        } else if (part instanceof ContentPart.Raw raw) {
            chunk(raw.json());
        }
    }

    private void chunk(Map<String, ?> part) {
        event(
                "candidates",
                List.of(json("content", json("parts", List.of(part), "role", "model"), "index", 0)),
                "usageMetadata",
                json("promptTokenCount", 7, "candidatesTokenCount", written()));
    }

    @Override
    protected void end(String reason) {
        event("candidates", List.of(json("finishReason", reason)));
    }
}
