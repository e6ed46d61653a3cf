package dev.aigw.providers;

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
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;

/**
 * Makes chat requests of any kind for property tests: conversations of questions, answers, thoughts, tool calls and
 * their results, and every option, out of the {@link Feature features} that are asked for.
 *
 * <p>Every call of a tool has an id of its own, and its result follows it; numbers are within what every vendor takes.
 */
public final class Chats {

    /** What a request may hold beside texts, tool calls and their results, which every one may. */
    public enum Feature {
        SYSTEM,
        LATE_SYSTEM,
        SPEAKER,
        IMAGE_BYTES,
        IMAGE_URL,
        IMAGE_FILE,
        IMAGE_DETAIL,
        AUDIO_BYTES,
        AUDIO_URL,
        VIDEO_BYTES,
        VIDEO_URL,
        DOCUMENT_BYTES,
        DOCUMENT_TEXT,
        DOCUMENT_URL,
        DOCUMENT_FILE,
        DOCUMENT_CITED,
        CACHE_HINT,
        RESULT_IMAGE,
        RESULT_ERROR,
        BROKEN_ARGUMENTS,
        REASONING,
        REFUSAL,
        OWN_RAW_PART,
        FOREIGN_PART,
        OWN_TOOL,
        FOREIGN_TOOL,
        STRICT_TOOL,
        TOOL_CHOICE_AUTO,
        TOOL_CHOICE_NONE,
        TOOL_CHOICE_REQUIRED,
        TOOL_CHOICE_ONE,
        PARALLEL_CALLS,
        NO_PARALLEL_CALLS,
        JSON,
        SCHEMA,
        REASONING_LEVEL,
        REASONING_BUDGET,
        VERBOSITY,
        TEMPERATURE,
        TOP_P,
        TOP_K,
        MAX_OUTPUT_TOKENS,
        STOP,
        SEED,
        PENALTIES,
        LOGPROBS,
        SERVICE_TIER,
        METADATA,
        USER
    }

