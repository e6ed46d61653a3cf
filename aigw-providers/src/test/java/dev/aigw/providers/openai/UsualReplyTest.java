package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The reader without a tree says what the one with a tree says, or nothing. */
class UsualReplyTest {

    private static final String USUAL = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt","service_tier":"default",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"The sky","refusal":null,"annotations":[]},\
            "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":11,\
            "total_tokens":23,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":3}},"system_fingerprint":"fp_1"}""";

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e99",
            "\"\"",
            "\"stop\"",
            "\"error\"",
            "\"x\"",
            "[]",
            "{}",
            "[1]",
            "[{}]",
            "{\"a\":1}",
            "[{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]");

    private static final List<String> NAMES = List.of(
            "id",
            "object",
            "created",
            "model",
            "choices",
            "usage",
            "error",
            "message",
            "content",
            "role",
            "refusal",
            "annotations",
            "tool_calls",
            "function_call",
            "audio",
            "reasoning",
            "reasoning_content",
            "images",
            "detail",
            "finish_reason",
            "index",
            "logprobs",
            "stop_reason",
            "service_tier",
            "system_fingerprint",
            "type",
            "code",
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "citations");

    private final ChatCodec codec = new ChatCodec("openai", Dialects.OPENAI, false);

    private @Nullable ChatResponse quick(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return Json.read(bytes, 0, bytes.length, codec::readUsual);
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns what the adapter makes of a reply when a field that nobody knows forbids the quick way. */
    private static ChatResponse byTree(String json) {
        String unusual = json.replaceFirst("\\{", "{\"x_unknown\":null,");
        assertThat(unusual).isNotEqualTo(json);
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("OK")
                        .body(ResponseBody.create(unusual, MediaType.get("application/json")))
                        .build())
                .build();
        try (OpenAiAdapter adapter = OpenAiAdapter.builder().httpClient(client).build()) {
            return adapter.call(
                    ChatRequest.CHAT,
                    ChatRequest.of("m", "why"),
                    AttemptContext.builder("m").build());
        }
    }

    /** Returns whether the quick way gave an answer, which must be that of the tree. */
    private boolean compare(String json) {
        ChatResponse quick = quick(json);
        if (quick == null) {
            return false;
        }
        ChatResponse expected = byTree(json);
        assertThat(quick).as(json).isEqualTo(expected);
        assertThat(quick.message()).as(json).isEqualTo(expected.message());
        assertThat(quick.finishReason())
                .as(json)
                .hasToString(expected.finishReason().toString());
        assertThat(quick.usage()).as(json).isEqualTo(expected.usage());
        assertThat(quick.extra()).as(json).isEqualTo(expected.extra());
        assertThat(quick.warnings()).as(json).isEqualTo(expected.warnings());
        return true;
    }

    @Test
    void theUsualReplyIsReadTheQuickWay() {
        assertThat(compare(USUAL)).isTrue();
        assertThat(compare(USUAL.replace("\"service_tier\":\"default\",", ""))).isTrue();
        assertThat(compare(USUAL.replace("\"default\"", "null").replace("\"fp_1\"", "null")))
                .isTrue();
        assertThat(compare(USUAL.replace("\"stop\"", "\"length\"").replace("\"index\":0", "\"index\":3")))
                .isTrue();
        assertThat(compare(USUAL.replace("\"prompt_tokens\":12", "\"prompt_tokens\":-12")))
                .isTrue();
        assertThat(compare(" " + USUAL.replace("The sky", "\\u00fc\\n\\ud83d\\ude00") + "\n"))
                .isTrue();
        assertThat(compare("{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}"))
                .isTrue();
    }

    @Test
    void whateverElseThereIsLeavesItToTheTree() {
        for (String other : List.of(
                USUAL.replace("\"stop\"", "\"tool_calls\""),
                USUAL.replace("\"stop\"", "\"content_filter\""),
                USUAL.replace("\"stop\"", "\"error\""),
                USUAL.replace("\"The sky\"", "null"),
                USUAL.replace("\"The sky\"", "[]"),
                USUAL.replace("\"refusal\":null", "\"refusal\":\"no\""),
                USUAL.replace("\"annotations\":[]", "\"annotations\":[{}]"),
                USUAL.replace("\"id\"", "\"error\":{\"message\":\"x\"},\"id\""),
                USUAL.replace("\"id\"", "\"id\":\"a\",\"id\""),
                USUAL.replace("\"content\"", "\"content\":\"a\",\"content\""),
                USUAL.replace("}],\"usage\"", "},{}],\"usage\""),
                USUAL.replace("\"chat.completion\"", "\"error\""),
                USUAL + "\n{}",
                USUAL + "\ndata: [DONE]",
                USUAL.substring(0, USUAL.length() - 1),
                "[" + USUAL + "]",
                "")) {
            assertThat(quick(other)).as(other).isNull();
        }
    }

    @Test
    void aDialectWithFieldsOfItsOwnIsLeftToTheTree() throws IOException {
        byte[] bytes = USUAL.getBytes(StandardCharsets.UTF_8);
        ChatCodec other = new ChatCodec(
                "ours",
                Dialect.builder("ours", "https://a.example")
                        .replyFields("model")
                        .build(),
                false);
        assertThat(Json.read(bytes, 0, bytes.length, other::readUsual)).isNull();
    }

    @Test
    void bothReadMutatedRepliesAlike() {
        Random random = new Random(11);
        int quick = 0;
        for (int i = 0; i < 4_000; i++) {
            String json = USUAL;
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                json = mutated(json, random);
            }
            if (json.startsWith("{") && compare(json)) {
                quick++;
            }
        }
        assertThat(quick).isGreaterThan(200);
    }

    private static String mutated(String json, Random random) {
        String value = VALUES.get(random.nextInt(VALUES.size()));
        String name = NAMES.get(random.nextInt(NAMES.size()));
        List<Integer> colons = places(json, "\":");
        List<Integer> braces = places(json, "{");
        return switch (random.nextInt(4)) {
            case 0 -> { // another value for a field
                int at = colons.get(random.nextInt(colons.size())) + 2;
                int end = at;
                while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
                    end++;
                }
                yield json.substring(0, at) + value + json.substring(end);
            }
            case 1 -> { // one more field
                int at = braces.get(random.nextInt(braces.size())) + 1;
                String more = "\"" + name + "\":" + value;
                yield json.substring(0, at) + more + (json.charAt(at) == '}' ? "" : ",") + json.substring(at);
            }
            case 2 -> { // another name
                int end = colons.get(random.nextInt(colons.size()));
                int at = json.lastIndexOf('"', end - 1) + 1;
                yield json.substring(0, at) + name + json.substring(end);
            }
            default -> { // a character less
                int at = 1 + random.nextInt(json.length() - 1);
                yield json.substring(0, at) + json.substring(at + 1);
            }
        };
    }

    private static List<Integer> places(String json, String part) {
        List<Integer> places = new ArrayList<>();
        for (int at = json.indexOf(part); at >= 0; at = json.indexOf(part, at + 1)) {
            places.add(at);
        }
        return places;
    }

    @Test
    void bothReadTheRecordedRepliesAlike() throws IOException {
        int replies = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int start = text.indexOf('{');
                if (start >= 0) {
                    compare(text.substring(start));
                    replies++;
                }
            }
        }
        assertThat(replies).isPositive();
    }
}
