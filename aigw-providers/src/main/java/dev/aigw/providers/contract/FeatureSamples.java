package dev.aigw.providers.contract;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A small request for each {@link ChatFeature}, with values that can be found in any wire format. */
final class FeatureSamples {

    /** The question that every sample ends with. */
    static final String QUESTION = "question-q7x";

    private static final byte[] BYTES = "bytes-b4k".getBytes(StandardCharsets.UTF_8);
    private static final String SITE = "https://example.org/";
    private static final Message ASKED = Message.user("earlier-e2m");

    /**
     * A request with a feature.
     *
     * @param request the request
     * @param without the same request without the feature, which must be sent differently; null if it need not
     * @param marks texts that must be found in what is sent, plain or in base64
     */
    record Sample(ChatRequest request, @Nullable ChatRequest without, List<String> marks) {}

    private final @Nullable RequestReader own;

    FeatureSamples(@Nullable RequestReader own) {
        this.own = own;
    }

    /** Returns the plain question. */
    static ChatRequest plain() {
        return ask().build();
    }

    /** Returns a sample, or null when the vendor has no such feature. */
    @Nullable
    Sample of(ChatFeature feature) {
        return switch (feature) {
            case ANSWER -> conversation(List.of(new ContentPart.Text("answer-a3j")), "earlier-e2m", "answer-a3j");
            case SYSTEM -> sample(start().system("system-s9d").user(QUESTION), "system-s9d");
            case LATE_SYSTEM ->
                sample(
                        start().message(ASKED)
                                .assistant("answer-a3j")
                                .system("system-s9d")
                                .user(QUESTION),
                        "system-s9d");
            case SPEAKER -> sample(start().message(Message.user(QUESTION).withName("ulrike")), "ulrike");
            case CACHE_HINT -> part(ContentPart.CacheHint.SHORT);
            case IMAGE_BYTES, IMAGE_URL, IMAGE_FILE, IMAGE_DETAIL, AUDIO_BYTES, AUDIO_URL, VIDEO_BYTES, VIDEO_URL ->
                media(feature);
            case DOCUMENT_BYTES, DOCUMENT_TEXT, DOCUMENT_URL, DOCUMENT_FILE, DOCUMENT_CITED -> document(feature);
            case REASONING ->
                (own == null || own.thoughts().isEmpty())
                        ? null
                        : answered(own.thoughts().get(0));
            case OWN_RAW_PART -> (own == null || own.ownPart() == null) ? null : answered(own.ownPart());
            case FOREIGN_PART -> answered(new ContentPart.Raw("elsewhere", Map.of("type", "of_elsewhere")));
            case REFUSAL -> conversation(List.of(new ContentPart.Refusal("refusal-r5t")), "refusal-r5t");
            case TOOL, STRICT_TOOL, OWN_TOOL, FOREIGN_TOOL -> tool(feature);
            case TOOL_LOOP, RESULT_IMAGE, RESULT_ERROR, BROKEN_ARGUMENTS -> toolLoop(feature);
            case TOOL_CHOICE_AUTO ->
                new Sample(tools().toolChoice(ToolChoice.AUTO).build(), null, List.of());
            case TOOL_CHOICE_NONE, TOOL_CHOICE_REQUIRED, TOOL_CHOICE_ONE, PARALLEL_CALLS, NO_PARALLEL_CALLS ->
                calling(feature);
            default -> option(feature);
        };
    }

    private static ChatRequest.Builder start() {
        return ChatRequest.builder("any");
    }

    private static ChatRequest.Builder ask() {
        return start().user(QUESTION);
    }

    private static Sample sample(ChatRequest.Builder request, String... marks) {
        return new Sample(request.build(), plain(), List.of(marks));
    }

    private static ChatRequest.Builder asking(ContentPart... parts) {
        List<ContentPart> all = new ArrayList<>(List.of(new ContentPart.Text(QUESTION)));
        all.addAll(List.of(parts));
        return start().message(Message.of(Message.Role.USER, all));
    }

    private static Sample part(ContentPart part, String... marks) {
        return sample(asking(part), marks);
    }

