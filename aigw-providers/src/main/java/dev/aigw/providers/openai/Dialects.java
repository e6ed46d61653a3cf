package dev.aigw.providers.openai;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.providers.kit.ToolIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The dialects of known servers, each with only its known differences, after the reference named in its Javadoc.
 *
 * <pre>{@code
 * OpenAiAdapter groq = OpenAiAdapter.builder(Dialects.GROQ).apiKeyFromEnvironment().build();
 * OpenAiAdapter vllm = OpenAiAdapter.builder(Dialects.VLLM).baseUrl("http://gpu-1:8000/v1").build();
 * }</pre>
 *
 * <p>Self-hosted servers are expected on this machine unless the builder sets a {@code baseUrl}, and need no key. Where
 * a vendor's models differ, the dialect has what applies to all of them; a field that only some models refuse is sent,
 * and the vendor's answer decides.
 */
public final class Dialects {

    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";
    private static final String TOP_K = "top_k";
    private static final String PROMPT_CACHE_KEY = "prompt_cache_key";

    /** OpenAI itself. */
    public static final Dialect OPENAI = vendor("openai", "https://api.openai.com/v1")
            .keyVariable("OPENAI_API_KEY")
            .takes(MAX_COMPLETION_TOKENS)
            .responsesApi(true)
            .batches(BatchProtocol.OPENAI)
            .toolCallId(ToolIds.ofLength(40))
            .promptCacheKey(PROMPT_CACHE_KEY)
            .promptCacheOptions(true)
            .base64Embeddings(true)
            .serves(
                    ModerationRequest.MODERATE,
                    ImageRequest.GENERATE_IMAGE,
                    TranscriptionRequest.TRANSCRIBE,
                    SpeechRequest.SPEAK)
            .build();

    /**
     * What all servers with this protocol take, for those that are only known by their base URL: some ignore
     * {@code max_completion_tokens}, some refuse {@code stream_options} or vectors as base64.
     */
    static final Dialect COMMON = Dialect.builder(OPENAI.name, OPENAI.baseUrl)
            .toolCallId(OPENAI.toolCallId)
            .build();

    /**
     * vLLM's server, after "OpenAI-Compatible Server" and "Reasoning Outputs" of its documentation; takes {@code top_k}
     * and reasoning.
     */
    public static final Dialect VLLM = local("vllm", 8000)
            .takes(TOP_K)
            .reasoningField("reasoning")
            .serves(RerankRequest.RERANK, TranscriptionRequest.TRANSCRIBE)
            .build();

    /** SGLang's server, after "OpenAI APIs" of its documentation; takes {@code top_k}. */
    public static final Dialect SGLANG = local("sglang", 30000).takes(TOP_K).build();

    /**
     * Text Generation Inference, after its "Messages API" and {@code docs/openapi.json}: JSON objects only by a schema,
     * which has its own form ({@code GrammarType}); its own finish reasons and error types; no embeddings, which
     * another server makes.
     */
    public static final Dialect TGI = local("tgi", 8080)
            .lacks("json_object", "reasoning_effort", "parallel_tool_calls", "service_tier", "metadata", "user")
            .embeddings(false)
            .schemaFormat(Dialects::grammar)
            .finishReason("eos_token", FinishReason.Kind.STOP)
            .finishReason("stop_sequence", FinishReason.Kind.STOP)
            .errorCode("overloaded", ErrorKind.OVERLOADED)
            .errorCode("validation", ErrorKind.INVALID_REQUEST)
            .errorCode("generation", ErrorKind.SERVER_ERROR)
            .build();

    /** llama.cpp's server, after its {@code tools/server/README.md}; takes {@code top_k}. */
    public static final Dialect LLAMA_CPP = local("llama-cpp", 8080)
            .takes(TOP_K)
            .serves(RerankRequest.RERANK)
            .errorCode("exceed_context_size_error", ErrorKind.CONTEXT_TOO_LONG)
            .errorCode("unavailable_error", ErrorKind.OVERLOADED)
            .errorCode("not_supported_error", ErrorKind.UNSUPPORTED)
            .build();

