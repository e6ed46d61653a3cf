package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.events.Finishes;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads chat completions, and the parts that whole answers and streams share. */
final class ChatCodec {

    /** The names of the fields that count tokens. */
    record UsageNames(String input, String inputDetails, String output, String outputDetails) {

        static final UsageNames CHAT = of("prompt", "completion");
        static final UsageNames RESPONSES = of("input", "output");

        private static UsageNames of(String input, String output) {
            return new UsageNames(
                    input + "_tokens", input + "_tokens_details", output + "_tokens", output + "_tokens_details");
        }
    }

    private static final String[] READ = {
        "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens", "cache_read_input_tokens"
    };
    private static final String[] WRITTEN = {"cache_write_tokens", "cache_creation_tokens"};

    private final String provider;
    private final Dialect dialect;
    private final boolean writesLong;

    /** Creates a codec; {@code writesLong} says whether the request asked for a long life of what the vendor caches. */
    ChatCodec(String provider, Dialect dialect, boolean writesLong) {
        this.provider = provider;
        this.dialect = dialect;
        this.writesLong = writesLong;
    }

    /**
     * Reads a whole answer if it is of the usual shape; null otherwise.
     *
     * @throws IOException if it is not JSON
     */
    @Nullable
    ChatResponse readUsual(JsonParser json) throws IOException {
        boolean plain = dialect.replyFields.isEmpty() && dialect.sources == null && dialect.reasoningDetails == null;
        return plain ? UsualReply.read(this, json) : null;
    }

    /** Reads a whole answer. */
    ChatResponse decode(HttpReply reply) {
        JsonNode root = reply.json();
        JsonNode choice = firstChoice(root);
        JsonNode message = choice == null ? MissingNode.getInstance() : Json.at(choice, "message");
        if (choice == null || (!message.isObject() && !choice.hasNonNull("finish_reason"))) {
            throw reply.malformed("the reply has no choices[0].message");
        }
        ChatResponse.Builder response = ChatResponse.builder()
                .id(Json.textOf(root, "id"))
                .model(Json.textOf(root, "model"))
                .serviceTier(Json.textOf(root, "service_tier"))
                .finishReason(Finishes.of(finishReason(reason(choice)), hasCalls(message)))
                .logprobs(logprobs(choice));
        response.usage(usage(root.get("usage"), new Counts(response::warning)));
        String fingerprint = Json.textOf(root, "system_fingerprint");
        if (fingerprint != null) {
            response.extra("system_fingerprint", fingerprint);
        }
        extra(root, choice).forEach(response::extra);
        addParts(provider, response, message, sources(root));
        String text = message.isObject() ? null : Json.textOf(choice, "text"); // a completion's, from some proxies
        if (text != null && !text.isEmpty()) {
            response.part(new ContentPart.Text(text));
        }
        if (dialect.reasoningDetails != null) {
            ReasoningDetails details = new ReasoningDetails();
            details.add(reasoningDetails(message));
            ContentPart.Raw part = part(details);
            if (part != null) {
                response.part(part);
            }
        }
        return response.build();
    }

    /** Returns the pieces of reasoning in a message or delta, possibly none. */
    JsonNode reasoningDetails(JsonNode message) {
        return dialect.reasoningDetails == null
                ? MissingNode.getInstance()
                : Json.at(message, dialect.reasoningDetails);
    }

    /** Returns pieces of reasoning as a part, or null if there are none. */
    ContentPart.@Nullable Raw part(ReasoningDetails details) {
        return dialect.reasoningDetails == null ? null : details.part(provider, dialect.reasoningDetails);
    }

    /** Returns the fields of a reply or chunk that the dialect puts into the extras. */
    Map<String, Object> extra(JsonNode root, @Nullable JsonNode choice) {
        Map<String, Object> extra = Map.of();
        for (String field : dialect.replyFields) {
            JsonNode value = root.has(field) || choice == null ? root.get(field) : choice.get(field);
            Object plain = value == null ? null : Json.plain(value);
            if (plain != null) {
                extra = extra.isEmpty() ? new LinkedHashMap<>(4) : extra;
                extra.put(field, plain);
            }
        }
        return extra;
    }

