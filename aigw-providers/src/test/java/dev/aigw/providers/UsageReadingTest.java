package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.ProviderAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Token counts as servers report them, right and wrong, whole and streamed, and the buckets that they make. */
class UsageReadingTest {

    /**
     * How a vendor reports tokens.
     *
     * @param adapter the adapter
     * @param input the field of the prompt's tokens
     * @param output the field of the answer's tokens
     * @param whole a reply with {@code %s} in place of the fields
     * @param events a stream, likewise
     */
    private record Form(String adapter, String input, String output, String whole, List<String> events) {

        Form(String adapter, String input, String output, String whole, String... events) {
            this(adapter, input, output, whole, List.of(events));
        }

        List<ChatResponse> answers(String fields) {
            return List.of(
                    Replies.whole(adapter, whole.replace("%s", fields)),
                    Replies.streamed(
                            adapter,
                            events.stream()
                                    .map(event -> event.replace("%s", fields))
                                    .toArray(String[]::new)));
        }
    }

    private static final String CHUNK =
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}";
    private static final List<Form> FORMS = List.of(
            new Form(
                    "openai",
                    "prompt_tokens",
                    "completion_tokens",
                    "{\"choices\":[{\"message\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}],\"usage\":{%s}}",
                    CHUNK,
                    "{\"choices\":[],\"usage\":{%s}}"),
            new Form(
                    "responses",
                    "input_tokens",
                    "output_tokens",
                    "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"text\":\"ok\"}]}],"
                            + "\"usage\":{%s}}",
                    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"ok\"}",
                    "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"usage\":{%s}}}"),
            new Form(
                    "anthropic",
                    "input_tokens",
                    "output_tokens",
                    "{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],\"stop_reason\":\"end_turn\",\"usage\":{%s}}",
                    "{\"type\":\"message_start\",\"message\":{}}",
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"ok\"}}",
                    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{%s}}",
                    "{\"type\":\"message_stop\"}"),
            new Form(
                    "gemini",
                    "promptTokenCount",
                    "candidatesTokenCount",
                    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}]},\"finishReason\":\"STOP\"}],"
                            + "\"usageMetadata\":{%s}}",
                    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}]},\"finishReason\":\"STOP\"}],"
                            + "\"usageMetadata\":{%s}}"),
            new Form(
                    "bedrock",
                    "inputTokens",
                    "outputTokens",
                    "{\"output\":{\"message\":{\"content\":[{\"text\":\"ok\"}]}},\"stopReason\":\"end_turn\","
                            + "\"usage\":{%s}}",
                    "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"ok\"}}",
                    "messageStop {\"stopReason\":\"end_turn\"}",
                    "metadata {\"usage\":{%s}}"),
            new Form(
                    "ollama",
                    "prompt_eval_count",
                    "eval_count",
                    "{\"message\":{\"content\":\"ok\"},\"done\":true,\"done_reason\":\"stop\",%s}",
                    "{\"message\":{\"content\":\"ok\"},\"done\":true,\"done_reason\":\"stop\",%s}"),
            new Form(
                    "cohere",
                    "input_tokens",
                    "output_tokens",
                    "{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]},\"finish_reason\":\"COMPLETE\","
                            + "\"usage\":{\"billed_units\":{%s}}}",
                    "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"ok\"}}}}",
                    "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\","
                            + "\"usage\":{\"billed_units\":{%s}}}}"));

    private static final List<String> IMPLAUSIBLE = List.of(
            "-5",
            "\"-5\"",
            "9223372036854775807",
            "18446744073709551617",
            "1e999999999",
            "\"1e999999999\"",
            "NaN",
            "Infinity",
            "{}",
            "[3]",
            "true",
            "\"many\"",
            "\"\"");

    @TestFactory
    Stream<DynamicTest> aCountIsReadAsANumberOrAsAText() {
        return each(form -> {
            for (String written : List.of("7", "\"7\"", "7.0", "\"7.0\"", "\" 7 \"")) {
                for (ChatResponse answer :
                        form.answers("\"" + form.input() + "\":" + written + ",\"" + form.output() + "\":3")) {
                    assertThat(answer.usage()).as(written).isEqualTo(TokenUsage.of(7, 3));
                    assertThat(answer.warnings()).isEmpty();
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> anImplausibleCountIsAbsentWithAWarning() {
        return each(form -> {
            for (String written : IMPLAUSIBLE) {
                for (ChatResponse answer :
                        form.answers("\"" + form.input() + "\":" + written + ",\"" + form.output() + "\":3")) {
                    assertThat(answer.text()).isEqualTo("ok");
                    assertThat(answer.usage().get(Bucket.INPUT)).as(written).isEmpty();
                    assertThat(answer.usage().getOrZero(Bucket.OUTPUT)).isEqualTo(3);
                    assertThat(answer.warnings())
                            .as(written)
                            .containsExactly(
                                    "the reported " + form.input() + " cannot be a number of tokens: it was left out");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> nullsAreAbsent() {
        return each(form -> {
            for (ChatResponse answer : form.answers("\"" + form.input() + "\":null,\"" + form.output() + "\":null")) {
                assertThat(answer.usage()).isEqualTo(TokenUsage.NONE);
                assertThat(answer.warnings()).isEmpty();
            }
        });
    }

    private static Stream<DynamicTest> each(Consumer<Form> check) {
        return FORMS.stream().map(form -> DynamicTest.dynamicTest(form.adapter(), () -> check.accept(form)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // a share is part of its whole
                "openai | 'prompt_tokens':100,'completion_tokens':9,'prompt_tokens_details':{'cached_tokens':'60'},"
                        + "'completion_tokens_details':{'reasoning_tokens':4} | INPUT=40 CACHE_READ=60 OUTPUT=5 REASONING=4",
                // shares that overlap are never more than the whole
                "openai | 'prompt_tokens':10,'prompt_tokens_details':{'cached_tokens':8,'audio_tokens':8}"
                        + " | INPUT=0 CACHE_READ=8 INPUT_AUDIO=2",
                "openai | 'completion_tokens':10,'completion_tokens_details':{'audio_tokens':8,'image_tokens':8}"
                        + " | OUTPUT=0 OUTPUT_AUDIO=8 OUTPUT_IMAGE=2",
                // a share above its whole was counted beside it
                "openai | 'prompt_tokens':50,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':90},"
                        + "'completion_tokens_details':{'reasoning_tokens':80}"
                        + " | INPUT=50 CACHE_READ=90 OUTPUT=5 REASONING=80",
                "openai | 'prompt_tokens':50,'completion_tokens':9,'total_tokens':67,"
                        + "'completion_tokens_details':{'reasoning_tokens':8} | INPUT=50 OUTPUT=9 REASONING=8",
                // an absurd share says nothing, the whole stays
                "openai | 'prompt_tokens':50,'completion_tokens':5,"
                        + "'prompt_tokens_details':{'cached_tokens':9223372036854775807} | INPUT=50 OUTPUT=5",
                "openai | 'prompt_tokens':50,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':-90}"
                        + " | INPUT=50 OUTPUT=5",
                // Kimi, Mistral and LiteLLM have names of their own
                "openai | 'prompt_tokens':19,'completion_tokens':5,'cached_tokens':10"
                        + " | INPUT=9 CACHE_READ=10 OUTPUT=5",
                "openai | 'prompt_tokens':19,'completion_tokens':5,'num_cached_tokens':10"
                        + " | INPUT=9 CACHE_READ=10 OUTPUT=5",
                "openai | 'prompt_tokens':50,'completion_tokens':5,'cache_creation_input_tokens':30,"
                        + "'cache_read_input_tokens':10 | INPUT=10 CACHE_READ=10 CACHE_WRITE=30 OUTPUT=5",
                "openai | 'prompt_tokens':50,'completion_tokens':5,"
                        + "'prompt_tokens_details':{'cached_tokens':0,'cache_creation_tokens':30}"
                        + " | INPUT=20 CACHE_READ=0 CACHE_WRITE=30 OUTPUT=5",
                // what is missing is what is left of the total
                "openai | 'completion_tokens':5,'total_tokens':55 | INPUT=50 OUTPUT=5",
                "openai | 'prompt_tokens':0,'completion_tokens':5,'total_tokens':55 | INPUT=50 OUTPUT=5",
                "openai | 'prompt_tokens':-1,'completion_tokens':5,'total_tokens':55 | INPUT=50 OUTPUT=5",
                "openai | 'prompt_tokens':50,'total_tokens':'55' | INPUT=50 OUTPUT=5",
                "openai | 'total_tokens':55 | INPUT=55",
                "openai | 'prompt_tokens':50,'completion_tokens':5,'total_tokens':3 | INPUT=50 OUTPUT=5",
                "anthropic | 'input_tokens':10,'output_tokens':5,'output_tokens_details':{'thinking_tokens':7}"
                        + " | INPUT=10 OUTPUT=5 REASONING=7",
                "anthropic | 'input_tokens':10,'output_tokens':5,'cache_creation_input_tokens':3,"
                        + "'cache_creation':{'ephemeral_5m_input_tokens':4,'ephemeral_1h_input_tokens':6}"
                        + " | INPUT=10 CACHE_WRITE=4 CACHE_WRITE_LONG=6 OUTPUT=5",
                "gemini | 'promptTokenCount':100,'cachedContentTokenCount':'60','candidatesTokenCount':4,"
                        + "'thoughtsTokenCount':'8','toolUsePromptTokenCount':10"
                        + " | INPUT=50 CACHE_READ=60 OUTPUT=4 REASONING=8",
                "gemini | 'promptTokenCount':10,'cachedContentTokenCount':60,'candidatesTokenCount':4"
                        + " | INPUT=10 CACHE_READ=60 OUTPUT=4",
                "gemini | 'promptTokenCount':10,'thoughtsTokenCount':8,'totalTokenCount':30"
                        + " | INPUT=10 OUTPUT=12 REASONING=8",
                "gemini | 'promptTokenCount':10,'candidatesTokenCount':4,"
                        + "'promptTokensDetails':[{'modality':'AUDIO','tokenCount':8},{'modality':'IMAGE','tokenCount':8}]"
                        + " | INPUT=0 INPUT_AUDIO=8 INPUT_IMAGE=2 OUTPUT=4",
                "bedrock | 'inputTokens':0,'outputTokens':5,'totalTokens':55,'cacheReadInputTokens':20"
                        + " | INPUT=30 CACHE_READ=20 OUTPUT=5",
                "bedrock | 'inputTokens':1,'outputTokens':5,'cacheWriteInputTokens':2,"
                        + "'cacheDetails':[{'ttl':'1h','inputTokens':'9'}]"
                        + " | INPUT=1 CACHE_WRITE=0 CACHE_WRITE_LONG=9 OUTPUT=5",
            })
    void sharesAndTotalsMakeDisjointBuckets(String adapter, String fields, String buckets) {
        Form form = FORMS.stream()
                .filter(each -> each.adapter().equals(adapter))
                .findFirst()
                .orElseThrow();
        TokenUsage.Builder expected = TokenUsage.builder();
        for (String bucket : buckets.split(" ", -1)) {
            int equals = bucket.indexOf('=');
            expected.set(Bucket.valueOf(bucket.substring(0, equals)), Long.parseLong(bucket.substring(equals + 1)));
        }
        for (ChatResponse answer : form.answers(fields.replace('\'', '"'))) {
            assertThat(answer.usage()).isEqualTo(expected.build());
        }
    }

    @Test
    void aLaterReportDoesNotForgetWhatAnEarlierOneCounted() {
        String first = "{\"choices\":[{\"delta\":{\"content\":\"ok\"}}],\"usage\":{\"prompt_tokens\":15,"
                + "\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":5}}}";
        TokenUsage.Builder input = TokenUsage.builder().input(10).cacheRead(5);
        assertThat(Replies.streamed(
                                "openai",
                                first,
                                CHUNK,
                                "{\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":7}}")
                        .usage())
                .isEqualTo(input.output(7).build());
        assertThat(Replies.streamed("openai", first, CHUNK, "{\"choices\":[],\"usage\":{}}")
                        .usage())
                .isEqualTo(TokenUsage.builder().input(10).cacheRead(5).output(1).build());
        assertThat(Replies.streamed(
                                "gemini",
                                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}]}}],"
                                        + "\"usageMetadata\":{\"promptTokenCount\":15,\"candidatesTokenCount\":1}}",
                                "{\"candidates\":[{\"finishReason\":\"STOP\"}],"
                                        + "\"usageMetadata\":{\"candidatesTokenCount\":7}}")
                        .usage())
                .isEqualTo(TokenUsage.of(15, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openai | {'data':[{'embedding':[1]}],'usage':{'prompt_tokens':%s}}",
                "gemini | {'embeddings':[{'values':[1]}],'usageMetadata':{'promptTokenCount':%s}}",
                "vertex | {'predictions':[{'embeddings':{'values':[1],'statistics':{'token_count':%s}}}]}",
                "ollama | {'embeddings':[[1]],'prompt_eval_count':%s}",
                "cohere | {'embeddings':{'float':[[1]]},'meta':{'billed_units':{'input_tokens':%s}}}",
                "bedrock | {'embedding':[1],'inputTextTokenCount':%s}",
                "rerank | {'results':[{'index':0,'relevance_score':1}],'usage':{'total_tokens':%s}}",
            })
    void embeddingsAndRerankingsAreReadAlike(String form, String reply) {
        String json = reply.replace('\'', '"');
        RecordingAttempt attempt = new RecordingAttempt("amazon.titan-embed-text-v2:0");
        assertThat(usage(form, json.replace("%s", "\"7\""), attempt))
                .isEqualTo(TokenUsage.builder().input(7).build());
        assertThat(usage(form, json.replace("%s", "null"), attempt)).isEqualTo(TokenUsage.NONE);
        assertThat(attempt.warnings).isEmpty();
        List<String> warnings = new ArrayList<>();
        for (String written : IMPLAUSIBLE) {
            RecordingAttempt next = new RecordingAttempt("amazon.titan-embed-text-v2:0");
            assertThat(usage(form, json.replace("%s", written), next))
                    .as(written)
                    .isEqualTo(TokenUsage.NONE);
            assertThat(next.warnings).as(written).hasSize(1);
            warnings.addAll(next.warnings);
        }
        assertThat(warnings).allMatch(warning -> warning.contains("cannot be a number of tokens"));
    }

    private static TokenUsage usage(String form, String json, RecordingAttempt attempt) {
        boolean rerank = form.equals("rerank");
        Wire wire = new Wire().answer("application/json", json.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = Replies.adapter(rerank ? "vllm" : form, wire.client())) {
            return rerank
                    ? call(adapter, RerankRequest.RERANK, RerankRequest.of("any", "q", List.of("d")), attempt)
                    : call(adapter, EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "x"), attempt);
        }
    }

    private static <Q extends ModelRequest, R extends ModelReply> TokenUsage call(
            ProviderAdapter adapter, Operation<Q, R> operation, Q request, RecordingAttempt attempt) {
        return adapter.call(operation, request, attempt).usage();
    }
}