    private static Sample media(ChatFeature feature) {
        Media png = Media.ofBytes("image/png", BYTES);
        return switch (feature) {
            case IMAGE_BYTES -> part(new ContentPart.Image(png), string(BYTES));
            case IMAGE_URL -> part(new ContentPart.Image(Media.ofUrl(SITE + "i.png")), SITE + "i.png");
            case IMAGE_FILE -> part(new ContentPart.Image(Media.ofFileId("file-f8w")), "file-f8w");
            case IMAGE_DETAIL ->
                new Sample(
                        asking(new ContentPart.Image(png, "low")).build(),
                        asking(new ContentPart.Image(png)).build(),
                        List.of("low"));
            case AUDIO_BYTES -> part(new ContentPart.Audio(Media.ofBytes("audio/wav", BYTES)), string(BYTES));
            case AUDIO_URL -> part(new ContentPart.Audio(Media.ofUrl(SITE + "a.mp3")), SITE + "a.mp3");
            case VIDEO_BYTES -> part(new ContentPart.Video(Media.ofBytes("video/mp4", BYTES)), string(BYTES));
            default -> part(new ContentPart.Video(Media.ofUrl(SITE + "v.mp4")), SITE + "v.mp4");
        };
    }

    private static Sample document(ChatFeature feature) {
        Media pdf = Media.ofBytes("application/pdf", BYTES);
        return switch (feature) {
            case DOCUMENT_BYTES -> part(new ContentPart.Document(pdf, "Title", false), string(BYTES));
            case DOCUMENT_TEXT ->
                part(new ContentPart.Document(Media.ofBytes("text/plain", BYTES), "Title", false), string(BYTES));
            case DOCUMENT_URL ->
                part(new ContentPart.Document(Media.ofUrl(SITE + "d.pdf"), "Title", false), SITE + "d.pdf");
            case DOCUMENT_FILE ->
                part(new ContentPart.Document(Media.ofFileId("file-f8w"), "Title", false), "file-f8w");
            default ->
                new Sample(
                        asking(new ContentPart.Document(pdf, "Title", true)).build(),
                        asking(new ContentPart.Document(pdf, "Title", false)).build(),
                        List.of(string(BYTES)));
        };
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Returns a conversation with an earlier answer of these parts. */
    private static Sample conversation(List<ContentPart> answer, String... marks) {
        return sample(
                start().message(ASKED)
                        .message(Message.of(Message.Role.ASSISTANT, answer))
                        .user(QUESTION),
                marks);
    }

    /** Returns a conversation whose earlier answer contains this part, compared with one without the part. */
    private static Sample answered(ContentPart part) {
        ContentPart.Text text = new ContentPart.Text("answer-a3j");
        return new Sample(
                conversation(List.of(part, text)).request(),
                conversation(List.of(text)).request(),
                List.of());
    }

    // ---------------------------------------------------------------------------------------------------------- tools

    private static Map<String, ?> schema(String property) {
        return Map.of(
                "type",
                "object",
                "properties",
                Map.of(property, Map.of("type", "string")),
                "required",
                List.of(property),
                "additionalProperties",
                false);
    }

    private static ToolSpec function(String name, @Nullable Boolean strict) {
        return new ToolSpec(name, "purpose-p6v", schema("property_y1c"), strict, null);
    }

    private static ChatRequest.Builder tools() {
        return ask().tool(function("tool_t1h", null)).tool(function("tool_t2g", null));
    }

    private @Nullable Sample tool(ChatFeature feature) {
        ToolSpec plain = function("tool_t1h", null);
        ChatRequest without = ask().tool(plain).build();
        return switch (feature) {
            case TOOL -> sample(ask().tool(plain), "tool_t1h", "purpose-p6v", "property_y1c");
            case STRICT_TOOL ->
                new Sample(ask().tool(function("tool_t1h", true)).build(), without, List.of());
            case FOREIGN_TOOL ->
                new Sample(
                        ask().tool(plain)
                                .tool(ToolSpec.raw("elsewhere", "theirs", Map.of("type", "of_elsewhere")))
                                .build(),
                        without,
                        List.of());
            default ->
                (own == null || own.ownTool() == null)
                        ? null
                        : new Sample(ask().tool(plain).tool(own.ownTool()).build(), without, List.of());
        };
    }

    private static Sample toolLoop(ChatFeature feature) {
        return switch (feature) {
            case TOOL_LOOP ->
                new Sample(
                        loop("{\"city\":\"Ulm-u5z\"}", false).build(),
                        plain(),
                        List.of("tool_t1h", "Ulm-u5z", "result-k3b"));
            case RESULT_ERROR -> against(loop("{\"city\":\"Ulm-u5z\"}", true));
            case BROKEN_ARGUMENTS -> against(loop("{\"city\":", false));
            default ->
                against(
                        loop("{\"city\":\"Ulm-u5z\"}", false, new ContentPart.Image(Media.ofBytes("image/png", BYTES))),
                        string(BYTES));
        };
    }

    private static Sample against(ChatRequest.Builder request, String... marks) {
        return new Sample(request.build(), loop("{\"city\":\"Ulm-u5z\"}", false).build(), List.of(marks));
    }

    private static ChatRequest.Builder loop(String arguments, boolean failed, ContentPart... more) {
        List<ContentPart> result = new ArrayList<>(List.of(new ContentPart.Text("result-k3b")));
        result.addAll(List.of(more));
        return start().tool(function("tool_t1h", null))
                .message(ASKED)
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ToolCall("call10000", "tool_t1h", arguments))))
                .message(
                        Message.of(Message.Role.TOOL, List.of(new ContentPart.ToolResult("call10000", result, failed))))
                .user(QUESTION);
    }

    private static Sample calling(ChatFeature feature) {
        ChatRequest.Builder request = tools();
        switch (feature) {
            case TOOL_CHOICE_NONE -> request.toolChoice(ToolChoice.NONE);
            case TOOL_CHOICE_REQUIRED -> request.toolChoice(ToolChoice.REQUIRED);
            case TOOL_CHOICE_ONE -> request.toolChoice(ToolChoice.tool("tool_t2g"));
            default -> request.parallelToolCalls(feature == ChatFeature.PARALLEL_CALLS);
        }
        return new Sample(request.build(), tools().build(), List.of());
    }

    // -------------------------------------------------------------------------------------------------------- options

    private Sample option(ChatFeature feature) {
        String tier = own == null ? "default" : own.serviceTier();
        return switch (feature) {
            case JSON -> sample(ask().responseFormat(ResponseFormat.JSON));
            case SCHEMA ->
                sample(ask().responseFormat(ResponseFormat.schema("schema", schema("property_y1c"))), "property_y1c");
            case REASONING_LEVEL -> sample(ask().reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH)));
            case REASONING_BUDGET -> sample(ask().reasoning(ReasoningEffort.budget(2048)));
            case VERBOSITY -> sample(ask().verbosity("high"), "high");
            case TEMPERATURE -> sample(ask().temperature(0.37), "0.37");
            case TOP_P -> sample(ask().topP(0.83), "0.83");
            case TOP_K -> sample(ask().topK(17), "17");
            case MAX_OUTPUT_TOKENS -> sample(ask().maxOutputTokens(1234), "1234");
            case STOP -> sample(ask().stop("stop-w2n"), "stop-w2n");
            case SEED -> sample(ask().seed(424_242), "424242");
            case PENALTIES -> sample(ask().frequencyPenalty(0.41).presencePenalty(0.59), "0.41", "0.59");
            case LOGPROBS -> sample(ask().topLogprobs(3));
            case SERVICE_TIER -> sample(ask().serviceTier(tier), tier);
            case METADATA -> sample(ask().metadata("label", "value-v8f"), "label", "value-v8f");
            case USER -> sample(ask().userId("user-u4p"), "user-u4p");
            case EXTRA -> sample(ask().extra("field_of_theirs", "extra-x3l"), "field_of_theirs", "extra-x3l");
            default -> throw new IllegalStateException("this is a bug in FeatureSamples: no sample of " + feature);
        };
    }
}