    /** Returns the sources that a reply or chunk lists separately from the answer, possibly none. */
    List<Citation> sources(JsonNode root) {
        JsonNode list = dialect.sources == null ? MissingNode.getInstance() : Json.at(root, dialect.sources);
        if (list.isEmpty()) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>(list.size());
        for (JsonNode source : list) {
            boolean bare = source.isTextual();
            citations.add(Citation.builder(String.valueOf(dialect.sources))
                    .url(bare ? source.textValue() : Json.textOf(source, "url"))
                    .title(Json.textOf(source, "title"))
                    .citedText(Json.textOf(source, "snippet"))
                    .raw(bare ? Map.of("url", source.textValue()) : Json.map(source))
                    .build());
        }
        return citations;
    }

    private static void addParts(
            String provider, ChatResponse.Builder response, JsonNode message, List<Citation> sources) {
        String reasoning = reasoning(message);
        if (reasoning != null && !reasoning.isEmpty()) {
            response.part(new ContentPart.Reasoning(reasoning, null, null, null, null));
        }
        List<Citation> citations = citations(message);
        if (!sources.isEmpty()) {
            citations = new ArrayList<>(citations);
            citations.addAll(sources);
        }
        addContent(provider, response, message, citations);
        MessageParts.images(provider, message).forEach(response::part);
        ContentPart.Audio audio = MessageParts.audio(message);
        if (audio != null) {
            response.part(audio);
        }
        String refusal = Json.textOf(message, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            response.part(new ContentPart.Refusal(refusal));
        }
        for (JsonNode call : Json.at(message, "tool_calls")) {
            response.part(toolCall(Json.textOf(call, "id"), function(call)));
        }
        JsonNode legacy = Json.at(message, "function_call");
        if (legacy.isObject()) {
            response.part(toolCall(null, legacy));
        }
    }

    /** Adds the content; the words of a sound are the text of a message that has no other. */
    private static void addContent(
            String provider, ChatResponse.Builder response, JsonNode message, List<Citation> citations) {
        JsonNode content = Json.at(message, "content");
        if (content.isArray()) {
            List<Citation> rest = citations;
            for (ContentPart piece : MessageParts.pieces(provider, content)) {
                boolean cited = piece instanceof ContentPart.Text && !rest.isEmpty();
                response.part(cited ? new ContentPart.Text(((ContentPart.Text) piece).text(), rest) : piece);
                rest = cited ? List.of() : rest;
            }
            if (!rest.isEmpty()) {
                response.part(new ContentPart.Text("", rest));
            }
            return;
        }
        String text = text(message.get("content"));
        text = text.isEmpty() ? MessageParts.transcript(message) : text;
        if (!text.isEmpty() || !citations.isEmpty()) {
            response.part(new ContentPart.Text(text, citations));
        }
    }

    private static boolean hasCalls(JsonNode message) {
        return !Json.at(message, "tool_calls").isEmpty()
                || Json.at(message, "function_call").isObject();
    }

    private static ToolCall toolCall(@Nullable String id, JsonNode function) {
        String name = Json.textOf(function, "name");
        return new ToolCall(id == null ? "" : id, name == null ? "" : name, arguments(function));
    }

    /** Returns the object with name and arguments: of a function, or of a tool with free input. */
    static JsonNode function(JsonNode call) {
        JsonNode custom = Json.at(call, "custom");
        return custom.isObject() ? custom : Json.at(call, "function");
    }

    /** Returns the raw arguments; some servers send an object instead of a string. */
    static String arguments(JsonNode function) {
        return Json.argumentsOf(function, function.has("input") ? "input" : "arguments");
    }

    /** Returns the choice of index 0, or the only one, or null. */
    static @Nullable JsonNode firstChoice(JsonNode root) {
        JsonNode choices = Json.at(root, "choices");
        JsonNode only = choices.path(0); // of a list: an object has none
        if (choices.size() == 1 && only.isObject()) {
            return only;
        }
        for (JsonNode choice : choices) {
            JsonNode index = choice.get("index");
            if (choice.isObject() && (index == null || index.asInt() == 0)) {
                return choice;
            }
        }
        return null;
    }

