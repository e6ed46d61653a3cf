package dev.aigw.providers.azure;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.ErrorFixture;
import dev.aigw.providers.contract.ProviderContractTest;
import dev.aigw.providers.contract.RequestReader;
import dev.aigw.providers.contract.WireFixtures;
import dev.aigw.providers.openai.OpenAiVendor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract, over replies in the shape of the vendor's published reference. */
class AzureContractTest extends ProviderContractTest {

    static final String SAFE = "{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}";
    static final String PROMPT_FILTER =
            "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":" + SAFE + "}]";
    private static final TokenUsage USAGE = TokenUsage.of(20, 9);
    private static final String USAGE_JSON =
            "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":9,\"total_tokens\":29}";

    /** The chunk that comes before the answer: what the filter says of the prompt. */
    static String promptChunk() {
        return "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\"," + PROMPT_FILTER
                + "}\n\n";
    }

    static String chunk(String delta, String finish, String filter) {
        return "data: {\"choices\":[{\"content_filter_results\":" + filter + ",\"delta\":" + delta
                + ",\"finish_reason\":" + finish + ",\"index\":0}],"
                + "\"id\":\"chatcmpl-1\",\"model\":\"gpt-5-mini\",\"object\":\"chat.completion.chunk\","
                + "\"system_fingerprint\":\"fp_1\"}\n\n";
    }

    static String last() {
        return "data: {\"choices\":[],\"created\":1700000000,\"id\":\"chatcmpl-1\",\"model\":\"gpt-5-mini\","
                + "\"object\":\"chat.completion.chunk\"," + USAGE_JSON + "}\n\ndata: [DONE]\n\n";
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return AzureOpenAi.deployments(baseUrl, "2024-10-21").apiKey(CREDENTIAL).build();
    }

    @Override
    protected RequestReader requestReader() {
        return new OpenAiVendor();
    }

    @TestFactory
    Stream<DynamicTest> anErrorIsWhatItsFileSays() {
        return ErrorFixture.tests("azure", this::adapter);
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(
                        """
                        {"choices":[{"content_filter_results":%s,"finish_reason":"stop","index":0,"logprobs":null,
                          "message":{"content":"Hi there, grüß dich!","refusal":null,"role":"assistant"}}],"created":1700000000,
                         "id":"chatcmpl-1","model":"gpt-5-mini","object":"chat.completion",%s,%s}""".formatted(SAFE, PROMPT_FILTER, USAGE_JSON),
                        promptChunk()
                                + chunk("{\"content\":\"Hi\"}", "null", "{}")
                                + chunk("{\"content\":\" there\"}", "null", SAFE)
                                + chunk("{\"content\":\", grüß dich!\"}", "null", "{}")
                                + chunk("{}", "\"stop\"", "{}")
                                + last(),
                        "Hi there, grüß dich!",
                        USAGE)
                .tools(new WireFixtures.Answer(
                        """
                        {"choices":[{"content_filter_results":{},"finish_reason":"tool_calls","index":0,
                          "message":{"content":null,"role":"assistant","tool_calls":[{"function":
                           {"arguments":"{\\"city\\":\\"Ulm\\"}","name":"weather"},"id":"call_a","type":"function"}]}}],
                         "id":"chatcmpl-2","model":"gpt-5-mini","object":"chat.completion",%s,%s}""".formatted(PROMPT_FILTER, USAGE_JSON),
                        promptChunk()
                                + chunk(
                                        "{\"content\":null,\"role\":\"assistant\",\"tool_calls\":[{\"function\":"
                                                + "{\"arguments\":\"\",\"name\":\"weather\"},\"id\":\"call_a\",\"index\":0,"
                                                + "\"type\":\"function\"}]}",
                                        "null",
                                        "{}")
                                + chunk(
                                        "{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\"},"
                                                + "\"index\":0}]}",
                                        "null",
                                        "{}")
                                + chunk("{}", "\"tool_calls\"", "{}")
                                + last(),
                        ChatResponse.builder()
                                .part(new ToolCall("call_a", "weather", "{\"city\":\"Ulm\"}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                                .usage(USAGE)
                                .build()))
                .error("bad key", 401, error("401", "Access denied due to invalid key"), ErrorKind.AUTHENTICATION)
                .error("no deployment", 404, error("DeploymentNotFound", "It does not exist"), ErrorKind.NOT_FOUND)
                .error("rate limit", 429, error("429", "Please retry after 6 seconds."), ErrorKind.RATE_LIMITED)
                .error(
                        "gateway limit",
                        429,
                        "{\"statusCode\":429,\"message\":\"Rate limit is exceeded. Try again in 2 seconds.\"}",
                        ErrorKind.RATE_LIMITED)
                .error("no money", 429, error("insufficient_quota", "x"), ErrorKind.QUOTA_EXHAUSTED)
                .error("wrong operation", 400, error("OperationNotSupported", "x"), ErrorKind.UNSUPPORTED)
                .error("too long", 400, error("context_length_exceeded", "x"), ErrorKind.CONTEXT_TOO_LONG)
                .error("filtered", 400, FILTERED, ErrorKind.CONTENT_FILTERED)
                .error("server error", 500, error("InternalServerError", "x"), ErrorKind.SERVER_ERROR)
                .error("unavailable", 503, error("ServiceUnavailable", "x"), ErrorKind.OVERLOADED)
                .errorInStream("data: " + error("429", "Too many requests") + "\n\n", ErrorKind.RATE_LIMITED)
                .build();
    }

    static final String FILTERED = """
            {"error":{"message":"The response was filtered due to the prompt triggering the content management policy.",
            "type":null,"param":"prompt","code":"content_filter","status":400,
            "innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{
             "hate":{"filtered":true,"severity":"high"},"jailbreak":{"filtered":true,"detected":true},
             "sexual":{"filtered":false,"severity":"safe"}}}}}""";

    private static String error(String code, String message) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
    }
}
