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
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes chat requests at random: conversations of questions, answers, thoughts, tool calls and their results, and every
 * option, with the given {@linkplain ChatFeature features}.
 *
 * <p>Every tool call has its own id, and its result follows it; numbers are in ranges that every vendor takes. For one
 * request or answer.
 */
final class RandomChats {

    private static final int MOST_HINTS = 4;
    private static final String[] CHARACTERS =
            "a b c d e f g h i j k l m n o p q r s t u v w x y z ä ß € 漢 \u2028 \t \n \" \\ / { } [ ] : ,".split(" ");

    private final Set<ChatFeature> features;
    private final RequestReader own;
    private final Random random;
    private int calls;
    private int hints;
    private boolean shortHint;

    /**
     * Creates a generator.
     *
     * @param features the features to use
     * @param own the vendor's specifics
     * @param random the random source
     */
    RandomChats(Set<ChatFeature> features, RequestReader own, Random random) {
        this.features = features;
        this.own = own;
        this.random = random;
    }

    /** Returns all features but these. */
    static Set<ChatFeature> allBut(Set<ChatFeature> features) {
        Set<ChatFeature> all = EnumSet.allOf(ChatFeature.class);
        all.removeAll(features);
        return all;
    }

    /** Returns a request. */
    ChatRequest request() {
        List<Message> conversation = conversation();
        ChatRequest.Builder request = ChatRequest.builder("any").messages(conversation);
        boolean called =
                conversation.stream().anyMatch(message -> !message.toolCalls().isEmpty());
        List<ToolSpec> tools = tools(called);
        request.tools(tools);
        choose(request, tools);
        List<Boolean> parallel = new ArrayList<>();
        add(parallel, ChatFeature.PARALLEL_CALLS, true);
        add(parallel, ChatFeature.NO_PARALLEL_CALLS, false);
        if (!parallel.isEmpty() && random.nextInt(5) == 0) {
            request.parallelToolCalls(oneOf(parallel));
        }
        List<ResponseFormat> formats = new ArrayList<>(List.of(ResponseFormat.TEXT));
        add(formats, ChatFeature.JSON, ResponseFormat.JSON);
        add(formats, ChatFeature.SCHEMA, ResponseFormat.schema(word(), schema()));
        request.responseFormat(oneOf(formats));
        List<ReasoningEffort> efforts = new ArrayList<>();
        add(efforts, ChatFeature.REASONING_LEVEL, ReasoningEffort.of(oneOf(List.of(ReasoningEffort.Level.values()))));
        add(efforts, ChatFeature.REASONING_BUDGET, ReasoningEffort.budget(1024 + random.nextInt(29_000)));
        if (!efforts.isEmpty() && random.nextBoolean()) {
            request.reasoning(oneOf(efforts));
        }
        sample(request);
        return request.build();
    }

    /** Returns an answer of a model: text or tool calls, after its reasoning. */
    Message answer() {
        boolean calling = has(ChatFeature.TOOL_LOOP) && random.nextBoolean();
        return calling ? toolLoop().get(0) : words();
    }

    private boolean has(ChatFeature feature) {
        return features.contains(feature);
    }