    /** Returns a content's text: a string, or a list of text parts. */
    static String text(@Nullable JsonNode content) {
        if (content == null || !content.isArray()) {
            if (content != null
                    && !content.isTextual()
                    && !content.isNull()
                    && !content.isMissingNode()
                    && !(content.isObject() && content.isEmpty())) {
                throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a content of the answer is no text");
            }
            return content == null || !content.isTextual() ? "" : content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            String some = Json.textOf(part, "text");
            if (some != null) {
                text.append(some);
            }
        }
        return text.toString();
    }

    /** Returns the reasoning that some servers add to a message or delta, or to its content; or null. */
    static @Nullable String reasoning(JsonNode message) {
        String reasoning = Json.textOf(message, "reasoning_content");
        if (reasoning == null || reasoning.isEmpty()) { // some servers send both names, one of them empty
            reasoning = Json.textOf(message, "reasoning");
        }
        JsonNode content = message.get("content");
        JsonNode details = Json.at(message, "reasoning_details");
        if (reasoning != null || ((content == null || !content.isArray()) && details.isEmpty())) {
            return reasoning;
        }
        StringBuilder thoughts = new StringBuilder();
        for (JsonNode piece : details) { // some servers send it nowhere else
            String summary = Json.textOf(piece, "summary");
            thoughts.append(summary == null ? text(piece.get("text")) : summary);
        }
        if (content == null || !content.isArray()) {
            return thoughts.toString();
        }
        for (JsonNode part : content) {
            thoughts.append(text(part.get("thinking")));
        }
        return thoughts.toString();
    }

    static List<Citation> citations(JsonNode message) {
        JsonNode annotations = Json.at(message, "annotations");
        if (annotations.isEmpty()) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>(annotations.size());
        for (JsonNode annotation : annotations) {
            citations.add(citation(annotation, Json.at(annotation, kind(annotation))));
        }
        return citations;
    }

    private static String kind(JsonNode annotation) {
        String type = Json.textOf(annotation, "type");
        return type == null ? "annotation" : type;
    }

    /** Returns a citation; {@code detail} has its fields and may be the annotation itself. */
    static Citation citation(JsonNode annotation, JsonNode detail) {
        return Citation.builder(kind(annotation))
                .url(Json.textOf(detail, "url"))
                .title(Json.textOf(detail, "title"))
                .start(Json.intOf(detail, "start_index"))
                .end(Json.intOf(detail, "end_index"))
                .raw(Json.map(annotation))
                .build();
    }

    static @Nullable Logprobs logprobs(JsonNode choice) {
        JsonNode content = Json.at(Json.at(choice, "logprobs"), "content");
        return content.isEmpty() ? null : new Logprobs(tokens(content, true));
    }

    static List<Logprobs.Token> tokens(JsonNode list, boolean rivals) {
        List<Logprobs.Token> tokens = new ArrayList<>(list.size());
        for (JsonNode entry : list) {
            String token = Json.textOf(entry, "token");
            tokens.add(new Logprobs.Token(
                    token == null ? "" : token,
                    entry.path("logprob").asDouble(),
                    rivals ? tokens(Json.at(entry, "top_logprobs"), false) : List.of()));
        }
        return tokens;
    }

    /** Returns a choice's finish reason; null for none, an empty one and the word {@code null}, which some send. */
    static @Nullable String reason(JsonNode choice) {
        String reason = Json.textOf(choice, "finish_reason");
        return reason == null || reason.isEmpty() || reason.equals("null") ? null : reason;
    }

    FinishReason finishReason(@Nullable String raw) {
        if (raw == null) {
            return FinishReason.of(FinishReason.Kind.UNKNOWN, "");
        }
        FinishReason.Kind known = dialect.finishReasons.get(raw);
        if (known != null) {
            return FinishReason.of(known, raw);
        }
        return switch (raw) {
            case "stop" -> FinishReason.STOP;
            case "length" -> FinishReason.of(FinishReason.Kind.LENGTH, raw);
            case "tool_calls", "function_call" -> FinishReason.of(FinishReason.Kind.TOOL_CALLS, raw);
            case "content_filter" -> FinishReason.of(FinishReason.Kind.CONTENT_FILTER, raw);
            case "error",
                    "abort",
                    "network_error",
                    "insufficient_system_resource",
                    "malformed_function_call",
                    "MALFORMED_FUNCTION_CALL" -> FinishReason.of(FinishReason.Kind.MALFORMED, raw);
            default -> FinishReason.of(FinishReason.Kind.UNKNOWN, raw);
        };
    }