    /** LM Studio's server, after "OpenAI Compatibility Endpoints" of its documentation: JSON only by a schema. */
    public static final Dialect LM_STUDIO =
            local("lm-studio", 1234).takes(TOP_K).lacks("json_object").build();

    /**
     * LocalAI, after its "OpenAI functions", "Text generation" and "Interleaved Thinking with Tool Calls" pages; takes
     * {@code top_k} and reasoning.
     */
    public static final Dialect LOCAL_AI = local("localai", 8080)
            .takes(TOP_K)
            .reasoningField("reasoning")
            .serves(
                    RerankRequest.RERANK,
                    ImageRequest.GENERATE_IMAGE,
                    TranscriptionRequest.TRANSCRIBE,
                    SpeechRequest.SPEAK)
            .build();

    /**
     * Ollama's own server with this protocol, after "OpenAI compatibility" of its documentation: it ignores
     * {@code max_completion_tokens}, and takes reasoning back, but no choice of a tool and no log probabilities. Its
     * native protocol, by {@link dev.aigw.providers.ollama.OllamaAdapter}, has more options.
     */
    public static final Dialect OLLAMA = local("ollama-openai", 11434)
            .lacks("tool_choice", "parallel_tool_calls", "logprobs", "top_logprobs", "service_tier", "verbosity")
            .lacks("metadata", "user", "name", "refusal")
            .reasoningField("reasoning")
            .build();

    /**
     * LiteLLM's proxy, after its "Reasoning Content" and "Input Params" pages: it translates {@code max_tokens} for
     * each vendor behind it, and takes signed thinking back unchanged in {@code thinking_blocks}, otherwise in
     * {@code reasoning_content}.
     */
    public static final Dialect LITELLM = local("litellm", 4000)
            .keyVariable("LITELLM_API_KEY")
            .reasoningField("reasoning_content")
            .reasoningDetails("thinking_blocks")
            .cacheControl(true)
            .serves(
                    RerankRequest.RERANK,
                    ModerationRequest.MODERATE,
                    ImageRequest.GENERATE_IMAGE,
                    TranscriptionRequest.TRANSCRIBE,
                    SpeechRequest.SPEAK)
            .build();

    /**
     * Groq, after its "OpenAI Compatibility" and "API Error Codes" pages: no log probabilities, no speakers' names, no
     * embeddings, and status 498 for a flex tier at its capacity.
     */
    public static final Dialect GROQ = vendor("groq", "https://api.groq.com/openai/v1")
            .keyVariable("GROQ_API_KEY")
            .takes(MAX_COMPLETION_TOKENS)
            .serves(TranscriptionRequest.TRANSCRIBE, SpeechRequest.SPEAK)
            .lacks("logprobs", "top_logprobs", "name")
            .embeddings(false)
            .errorStatus(498, ErrorKind.OVERLOADED)
            .errorCode("tool_use_failed", ErrorKind.MALFORMED_RESPONSE, FailureSubject.REQUEST)
            .errorCode("json_validate_failed", ErrorKind.MALFORMED_RESPONSE, FailureSubject.REQUEST)
            .errorCode("model_permission_blocked_org", ErrorKind.PERMISSION, FailureSubject.MODEL)
            .errorCode("model_permission_blocked_project", ErrorKind.PERMISSION, FailureSubject.MODEL)
            .errorCode("model_terms_required", ErrorKind.PERMISSION, FailureSubject.MODEL)
            .build();

    /**
     * DeepSeek, after its "Create Chat Completion" reference and "Thinking Mode" guide: a separate switch turns
     * thinking off, the reasoning before a tool call must be sent back, and cached tokens have their own field.
     */
    public static final Dialect DEEPSEEK = vendor("deepseek", "https://api.deepseek.com")
            .keyVariable("DEEPSEEK_API_KEY")
            .lacks("json_schema", "seed", "parallel_tool_calls", "service_tier", "metadata", "verbosity")
            .embeddings(false)
            .reasoningField("reasoning_content")
            .reasoningRequired(true)
            .reasoning(Dialects::thinkingSwitch)
            .build();