    private static final Arbitrary<String> WORD =
            Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8);
    private static final Arbitrary<String> TEXT = Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars(" \t\n\"\\/{}[]:,äß€漢\u2028")
            .ofMinLength(0)
            .ofMaxLength(12)
            .map(text -> "t" + text);
    private static final Arbitrary<byte[]> BYTES =
            Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(6);

    private final Set<Feature> features;
    private final Map<Feature, Arbitrary<?>> own;

    /**
     * Creates a maker of requests.
     *
     * @param features what requests may hold
     * @param own what differs by vendor: {@link Feature#REASONING} and {@link Feature#OWN_RAW_PART} a content part,
     *     {@link Feature#OWN_TOOL} a tool, {@link Feature#SERVICE_TIER} a word
     */
    public Chats(Set<Feature> features, Map<Feature, Arbitrary<?>> own) {
        this.features = features;
        this.own = own;
    }

    /** Returns requests of any features of these. */
    public Arbitrary<ChatRequest> requests() {
        return Builders.withBuilder(() -> ChatRequest.builder("any"))
                .use(conversation())
                .in(ChatRequest.Builder::messages)
                .use(tools().flatMap(tools -> choice(tools).map(choice -> Map.entry(tools, choice))))
                .in((builder, entry) -> {
                    ChatRequest.Builder with = builder.tools(entry.getKey());
                    return entry.getValue().isEmpty()
                            ? with
                            : with.toolChoice(entry.getValue().get(0));
                })
                .use(parallel())
                .withProbability(0.2)
                .in(ChatRequest.Builder::parallelToolCalls)
                .use(format())
                .in(ChatRequest.Builder::responseFormat)
                .use(reasoning())
                .in((builder, effort) -> effort.isEmpty() ? builder : builder.reasoning(effort.get(0)))
                .use(sampling())
                .in((builder, options) -> {
                    options.forEach(option -> option.apply(builder));
                    return builder;
                })
                .build(ChatRequest.Builder::build);
    }

    /** Returns what a model may answer: words, or calls of tools, after its thoughts. */
    public Arbitrary<Message> answers() {
        return Arbitraries.oneOf(answer(), toolLoop().map(loop -> loop.get(0)))
                .map(answer -> numbered(List.of(answer)).get(0));
    }

    private boolean has(Feature feature) {
        return features.contains(feature);
    }

    private <T> Arbitrary<T> own(Feature feature, Class<T> type) {
        return own.get(feature).map(type::cast);
    }

    // --------------------------------------------------------------------------------------------------- conversation

    private Arbitrary<List<Message>> conversation() {
        List<Arbitrary<List<Message>>> turns = new ArrayList<>();
        turns.add(Combinators.combine(user(), answer()).as(List::of));
        turns.add(Combinators.combine(user(), toolLoop()).as((question, loop) -> {
            List<Message> messages = new ArrayList<>(loop);
            messages.add(0, question);
            return messages;
        }));
        if (has(Feature.LATE_SYSTEM)) {
            turns.add(system().map(List::of));
        }
        Arbitrary<List<Message>> middle =
                Arbitraries.oneOf(turns).list().ofMaxSize(3).map(Chats::flat);
        Arbitrary<List<Message>> start =
                has(Feature.SYSTEM) ? system().list().ofMaxSize(1) : Arbitraries.just(List.of());
        return Combinators.combine(start, middle, user())
                .as((first, then, last) -> flat(List.of(first, then, List.of(last))))
                .map(Chats::numbered);
    }

    private static <T> List<T> flat(List<? extends List<? extends T>> lists) {
        List<T> flat = new ArrayList<>();
        lists.forEach(flat::addAll);
        return flat;
    }

    private Arbitrary<Message> system() {
        Arbitrary<ContentPart> part = TEXT.map(ContentPart.Text::new);
        return parts(part).map(parts -> Message.of(Message.Role.SYSTEM, parts));
    }

    private Arbitrary<Message> user() {
        List<Arbitrary<? extends ContentPart>> kinds = new ArrayList<>(media());
        kinds.add(TEXT.map(ContentPart.Text::new));
        kinds.add(TEXT.map(ContentPart.Text::new));
        Arbitrary<Message> message = parts(oneOf(kinds)).map(parts -> Message.of(Message.Role.USER, parts));
        return has(Feature.SPEAKER)
                ? Combinators.combine(message, WORD.injectNull(0.8)).as(Message::withName)
                : message;
    }

    /** Returns one to four parts, the first a text, with cache hints between where they are asked for. */
    private Arbitrary<List<ContentPart>> parts(Arbitrary<ContentPart> part) {
        Arbitrary<List<ContentPart>> more = part.list().ofMaxSize(3);
        Arbitrary<Boolean> hint =
                has(Feature.CACHE_HINT) ? Arbitraries.of(true, false, false) : Arbitraries.just(false);
        return Combinators.combine(TEXT, more, hint).as((first, rest, cached) -> {
            List<ContentPart> parts = new ArrayList<>(List.of(new ContentPart.Text(first)));
            parts.addAll(rest);
            if (cached) {
                parts.add(rest.size() % 2 == 0 ? ContentPart.CacheHint.SHORT : ContentPart.CacheHint.LONG);
            }
            return parts;
        });
    }

    private static Arbitrary<ContentPart> oneOf(List<Arbitrary<? extends ContentPart>> kinds) {
        return Arbitraries.of(kinds).flatMap(kind -> kind.map(part -> (ContentPart) part));
    }

    private List<Arbitrary<? extends ContentPart>> media() {
        List<Arbitrary<? extends ContentPart>> kinds = new ArrayList<>(images());
        add(kinds, Feature.AUDIO_BYTES, bytes("audio/wav").map(ContentPart.Audio::new));
        add(kinds, Feature.AUDIO_URL, url("mp3").map(ContentPart.Audio::new));
        add(kinds, Feature.VIDEO_BYTES, bytes("video/mp4").map(ContentPart.Video::new));
        add(kinds, Feature.VIDEO_URL, url("mp4").map(ContentPart.Video::new));
        add(kinds, Feature.DOCUMENT_BYTES, document(bytes("application/pdf"), false));
        add(kinds, Feature.DOCUMENT_TEXT, document(TEXT.map(Chats::text), false));
        add(kinds, Feature.DOCUMENT_URL, document(url("pdf"), false));
        add(kinds, Feature.DOCUMENT_FILE, document(WORD.map(word -> Media.ofFileId("file-" + word)), false));
        add(kinds, Feature.DOCUMENT_CITED, document(bytes("application/pdf"), true));
        return kinds;
    }

    private List<Arbitrary<? extends ContentPart>> images() {
        List<Arbitrary<? extends ContentPart>> kinds = new ArrayList<>();
        add(kinds, Feature.IMAGE_BYTES, bytes("image/png").map(ContentPart.Image::new));
        add(kinds, Feature.IMAGE_URL, url("png").map(ContentPart.Image::new));
        add(kinds, Feature.IMAGE_FILE, WORD.map(word -> new ContentPart.Image(Media.ofFileId("file-" + word))));
        add(
                kinds,
                Feature.IMAGE_DETAIL,
                Combinators.combine(bytes("image/png"), Arbitraries.of("low", "high", "auto"))
                        .as(ContentPart.Image::new));
        return kinds;
    }

    private <T> void add(List<Arbitrary<? extends T>> kinds, Feature feature, Arbitrary<? extends T> kind) {
        if (has(feature)) {
            kinds.add(kind);
        }
    }

    private static Arbitrary<Media> bytes(String mimeType) {
        return BYTES.map(bytes -> Media.ofBytes(mimeType, bytes));
    }

    private static Media text(String text) {
        return Media.ofBytes("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Arbitrary<Media> url(String extension) {
        return WORD.map(word -> Media.ofUrl("https://example.org/" + word + "." + extension));
    }

    private static Arbitrary<ContentPart> document(Arbitrary<Media> media, boolean cited) {
        return Combinators.combine(media, WORD).as((some, title) -> new ContentPart.Document(some, title, cited));
    }

    private Arbitrary<Message> answer() {
        List<Arbitrary<? extends ContentPart>> kinds = new ArrayList<>(List.of(TEXT.map(ContentPart.Text::new)));
        add(kinds, Feature.REFUSAL, TEXT.map(ContentPart.Refusal::new));
        Arbitrary<List<ContentPart>> said = oneOf(kinds).list().ofSize(1);
        return Combinators.combine(thoughts(), said)
                .as((thoughts, words) -> Message.of(Message.Role.ASSISTANT, flat(List.of(thoughts, words))));
    }

    /** Returns what comes before an answer. */
    private Arbitrary<List<ContentPart>> thoughts() {
        List<Arbitrary<? extends ContentPart>> kinds = new ArrayList<>();
        if (has(Feature.REASONING)) {
            kinds.add(own(Feature.REASONING, ContentPart.class));
        }
        if (has(Feature.OWN_RAW_PART)) {
            kinds.add(own(Feature.OWN_RAW_PART, ContentPart.class));
        }
        add(
                kinds,
                Feature.FOREIGN_PART,
                Arbitraries.of(
                        new ContentPart.Reasoning("hm", null, "SIGNED", null, "elsewhere"),
                        new ContentPart.Raw("elsewhere", Map.of("type", "of_elsewhere"))));
        return kinds.isEmpty()
                ? Arbitraries.just(List.of())
                : oneOf(kinds).list().ofMaxSize(1);
    }

    /** Returns an answer that calls tools, and their results. */
    private Arbitrary<List<Message>> toolLoop() {
        Arbitrary<String> arguments =
                Combinators.combine(WORD, TEXT).as((name, value) -> Json.text(Map.of(name, value)));
        Arbitrary<String> any = has(Feature.BROKEN_ARGUMENTS)
                ? Arbitraries.oneOf(arguments, Arbitraries.of("{\"city\":", "[1]", ""))
                : arguments;
        Arbitrary<ToolCall> call = Combinators.combine(WORD, any).as((name, given) -> new ToolCall("", name, given));
        Arbitrary<List<ToolCall>> calls = call.list().ofMinSize(1).ofMaxSize(3);
        Arbitrary<Boolean> failed = has(Feature.RESULT_ERROR) ? Arbitraries.of(true, false) : Arbitraries.just(false);
        Arbitrary<List<ContentPart>> pictures = has(Feature.RESULT_IMAGE)
                ? bytes("image/png")
                        .map(media -> (ContentPart) new ContentPart.Image(media))
                        .list()
                        .ofMaxSize(1)
                : Arbitraries.just(List.of());
        return Combinators.combine(thoughts(), calls, TEXT, pictures, failed)
                .as((thought, asked, result, seen, bad) -> {
                    List<Message> messages = new ArrayList<>();
                    messages.add(Message.of(Message.Role.ASSISTANT, flat(List.of(thought, asked))));
                    for (int i = 0; i < asked.size(); i++) {
                        List<ContentPart> content = new ArrayList<>(List.of(new ContentPart.Text(result)));
                        content.addAll(seen);
                        messages.add(Message.of(
                                Message.Role.TOOL, List.of(new ContentPart.ToolResult("", content, bad && i == 0))));
                    }
                    return messages;
                });
    }

    /** Returns the conversation with an id for each call, which its result bears as well. */
    private static List<Message> numbered(List<Message> conversation) {
        List<Message> numbered = new ArrayList<>(conversation.size());
        int calls = 0;
        int results = 0;
        for (Message message : conversation) {
            List<ContentPart> parts = new ArrayList<>(message.parts().size());
            for (ContentPart part : message.parts()) {
                if (part instanceof ToolCall call) {
                    parts.add(new ToolCall(id(calls++), call.name(), call.arguments()));
                } else if (part instanceof ContentPart.ToolResult result) {
                    parts.add(new ContentPart.ToolResult(id(results++), result.content(), result.isError()));
                } else {
                    parts.add(part);
                }
            }
            numbered.add(message.withParts(parts));
        }
        return numbered;
    }

    /** Returns an id that every vendor takes as it is. */
    private static String id(int number) {
        return "call" + (10_000 + number);
    }

    // -------------------------------------------------------------------------------------------------------- options

    private Arbitrary<List<ToolSpec>> tools() {
        Arbitrary<Map<String, ?>> schema = schema();
        Arbitrary<Boolean> strict = has(Feature.STRICT_TOOL)
                ? Arbitraries.of(true, false).injectNull(0.3)
                : Arbitraries.just(false).injectNull(1);
        Arbitrary<ToolSpec> function = Combinators.combine(WORD, TEXT.injectNull(0.2), schema, strict)
                .as((name, description, parameters, exact) -> new ToolSpec(name, description, parameters, exact, null));
        List<Arbitrary<ToolSpec>> kinds = new ArrayList<>(List.of(function, function));
        if (has(Feature.OWN_TOOL)) {
            kinds.add(own(Feature.OWN_TOOL, ToolSpec.class));
        }
        if (has(Feature.FOREIGN_TOOL)) {
            kinds.add(Arbitraries.just(ToolSpec.raw("elsewhere", "theirs", Map.of("type", "theirs"))));
        }
        return Arbitraries.oneOf(kinds).list().ofMaxSize(3).uniqueElements(ToolSpec::name);
    }

    private static Arbitrary<Map<String, ?>> schema() {
        return Combinators.combine(WORD, Arbitraries.of("string", "integer", "boolean"))
                .as((name, type) -> Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of(name, Map.of("type", type)),
                        "required",
                        List.of(name),
                        "additionalProperties",
                        false));
    }

    private Arbitrary<List<ToolChoice>> choice(List<ToolSpec> tools) {
        List<ToolChoice> choices = new ArrayList<>();
        String function = tools.stream()
                .filter(tool -> tool.provider() == null)
                .map(ToolSpec::name)
                .findFirst()
                .orElse(null);
        if (function != null) {
            Map.of(
                            Feature.TOOL_CHOICE_AUTO, ToolChoice.AUTO,
                            Feature.TOOL_CHOICE_NONE, ToolChoice.NONE,
                            Feature.TOOL_CHOICE_REQUIRED, ToolChoice.REQUIRED,
                            Feature.TOOL_CHOICE_ONE, ToolChoice.tool(function))
                    .forEach((feature, choice) -> {
                        if (has(feature)) {
                            choices.add(choice);
                        }
                    });
        }
        return choices.isEmpty()
                ? Arbitraries.just(List.of())
                : Arbitraries.of(choices).list().ofMaxSize(1);
    }

    private Arbitrary<Boolean> parallel() {
        List<Boolean> values = new ArrayList<>();
        if (has(Feature.PARALLEL_CALLS)) {
            values.add(true);
        }
        if (has(Feature.NO_PARALLEL_CALLS)) {
            values.add(false);
        }
        return values.isEmpty() ? Arbitraries.just(true).injectNull(1) : Arbitraries.of(values);
    }

    private Arbitrary<ResponseFormat> format() {
        List<Arbitrary<ResponseFormat>> formats = new ArrayList<>(List.of(Arbitraries.just(ResponseFormat.TEXT)));
        if (has(Feature.JSON)) {
            formats.add(Arbitraries.just(ResponseFormat.JSON));
        }
        if (has(Feature.SCHEMA)) {
            formats.add(Combinators.combine(WORD, schema()).as(ResponseFormat::schema));
        }
        return Arbitraries.oneOf(formats);
    }

    private Arbitrary<List<ReasoningEffort>> reasoning() {
        List<Arbitrary<ReasoningEffort>> efforts = new ArrayList<>();
        if (has(Feature.REASONING_LEVEL)) {
            efforts.add(Arbitraries.of(ReasoningEffort.Level.class).map(ReasoningEffort::of));
        }
        if (has(Feature.REASONING_BUDGET)) {
            efforts.add(Arbitraries.integers().between(1024, 30_000).map(ReasoningEffort::budget));
        }
        return efforts.isEmpty()
                ? Arbitraries.just(List.of())
                : Arbitraries.oneOf(efforts).list().ofMaxSize(1);
    }

    /** Sets one or more options of a request. */
    private interface Option {
        void apply(ChatRequest.Builder builder);
    }

    private Arbitrary<List<Option>> sampling() {
        Arbitrary<Double> share = Arbitraries.integers().between(1, 100).map(hundredths -> hundredths / 100.0);
        Arbitrary<Integer> count = Arbitraries.integers().between(1, 5);
        List<Arbitrary<Option>> options = new ArrayList<>();
        option(options, Feature.VERBOSITY, Arbitraries.of("low", "medium", "high"), ChatRequest.Builder::verbosity);
        option(options, Feature.TEMPERATURE, share, ChatRequest.Builder::temperature);
        option(options, Feature.TOP_P, share, ChatRequest.Builder::topP);
        option(options, Feature.TOP_K, count, ChatRequest.Builder::topK);
        option(options, Feature.MAX_OUTPUT_TOKENS, count.map(n -> n * 1000), ChatRequest.Builder::maxOutputTokens);
        option(options, Feature.STOP, WORD.list().ofMinSize(1).ofMaxSize(3), ChatRequest.Builder::stop);
        option(options, Feature.SEED, Arbitraries.integers().map(Integer::longValue), ChatRequest.Builder::seed);
        option(options, Feature.PENALTIES, share, ChatRequest.Builder::frequencyPenalty);
        option(options, Feature.PENALTIES, share, ChatRequest.Builder::presencePenalty);
        option(options, Feature.LOGPROBS, count, ChatRequest.Builder::topLogprobs);
        if (has(Feature.SERVICE_TIER)) {
            option(
                    options,
                    Feature.SERVICE_TIER,
                    own(Feature.SERVICE_TIER, String.class),
                    ChatRequest.Builder::serviceTier);
        }
        option(options, Feature.METADATA, WORD, (builder, word) -> builder.metadata(word, "m" + word));
        option(options, Feature.USER, WORD, ChatRequest.Builder::userId);
        List<Arbitrary<List<Option>>> some = new ArrayList<>();
        options.forEach(option -> some.add(option.list().ofMaxSize(1)));
        return some.isEmpty()
                ? Arbitraries.just(List.of())
                : Combinators.combine(some).as(Chats::flat);
    }

    /** Sets one option. */
    private interface Setter<T> {
        Object set(ChatRequest.Builder builder, T value);
    }

    private <T> void option(List<Arbitrary<Option>> options, Feature feature, Arbitrary<T> values, Setter<T> setter) {
        if (has(feature)) {
            options.add(values.map(value -> builder -> setter.set(builder, value)));
        }
    }

    /** Returns all features but these. */
    public static Set<Feature> allBut(Feature... features) {
        EnumSet<Feature> all = EnumSet.allOf(Feature.class);
        all.removeAll(List.of(features));
        return all;
    }
}
