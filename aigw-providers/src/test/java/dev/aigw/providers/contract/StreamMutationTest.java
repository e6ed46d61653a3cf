package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.anthropic.AnthropicVendor;
import dev.aigw.providers.bedrock.BedrockVendor;
import dev.aigw.providers.cohere.CohereVendor;
import dev.aigw.providers.gemini.GeminiVendor;
import dev.aigw.providers.gemini.InteractionsVendor;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.mistral.MistralVendor;
import dev.aigw.providers.ollama.OllamaVendor;
import dev.aigw.providers.openai.OpenAiVendor;
import dev.aigw.providers.openai.ResponsesVendor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Streams of every vendor, each changed in one way at random. The result is the original answer or a failure of the
 * attempt, never another answer that looks complete; a finish reason that nobody knows does not look so.
 *
 * <p>No reader can notice the following, since what remains is a stream that the vendor may send too; it is not tried:
 *
 * <ul>
 *   <li>A piece of content that is dropped, doubled or moved. No vendor numbers the pieces so that a gap shows; where
 *       blocks begin and end by events of their own (Anthropic, Bedrock's calls, the Responses API, Gemini's steps,
 *       Cohere's calls), the loss of a beginning or of a whole block shows, and is tried.
 *   <li>A null for a piece of content, at OpenAI-shaped servers and Ollama, and for the list of parts or candidates at
 *       Gemini: they write no content so. Nor one for what only describes a part, such as its id.
 *   <li>A cut behind the finish reason: what follows is not content.
 * </ul>
 */
class StreamMutationTest {

    /** Fields whose values the model chose, or that only the vendor knows: a null within them may be meant. */
    private static final Set<String> ANYTHING = Set.of("args", "arguments", "input", "executableCode", "action");

    private static final int TRIES = 25;
    private static final long SEED = 20261130;

    /** A way to change a stream. */
    private enum Mutation {
        /** Bytes arrive in other pieces. */
        SPLIT,
        /** Events stand on one line, or in one event. */
        GLUE,
        /** What says nothing stands between events. */
        KEEP_ALIVE,
        /** Line ends and blanks differ. */
        WHITE_SPACE,
        /** The lines of an event stand in another order, or its JSON on several lines. */
        LINES,
        /** A value is null. */
        NULL,
        /** The body ends early. */
        TRUNCATE,
        /** An event without content comes twice. */
        DOUBLE,
        /** An event is missing. */
        DROP
    }

    private static List<Vendor> vendors() {
        return List.of(
                new OpenAiVendor(),
                new MistralVendor(),
                new ResponsesVendor(),
                new AnthropicVendor(),
                new GeminiVendor(false),
                new InteractionsVendor(),
                new BedrockVendor(),
                new CohereVendor(),
                new OllamaVendor());
    }

    @TestFactory
    Stream<DynamicTest> noChangeMakesAnotherAnswer() {
        return vendors().stream()
                .flatMap(vendor -> Arrays.stream(Mutation.values())
                        .map(mutation -> DynamicTest.dynamicTest(vendor + " " + mutation, () -> {
                            Served served = new Served(vendor.streamType());
                            try (ProviderAdapter adapter = vendor.adapter(served.client(), false)) {
                                for (int i = 0; i < TRIES; i++) {
                                    new Trial(vendor, adapter, served, mutation, SEED + i).run();
                                }
                            }
                        })));
    }

    /** What came of a stream. */
    private record Outcome(
            @Nullable ChatResponse answer, @Nullable GatewayException failure) {

        List<ContentPart> parts() {
            return Objects.requireNonNull(answer).message().parts().stream()
                    .map(part -> part instanceof ToolCall call // its id may be made up
                            ? new ToolCall("", call.name(), call.arguments(), call.signature(), call.origin())
                            : part)
                    .toList();
        }

        FinishReason.Kind finish() {
            return Objects.requireNonNull(answer).finishReason().kind();
        }
    }

    /** One stream, changed once. */
    private static final class Trial {

        private final Vendor vendor;
        private final ProviderAdapter adapter;
        private final Served served;
        private final Mutation mutation;
        private final long seed;
        private final Random random;
        private String changed = "";

        Trial(Vendor vendor, ProviderAdapter adapter, Served served, Mutation mutation, long seed) {
            this.vendor = vendor;
            this.adapter = adapter;
            this.served = served;
            this.mutation = mutation;
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            Set<ChatFeature> features = EnumSet.of(ChatFeature.TOOL_LOOP);
            features.addAll(vendor.streamed());
            List<Map.Entry<String, String>> events = new ArrayList<>(
                    vendor.stream(random, new RandomChats(features, vendor, random).answer(), vendor.usualReason()));
            if (!(vendor instanceof BedrockVendor) && vendor instanceof OpenAiVendor) {
                events.add(Map.entry("", "[DONE]"));
            }
            Outcome original = read(body(events), 0);
            byte[] body = mutated(events);
            Outcome outcome = read(body, mutation == Mutation.SPLIT ? 1 + random.nextInt(9) : 0);
            String what = "seed %d, %s of %s: %s%n%s"
                    .formatted(seed, mutation, vendor, changed, new String(body, StandardCharsets.UTF_8));
            if (outcome.failure() != null) {
                assertThat(outcome.failure().kind())
                        .as(what)
                        .isIn(ErrorKind.STREAM_INTERRUPTED, ErrorKind.MALFORMED_RESPONSE);
                assertThat(mayFail()).as("%s: %s", what, outcome.failure()).isTrue();
                return;
            }
            assertThat(outcome.parts()).as(what).isEqualTo(original.parts());
            assertThat(outcome.finish()).as(what).isIn(original.finish(), FinishReason.Kind.UNKNOWN);
        }

        private boolean mayFail() {
            return switch (mutation) {
                case SPLIT, KEEP_ALIVE, WHITE_SPACE, LINES, GLUE, DOUBLE -> false;
                case NULL, TRUNCATE, DROP -> true;
            };
        }

        // ------------------------------------------------------------------------------------------------ reading

        private Outcome read(byte[] body, int piece) {
            served.body = body;
            served.piece = piece;
            ChatAccumulator answer = new ChatAccumulator();
            try (ChatStream stream = adapter.call(
                    ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model()))) {
                for (ChatEvent event : stream) {
                    answer.add(event);
                }
                return new Outcome(answer.toResponse(), null);
            } catch (GatewayException e) {
                return new Outcome(null, e);
            }
        }

        private byte[] body(List<Map.Entry<String, String>> events) {
            Buffer body = new Buffer();
            events.forEach(event -> vendor.frame(event.getKey(), event.getValue(), body));
            return body.readByteArray();
        }

        private boolean isFramed() {
            return vendor instanceof BedrockVendor;
        }

        private boolean isLines() {
            return vendor instanceof OllamaVendor;
        }

        // ----------------------------------------------------------------------------------------------- changing

        private byte[] mutated(List<Map.Entry<String, String>> events) {
            return switch (mutation) {
                case SPLIT -> body(events);
                case GLUE -> isFramed() ? body(events) : text(glued(events));
                case KEEP_ALIVE -> isFramed() ? body(events) : text(keptAlive(events));
                case WHITE_SPACE -> isFramed() ? body(spaced(events)) : text(blanks(spaced(events)));
                case LINES -> isFramed() || isLines() ? body(spaced(events)) : text(lines(events));
                case NULL -> body(nulled(events));
                case TRUNCATE -> truncated(body(events));
                case DOUBLE -> body(doubled(events));
                case DROP -> body(dropped(events));
            };
        }

        private static byte[] text(String body) {
            return body.getBytes(StandardCharsets.UTF_8);
        }

        private String glued(List<Map.Entry<String, String>> events) {
            StringBuilder body = new StringBuilder();
            for (Map.Entry<String, String> event : events) {
                boolean json = event.getValue().startsWith("{");
                int how = json ? random.nextInt(4) : 0;
                if (isLines()) {
                    body.append(event.getValue()).append(how == 1 ? "" : "\n");
                } else if (how == 1 && body.toString().endsWith("}\n\n")) { // the same line
                    body.setLength(body.length() - 2);
                    body.append(event.getValue()).append("\n\n");
                } else if (how == 2 && body.toString().endsWith("}\n\n")) { // the same event
                    body.setLength(body.length() - 1);
                    body.append("data: ").append(event.getValue()).append("\n\n");
                } else {
                    body.append("data: ").append(event.getValue()).append("\n\n");
                }
            }
            return body.toString();
        }

        private String keptAlive(List<Map.Entry<String, String>> events) {
            String[] sayings = isLines()
                    ? new String[] {"\n", " \n", "\r\n", "\n\n\n"}
                    : new String[] {
                        ": ping\n\n",
                        ":\n",
                        "data:\n\n",
                        "data: \n\n",
                        "\n\n",
                        "retry: 5\n\n",
                        "id: 3\n\n",
                        "event: x\n\n"
                    };
            StringBuilder body = new StringBuilder();
            for (Map.Entry<String, String> event : events) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    body.append(sayings[random.nextInt(sayings.length)]);
                }
                body.append(isLines() ? "" : "data: ").append(event.getValue()).append(isLines() ? "\n" : "\n\n");
            }
            return body.toString();
        }

        /** Returns the events with blanks within their JSON, which are not in its texts. */
        private List<Map.Entry<String, String>> spaced(List<Map.Entry<String, String>> events) {
            List<Map.Entry<String, String>> spaced = new ArrayList<>();
            for (Map.Entry<String, String> event : events) {
                JsonNode json = Json.parseOrNull(event.getValue());
                boolean pretty = random.nextBoolean() && json != null && json.isObject();
                String text = pretty ? json.toPrettyString().replaceAll("\n *", "  ") : event.getValue();
                spaced.add(Map.entry(event.getKey(), text));
            }
            return spaced;
        }

        private String blanks(List<Map.Entry<String, String>> events) {
            String[] ends = {"\n", "\r\n", "\r"};
            String end = isLines() ? ends[random.nextInt(2)] : ends[random.nextInt(3)];
            StringBuilder body = new StringBuilder(isLines() || random.nextBoolean() ? "" : "\uFEFF");
            for (Map.Entry<String, String> event : events) {
                String before = random.nextBoolean() ? "" : random.nextBoolean() ? " " : "  ";
                String after = random.nextBoolean() ? "" : random.nextBoolean() ? " " : "\t ";
                body.append(isLines() ? "" : "data:").append(before).append(event.getValue());
                body.append(after).append(end).append(isLines() ? "" : end);
            }
            return body.toString();
        }

        private String lines(List<Map.Entry<String, String>> events) {
            StringBuilder body = new StringBuilder();
            for (Map.Entry<String, String> event : events) {
                JsonNode json = Json.parseOrNull(event.getValue());
                String text = json != null && json.isObject() && random.nextBoolean()
                        ? json.toPrettyString()
                        : event.getValue();
                String type = json == null ? null : Json.textOf(json, "type");
                String name = type == null ? "" : "event: " + type + "\n";
                String data = "data: " + text.replace("\n", "\ndata: ") + "\n";
                body.append(random.nextBoolean() ? name + data : data + name).append("\n");
            }
            return body.toString();
        }

        private List<Map.Entry<String, String>> nulled(List<Map.Entry<String, String>> events) {
            List<Map.Entry<String, String>> changing = new ArrayList<>(events);
            int at = random.nextInt(events.size());
            JsonNode json = Json.parseOrNull(events.get(at).getValue());
            if (json == null || !json.isObject()) {
                return changing;
            }
            List<Map.Entry<ObjectNode, String>> fields = new ArrayList<>();
            collect(json, fields);
            Map.Entry<ObjectNode, String> field = fields.get(random.nextInt(fields.size()));
            if (isNothing(field.getKey(), field.getValue())) {
                return changing;
            }
            changed = field.getValue() + " of " + field.getKey();
            field.getKey().putNull(field.getValue());
            changing.set(at, Map.entry(events.get(at).getKey(), json.toString()));
            return changing;
        }

        private static void collect(JsonNode node, List<Map.Entry<ObjectNode, String>> fields) {
            if (node instanceof ObjectNode object) {
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    fields.add(Map.entry(object, field.getKey()));
                    if (!ANYTHING.contains(field.getKey())) {
                        collect(field.getValue(), fields);
                    }
                }
            } else {
                node.forEach(child -> collect(child, fields));
            }
        }

        /** Returns whether a null there means no content in the vendor's protocol. */
        private boolean isNothing(ObjectNode holder, String field) {
            Set<String> names = switch (vendor.toString()) {
                case "openai", "mistral" ->
                    holder.has("output_index") || vendor instanceof ResponsesVendor
                            ? Set.of("summary", "encrypted_content", "output", "id", "status")
                            : Set.of(
                                    "choices",
                                    "delta",
                                    "content",
                                    "refusal",
                                    "tool_calls",
                                    "function",
                                    "arguments",
                                    "index");
                case "ollama" -> Set.of("message", "content", "thinking", "tool_calls", "arguments");
                case "gemini" ->
                    vendor instanceof InteractionsVendor
                            ? Set.of("id")
                            : Set.of("candidates", "content", "parts", "args", "thought", "thoughtSignature");
                default -> Set.of();
            };
            return names.contains(field);
        }

        private byte[] truncated(byte[] body) {
            int length = random.nextInt(body.length);
            changed = "after " + length + " of " + body.length + " bytes";
            return Arrays.copyOf(body, length);
        }

        private boolean holdsContent(String event) {
            return switch (vendor.toString()) {
                case "openai", "mistral" ->
                    vendor instanceof ResponsesVendor
                            ? event.contains(".delta\"") || event.contains("output_item.done")
                            : !event.contains("\"delta\":{}") && event.startsWith("{");
                case "anthropic" -> event.contains("content_block_delta") || event.contains("redacted_thinking");
                case "gemini" -> event.contains(vendor instanceof InteractionsVendor ? "step.delta" : "\"parts\"");
                case "bedrock" -> event.contains("\"delta\"");
                case "cohere" -> event.contains("\"message\"") && !event.contains("tool-call-start");
                case "ollama" -> !event.contains("\"done\":true");
                default -> throw new IllegalArgumentException(vendor.toString());
            };
        }

        private int withoutContent(List<Map.Entry<String, String>> events) {
            int at = random.nextInt(events.size());
            while (holdsContent(events.get(at).getValue())) {
                at = (at + 1) % events.size();
            }
            changed = events.get(at).getValue();
            return at;
        }

        private List<Map.Entry<String, String>> doubled(List<Map.Entry<String, String>> events) {
            List<Map.Entry<String, String>> doubled = new ArrayList<>(events);
            int at = withoutContent(events);
            doubled.add(at, events.get(at));
            return doubled;
        }

        private List<Map.Entry<String, String>> dropped(List<Map.Entry<String, String>> events) {
            List<Map.Entry<String, String>> dropped = new ArrayList<>(events);
            dropped.remove(withoutContent(events));
            return dropped;
        }
    }

    /** Answers every call with the same stream. */
    private static final class Served implements Interceptor {

        private static final OkHttpClient CLIENT = new OkHttpClient();

        private final MediaType type;
        private byte[] body = {};
        private int piece;

        Served(String type) {
            this.type = MediaType.get(type);
        }

        OkHttpClient client() {
            return CLIENT.newBuilder().addInterceptor(this).build();
        }

        @Override
        public Response intercept(Chain chain) {
            return new Response.Builder()
                    .request(chain.request())
                    .protocol(Protocol.HTTP_1_1)
                    .code(200)
                    .message("OK")
                    .body(ResponseBody.create(Okio.buffer(new Pieces(body, piece)), type, -1))
                    .build();
        }
    }

    /** Bytes that arrive in pieces of one size; 0 for all at once. */
    private static final class Pieces implements Source {

        private final Buffer bytes = new Buffer();
        private final int size;

        Pieces(byte[] bytes, int size) {
            this.bytes.write(bytes);
            this.size = size;
        }

        @Override
        public long read(Buffer sink, long most) {
            return bytes.read(sink, size == 0 ? most : Math.min(size, most));
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }
}