    /**
     * Kimi, by Moonshot AI, after its "Chat" reference and its guides on thinking models and the partial mode: a switch
     * turns thinking on or off, the reasoning before a tool call must be sent back, and a last message of the assistant
     * is continued.
     */
    public static final Dialect MOONSHOT = vendor("moonshot", "https://api.moonshot.ai/v1")
            .keyVariable("MOONSHOT_API_KEY")
            .takes(MAX_COMPLETION_TOKENS)
            .lacks("parallel_tool_calls", "service_tier", "metadata", "user", "verbosity", "seed", "refusal")
            .embeddings(false)
            .prefixField("partial")
            .promptCacheKey(PROMPT_CACHE_KEY)
            .reasoningField("reasoning_content")
            .reasoningRequired(true)
            .reasoning(Dialects::thinkingOnOrOff)
            .build();

    /**
     * xAI, after its "Chat completions" reference and its "Reasoning" and "Prompt Caching" guides: reasoning is counted
     * separately from the completion, sources of a live search are listed separately from the answer, and a header
     * names the conversation.
     */
    public static final Dialect XAI = vendor("xai", "https://api.x.ai/v1")
            .keyVariable("XAI_API_KEY")
            .takes(MAX_COMPLETION_TOKENS)
            .serves(ImageRequest.GENERATE_IMAGE)
            .embeddings(false)
            .reasoningApart(true)
            .promptCacheHeader("x-grok-conv-id")
            .sources("citations")
            .build();

    /**
     * OpenRouter, after its "API Reference", "Reasoning Tokens" and "Errors" pages: a {@code reasoning} object that
     * takes levels and budgets; reasoning is sent back unchanged in {@code reasoning_details}, otherwise in
     * {@code reasoning}; {@code top_k}; numeric error codes; the provider that served the call becomes the extra
     * {@code provider}. After its "Prompt Caching" page, cache hints are marks in Anthropic's form, which it
     * translates, and a session is kept at one provider by {@code session_id}. A feature that no provider of a model
     * supports is a 404, and a 402 may concern only the length that one request asks for.
     */
    public static final Dialect OPENROUTER = vendor("openrouter", "https://openrouter.ai/api/v1")
            .keyVariable("OPENROUTER_API_KEY")
            .takes(TOP_K, MAX_COMPLETION_TOKENS)
            .reasoning(Dialects::reasoningObject)
            .reasoningField("reasoning")
            .reasoningDetails("reasoning_details")
            .promptCacheKey("session_id")
            .cacheControl(true)
            .replyFields("provider")
            .errorWords("no endpoints found that support", ErrorKind.UNSUPPORTED, FailureSubject.REQUEST)
            .errorWords("fewer max_tokens", ErrorKind.QUOTA_EXHAUSTED, FailureSubject.REQUEST)
            .errorWords("prompt tokens limit exceeded", ErrorKind.QUOTA_EXHAUSTED, FailureSubject.REQUEST)
            .build();

    /**
     * Together AI, after its "Create Chat Completion" reference; takes {@code top_k}. Its log probabilities have a
     * different form, which is not read.
     */
    public static final Dialect TOGETHER = vendor("together", "https://api.together.xyz/v1")
            .keyVariable("TOGETHER_API_KEY")
            .serves(
                    RerankRequest.RERANK,
                    ImageRequest.GENERATE_IMAGE,
                    TranscriptionRequest.TRANSCRIBE,
                    SpeechRequest.SPEAK)
            .takes(TOP_K)
            .lacks("logprobs", "top_logprobs")
            .finishReason("eos", FinishReason.Kind.STOP)
            .build();

    /** Fireworks AI, after its "Create Chat Completion" reference; takes {@code top_k}. */
    public static final Dialect FIREWORKS = vendor("fireworks", "https://api.fireworks.ai/inference/v1")
            .keyVariable("FIREWORKS_API_KEY")
            .takes(TOP_K)
            .promptCacheKey(PROMPT_CACHE_KEY)
            .promptCacheHeader("x-session-affinity")
            .build();