    /** Returns disjoint buckets: the vendor's prompt includes cached and audio tokens, its completion reasoning. */
    TokenUsage usage(@Nullable JsonNode usage, Counts counts) {
        return usage(usage, UsageNames.CHAT, counts);
    }

    /**
     * Returns disjoint buckets from fields such as {@code prompt_tokens}, with the given names. A share above its whole
     * was counted beside it, as some servers do. Where the prompt or the completion is not known, it is what the other
     * leaves of the total.
     */
    TokenUsage usage(@Nullable JsonNode usage, UsageNames names, Counts counts) {
        if (usage == null || !usage.isObject()) {
            return TokenUsage.NONE;
        }
        if (!usage.has(names.input()) && !usage.has(names.output())) {
            UsageNames others = names.equals(UsageNames.CHAT) ? UsageNames.RESPONSES : UsageNames.CHAT;
            if (usage.has(others.input()) || usage.has(others.output())) {
                return usage(usage, others, counts);
            }
        }
        TokenUsage.Builder builder = TokenUsage.builder();
        long total = counts.of(usage, "total_tokens");
        long completion = counts.of(usage, names.output());
        JsonNode made = Json.at(usage, names.outputDetails());
        long reasoning = counts.of(made, "reasoning_tokens");
        reasoning = reasoning == Counts.ABSENT ? counts.of(usage, "reasoning_tokens") : reasoning;
        long prompt = Counts.orRest(counts.of(usage, names.input()), total, Counts.orZero(completion));
        completion = Counts.orRest(completion, total, Counts.orZero(prompt));
        input(builder, usage, prompt, Json.at(usage, names.inputDetails()), counts);
        if (completion == Counts.ABSENT) {
            Counts.set(builder, Bucket.REASONING, reasoning);
            return builder.build();
        }
        boolean apart = dialect.reasoningApart
                || reasoning > completion
                || (reasoning > 0 && total == Counts.orZero(prompt) + completion + reasoning);
        long left = completion;
        if (apart) {
            Counts.set(builder, Bucket.REASONING, reasoning);
        } else {
            left = Counts.share(builder, Bucket.REASONING, reasoning, left);
        }
        left = Counts.share(builder, Bucket.OUTPUT_AUDIO, counts.of(made, "audio_tokens"), left);
        left = Counts.share(builder, Bucket.OUTPUT_IMAGE, counts.of(made, "image_tokens"), left);
        return builder.output(left).build();
    }

    /**
     * Reads the prompt. Cached tokens have OpenAI's name, or beside the prompt's that of DeepSeek, Kimi, Mistral or
     * LiteLLM; written ones have OpenAI's or LiteLLM's.
     */
    private void input(TokenUsage.Builder builder, JsonNode usage, long prompt, JsonNode details, Counts counts) {
        long read = counts.of(details, "cached_tokens");
        read = read == Counts.ABSENT ? counts.first(usage, READ) : read;
        long written = counts.first(details, WRITTEN);
        written = written == Counts.ABSENT ? counts.of(usage, "cache_creation_input_tokens") : written;
        Bucket write = writesLong ? Bucket.CACHE_WRITE_LONG : Bucket.CACHE_WRITE;
        boolean apart = Counts.orZero(read) + Counts.orZero(written) > prompt;
        if (apart) {
            Counts.set(builder, Bucket.CACHE_READ, read);
            Counts.set(builder, write, written);
        }
        if (prompt == Counts.ABSENT) {
            return;
        }
        long left = prompt;
        if (!apart) {
            left = Counts.share(builder, Bucket.CACHE_READ, read, left);
            left = Counts.share(builder, write, written, left);
        }
        left = Counts.share(builder, Bucket.INPUT_AUDIO, counts.of(details, "audio_tokens"), left);
        left = Counts.share(builder, Bucket.INPUT_IMAGE, counts.of(details, "image_tokens"), left);
        builder.input(left);
    }
}