    private <T> void add(List<T> choices, ChatFeature feature, T choice) {
        if (has(feature)) {
            choices.add(choice);
        }
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(8); length > 0; length--) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder("t");
        for (int length = random.nextInt(12); length > 0; length--) {
            int at = random.nextInt(CHARACTERS.length + 1);
            text.append(at == CHARACTERS.length ? " " : CHARACTERS[at]);
        }
        return text.toString();
    }

    // --------------------------------------------------------------------------------------------------- conversation

    private List<Message> conversation() {
        List<Message> messages = new ArrayList<>();
        if (has(ChatFeature.SYSTEM) && random.nextBoolean()) {
            messages.add(system());
        }
        for (int turns = random.nextInt(4); turns > 0; turns--) {
            List<Supplier<List<Message>>> kinds = new ArrayList<>();
            add(kinds, ChatFeature.ANSWER, () -> List.of(user(), words()));
            add(kinds, ChatFeature.TOOL_LOOP, () -> {
                List<Message> turn = new ArrayList<>(List.of(user()));
                turn.addAll(toolLoop());
                return turn;
            });
            add(kinds, ChatFeature.LATE_SYSTEM, () -> List.of(system()));
            if (!kinds.isEmpty()) {
                messages.addAll(oneOf(kinds).get());
            }
        }
        messages.add(user());
        return messages;
    }

    private Message system() {
        return Message.of(Message.Role.SYSTEM, parts(List.of(() -> new ContentPart.Text(text()))));
    }

    private Message user() {
        List<Supplier<ContentPart>> kinds = media();
        kinds.add(() -> new ContentPart.Text(text()));
        kinds.add(() -> new ContentPart.Text(text()));
        Message message = Message.of(Message.Role.USER, parts(kinds));
        boolean named = has(ChatFeature.SPEAKER) && random.nextInt(5) == 0;
        return named ? message.withName(word()) : message;
    }

    /** Returns one to four parts, the first a text, and maybe a cache hint. */
    private List<ContentPart> parts(List<Supplier<ContentPart>> kinds) {
        List<ContentPart> parts = new ArrayList<>(List.of(new ContentPart.Text(text())));
        for (int more = random.nextInt(4); more > 0; more--) {
            parts.add(oneOf(kinds).get());
        }
        if (has(ChatFeature.CACHE_HINT) && hints < MOST_HINTS && random.nextInt(3) == 0) {
            hints++;
            shortHint |= random.nextBoolean(); // no vendor takes a long-lived one after it
            parts.add(shortHint ? ContentPart.CacheHint.SHORT : ContentPart.CacheHint.LONG);
        }
        return parts;
    }

    private List<Supplier<ContentPart>> media() {
        List<Supplier<ContentPart>> kinds = new ArrayList<>();
        add(kinds, ChatFeature.IMAGE_BYTES, () -> new ContentPart.Image(bytes("image/png")));
        add(kinds, ChatFeature.IMAGE_URL, () -> new ContentPart.Image(url("png")));
        add(kinds, ChatFeature.IMAGE_FILE, () -> new ContentPart.Image(file()));
        add(
                kinds,
                ChatFeature.IMAGE_DETAIL,
                () -> new ContentPart.Image(bytes("image/png"), oneOf(List.of("low", "high", "auto"))));
        add(kinds, ChatFeature.AUDIO_BYTES, () -> new ContentPart.Audio(bytes("audio/wav")));
        add(kinds, ChatFeature.AUDIO_URL, () -> new ContentPart.Audio(url("mp3")));
        add(kinds, ChatFeature.VIDEO_BYTES, () -> new ContentPart.Video(bytes("video/mp4")));
        add(kinds, ChatFeature.VIDEO_URL, () -> new ContentPart.Video(url("mp4")));
        add(kinds, ChatFeature.DOCUMENT_BYTES, () -> document(bytes("application/pdf"), false));
        add(
                kinds,
                ChatFeature.DOCUMENT_TEXT,
                () -> document(Media.ofBytes("text/plain", text().getBytes(StandardCharsets.UTF_8)), false));
        add(kinds, ChatFeature.DOCUMENT_URL, () -> document(url("pdf"), false));
        add(kinds, ChatFeature.DOCUMENT_FILE, () -> document(file(), false));
        add(kinds, ChatFeature.DOCUMENT_CITED, () -> document(bytes("application/pdf"), true));
        return kinds;
    }

    private Media bytes(String mimeType) {
        byte[] bytes = new byte[1 + random.nextInt(6)];
        random.nextBytes(bytes);
        return Media.ofBytes(mimeType, bytes);
    }

    private Media url(String extension) {
        return Media.ofUrl("https://example.org/" + word() + "." + extension);
    }

    private Media file() {
        return Media.ofFileId("file-" + word());
    }

    private ContentPart document(Media media, boolean cited) {
        return new ContentPart.Document(media, word(), cited);
    }

    private Message words() {
        List<ContentPart> parts = thoughts();
        boolean refused = has(ChatFeature.REFUSAL) && random.nextBoolean();
        parts.add(refused ? new ContentPart.Refusal(text()) : new ContentPart.Text(text()));
        return Message.of(Message.Role.ASSISTANT, parts);
    }

    /** Returns the parts before an answer. */
    private List<ContentPart> thoughts() {
        List<ContentPart> kinds = new ArrayList<>();
        if (has(ChatFeature.REASONING) && !own.thoughts().isEmpty()) {
            kinds.add(oneOf(own.thoughts()));
        }
        ContentPart.Raw part = own.ownPart();
        if (part != null) {
            add(kinds, ChatFeature.OWN_RAW_PART, part);
        }
        add(kinds, ChatFeature.FOREIGN_PART, new ContentPart.Reasoning("hm", null, "SIGNED", null, "elsewhere"));
        add(kinds, ChatFeature.FOREIGN_PART, new ContentPart.Raw("elsewhere", Map.of("type", "of_elsewhere")));
        return new ArrayList<>((kinds.isEmpty() || random.nextBoolean()) ? List.of() : List.of(oneOf(kinds)));
    }

    /** Returns an answer that calls tools, and their results. */
    private List<Message> toolLoop() {
        List<ContentPart> answer = thoughts();
        List<Message> results = new ArrayList<>();
        boolean picture = has(ChatFeature.RESULT_IMAGE) && random.nextBoolean();
        boolean failed = has(ChatFeature.RESULT_ERROR) && random.nextBoolean();
        for (int asked = 1 + random.nextInt(3); asked > 0; asked--) {
            String id = "call" + (10_000 + calls++); // every vendor takes it unchanged
            answer.add(new ToolCall(id, word(), arguments()));
            List<ContentPart> content = new ArrayList<>(List.of(new ContentPart.Text(text())));
            if (picture) {
                content.add(new ContentPart.Image(bytes("image/png")));
            }
            ContentPart result = new ContentPart.ToolResult(id, content, failed && results.isEmpty());
            results.add(Message.of(Message.Role.TOOL, List.of(result)));
        }
        results.add(0, Message.of(Message.Role.ASSISTANT, answer));
        return results;
    }

    private String arguments() {
        boolean broken = has(ChatFeature.BROKEN_ARGUMENTS) && random.nextBoolean();
        return broken ? oneOf(List.of("{\"city\":", "[1]", "")) : Json.text(Map.of(word(), text()));
    }

    // -------------------------------------------------------------------------------------------------------- options

    /** Returns tools, at least one if some were called before: not every vendor takes calls in a request without. */
    private List<ToolSpec> tools(boolean called) {
        Map<String, ToolSpec> tools = new LinkedHashMap<>();
        if (called && has(ChatFeature.TOOL)) {
            ToolSpec tool = function();
            tools.put(tool.name(), tool);
        }
        for (int count = random.nextInt(4); count > 0; count--) {
            List<ToolSpec> kinds = new ArrayList<>();
            add(kinds, ChatFeature.TOOL, function());
            add(kinds, ChatFeature.TOOL, function());
            ToolSpec theirs = own.ownTool();
            if (theirs != null) {
                add(kinds, ChatFeature.OWN_TOOL, theirs);
            }
            add(kinds, ChatFeature.FOREIGN_TOOL, ToolSpec.raw("elsewhere", "theirs", Map.of("type", "theirs")));
            if (!kinds.isEmpty()) {
                ToolSpec tool = oneOf(kinds);
                tools.putIfAbsent(tool.name(), tool);
            }
        }
        return List.copyOf(tools.values());
    }

    private ToolSpec function() {
        String description = random.nextInt(5) == 0 ? null : text();
        boolean says = has(ChatFeature.STRICT_TOOL) && random.nextInt(3) > 0;
        Boolean strict = says ? Boolean.valueOf(random.nextBoolean()) : null;
        return new ToolSpec(word(), description, schema(), strict, null);
    }

    private Map<String, ?> schema() {
        String name = word();
        return Map.of(
                "type",
                "object",
                "properties",
                Map.of(name, Map.of("type", oneOf(List.of("string", "integer", "boolean")))),
                "required",
                List.of(name),
                "additionalProperties",
                false);
    }

    private void choose(ChatRequest.Builder request, List<ToolSpec> tools) {
        @Nullable
        String function = tools.stream()
                .filter(tool -> tool.provider() == null)
                .map(ToolSpec::name)
                .findFirst()
                .orElse(null);
        if (function == null || random.nextBoolean()) {
            return;
        }
        List<ToolChoice> choices = new ArrayList<>();
        add(choices, ChatFeature.TOOL_CHOICE_AUTO, ToolChoice.AUTO);
        add(choices, ChatFeature.TOOL_CHOICE_NONE, ToolChoice.NONE);
        add(choices, ChatFeature.TOOL_CHOICE_REQUIRED, ToolChoice.REQUIRED);
        add(choices, ChatFeature.TOOL_CHOICE_ONE, ToolChoice.tool(function));
        if (!choices.isEmpty()) {
            request.toolChoice(oneOf(choices));
        }
    }

    private void sample(ChatRequest.Builder request) {
        maybe(ChatFeature.VERBOSITY, () -> oneOf(List.of("low", "medium", "high")), request::verbosity);
        maybe(ChatFeature.TEMPERATURE, this::share, request::temperature);
        maybe(ChatFeature.TOP_P, this::share, request::topP);
        maybe(ChatFeature.TOP_K, this::count, request::topK);
        maybe(ChatFeature.MAX_OUTPUT_TOKENS, () -> count() * 1000, request::maxOutputTokens);
        maybe(
                ChatFeature.STOP,
                () -> random.nextBoolean() ? List.of(word()) : List.of(word(), word()),
                words -> request.stop(words));
        maybe(ChatFeature.SEED, random::nextInt, seed -> request.seed(seed));
        maybe(ChatFeature.PENALTIES, this::share, request::frequencyPenalty);
        maybe(ChatFeature.PENALTIES, this::share, request::presencePenalty);
        maybe(ChatFeature.LOGPROBS, this::count, request::topLogprobs);
        maybe(ChatFeature.SERVICE_TIER, own::serviceTier, request::serviceTier);
        maybe(ChatFeature.METADATA, this::word, label -> request.metadata(label, "m" + label));
        maybe(ChatFeature.USER, this::word, request::userId);
    }

    private double share() {
        return (1 + random.nextInt(100)) / 100.0;
    }

    private int count() {
        return 1 + random.nextInt(5);
    }

    private <T> void maybe(ChatFeature feature, Supplier<T> value, Consumer<T> setter) {
        if (has(feature) && random.nextBoolean()) {
            setter.accept(value.get());
        }
    }
}