    /**
     * Perplexity's Sonar, after its "Chat Completions" reference: turns that alternate, no tools, {@code top_k}, JSON
     * only by a schema, sources listed as {@code search_results}, and reasoning counted separately from the completion.
     */
    public static final Dialect PERPLEXITY = vendor("perplexity", "https://api.perplexity.ai")
            .keyVariable("PERPLEXITY_API_KEY")
            .alternating(true)
            .takes(TOP_K)
            .lacks("tools", "tool_choice", "parallel_tool_calls", "seed", "logprobs", "json_object")
            .embeddings(false)
            .reasoningApart(true)
            .sources("search_results")
            .replyFields("related_questions", "images")
            .build();

    /** Cerebras, after its "OpenAI Compatibility" page: no penalties. */
    public static final Dialect CEREBRAS = vendor("cerebras", "https://api.cerebras.ai/v1")
            .keyVariable("CEREBRAS_API_KEY")
            .takes(MAX_COMPLETION_TOKENS)
            .lacks("frequency_penalty", "presence_penalty")
            .embeddings(false)
            .errorCode("wrong_api_key", ErrorKind.AUTHENTICATION)
            .errorCode("queue_exceeded", ErrorKind.RATE_LIMITED)
            .build();

    /**
     * NVIDIA's hosted NIM, after its "LLM APIs" reference; set {@code baseUrl} for your own NIM. Its embedding models
     * require the extra field {@code input_type}: {@code query} or {@code passage}.
     */
    public static final Dialect NVIDIA_NIM = vendor("nvidia", "https://integrate.api.nvidia.com/v1")
            .keyVariable("NVIDIA_API_KEY")
            .build();

    /** GitHub Models, after GitHub's "REST API endpoints for models inference". */
    public static final Dialect GITHUB_MODELS = vendor("github", "https://models.github.ai/inference")
            .keyVariable("GITHUB_TOKEN")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .build();

    private static final List<Dialect> ALL = List.of(
            OPENAI,
            VLLM,
            SGLANG,
            TGI,
            LLAMA_CPP,
            LM_STUDIO,
            LOCAL_AI,
            OLLAMA,
            LITELLM,
            GROQ,
            DEEPSEEK,
            MOONSHOT,
            XAI,
            OPENROUTER,
            TOGETHER,
            FIREWORKS,
            PERPLEXITY,
            CEREBRAS,
            NVIDIA_NIM,
            GITHUB_MODELS);

    private Dialects() {}

    /** Returns all dialects of this class; their names differ. */
    public static List<Dialect> all() {
        return ALL;
    }

    private static Dialect.Builder local(String name, int port) {
        return vendor(name, "http://localhost:" + port + "/v1");
    }

    private static Dialect.Builder vendor(String name, String baseUrl) {
        return Dialect.builder(name, baseUrl).streamUsage(true);
    }

    private static Map<String, ?> grammar(ResponseFormat format) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "json");
        fields.put("value", Objects.requireNonNull(format.schema()));
        return fields;
    }

    /** Kimi refuses a level beside the switch. */
    private static Map<String, ?> thinkingOnOrOff(ReasoningEffort effort) {
        boolean off = ChatEncoder.level(effort) == ReasoningEffort.Level.NONE;
        return Map.of("thinking", Map.of("type", off ? "disabled" : "enabled"));
    }

    private static Map<String, ?> thinkingSwitch(ReasoningEffort effort) {
        if (ChatEncoder.level(effort) == ReasoningEffort.Level.NONE) {
            return Map.of("thinking", Map.of("type", "disabled"));
        }
        Map<String, Object> fields = new LinkedHashMap<>(ChatEncoder.effort(effort));
        fields.put("thinking", Map.of("type", "enabled"));
        return fields;
    }

    private static Map<String, ?> reasoningObject(ReasoningEffort effort) {
        ReasoningEffort.Level level = effort.level();
        return Map.of(
                "reasoning",
                level == null
                        ? Map.of("max_tokens", effort.budgetTokens() == null ? 0 : effort.budgetTokens())
                        : Map.of("effort", level.name().toLowerCase(Locale.ROOT)));
    }
}
