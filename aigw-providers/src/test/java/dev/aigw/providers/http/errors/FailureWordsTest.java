package dev.aigw.providers.http.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wordings as vendors and their users report them, and some that resemble them. */
class FailureWordsTest {

    private static ErrorKind kind(ErrorKind kind, int status, String words) {
        return FailureWords.refine(kind, status, words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid value for 'temperature': must be between 0 and 2",
                "messages: text content blocks must be non-empty",
                "Invalid base64 image_url.",
                "tools.0.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12",
                "Conversation roles must alternate user/assistant/user/assistant/...",
                "'messages' is a required property",
                "Missing required parameter: 'messages[0].content'.",
                "We could not parse the JSON body of your request.",
                "max_tokens must be at least 1, got -5",
                "Invalid schema for function 'x': In context=('properties', 'a'), 'oneOf' is not supported.",
                "top_p must be in (0, 1], got 2",
                "Invalid 'messages[1].tool_calls[0].function.arguments': expected a string",
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                "The image url is not valid",
                "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
                "temperature may only be set to 1 when thinking is enabled",
                "max_tokens must be greater than thinking.budget_tokens",
                "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
                "Missing `thought_signature` in functionCall parts",
                "stop: array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
                "n must be 1",
                "The thinking block in message 3 cannot be modified",
                "Function name was not found in the tools",
                "tool_call_id not found in the messages",
                "Could not parse image: not a valid image",
                "Please use a valid role: user, model.",
                "Unable to process input image. Please retry or report",
                "Invalid tool schema: property 'x' is missing a type",
                "number of function response parts is not equal to the number of function call parts",
                "response_format: json_schema name is required",
                "stream_options is only allowed when stream is enabled",
                "The 'stream_options' option can only be specified when 'stream' is enabled.",
                "Invalid value for 'content': expected a string, got null.",
                "tool_choice is only allowed when tools are specified",
                "user messages must have non-empty content",
                "A maximum of 4 blocks with cache_control may be provided. Found 5.",
                "stop_sequences: each stop sequence must contain non-whitespace"
            })
    void aMistakeOfTheCallerStaysOne(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This model does not support assistant message prefill. The conversation must end with a user message.",
                "'tools' is not supported by this model",
                "Model does not support parallel tool calls",
                "System role not supported",
                "This model only supports single tool-calls at once!",
                "reasoning_effort: Extra inputs are not permitted",
                "Unrecognized request argument supplied: parallel_tool_calls",
                "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
                "Argument not supported on this model: reasoningEffort",
                "logprobs are not available for this model",
                "Streaming is not available for this model",
                "The parameter `enable_thinking` is restricted to True. thinking is not enabled",
                "parameter.enable_thinking must be set to false for non-streaming calls, which this model does not support",
                "json_schema response format is not supported with model gpt-3.5-turbo",
                "Developer instruction is not enabled for models/gemma-3-1b-it",
                "Image input modality is not enabled for models/gemma-3-1b-it",
                "Unable to submit request because it must have a function calling capability; the model does not support function calling",
                "At most 0 image(s) may be provided in one prompt.",
                "Cannot use chat template functions because tokenizer.chat_template is not set and this model does not support it",
                "the model x does not support the 'search' tool",
                "create() got an unexpected keyword argument 'top_k'",
                "This model does not support image inputs",
                "Provider returned error: tool calling is not supported by this provider",
                "response_format `json_object` cannot be used with this model",
                "The requested operation is unsupported.",
                "thinking mode does not support this tool_choice",
                "Image URLs are not supported; use base64",
                "frequency_penalty is not supported"
            })
    void aParameterOrFeatureThatThisModelRefusesIsUnsupported(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Requested tokens (5000) exceed context window of 4096",
                "Prompt is too large: prompt has 5000 tokens, model max is 4096",
                "This endpoint's maximum context length is 8192 tokens",
                "Input is too long for requested model.",
                "The total number of tokens exceeds the model's limit of 32768",
                "input tokens limit exceeded: 9000 > 8192",
                "prompt token count of 70000 exceeds the limit of 64000",
                "Token limit exceeded",
                "Total tokens of image and text exceed max message tokens",
                "Single text cannot exceed 8192 tokens. 9000 tokens given.",
                "Prompt too long: 5152 tokens exceeds max_seq_len 2048 (leave room for output tokens)",
                "inputs tokens + max_new_tokens must be <= 4096. Given: 5000 inputs tokens and 100 max_new_tokens",
                "Request size exceeds model context window",
                "The number of tokens in the prompt exceeds the model's maximum",
                "too many tokens: size limit exceeded by 4096 tokens. Try using shorter or fewer inputs.",
                "Malformed input request: expected maxLength: 50000, actual: 60000, please reformat your input and try again.",
                "The max allowed tokens per submitted batch is 120000. Your batch has 130000 tokens after truncation. Please lower the number of tokens in the batch.",
                "input length and max_tokens exceed context limit",
                "Message too long. Max 4096 tokens",
                "The conversation is too long",
                "The input or output tokens must be reduced in order to run successfully: prompt exceeds limit of 32000 tokens",
                "Conversation history exceeds the model's maximum token limit",
                "Your input contains 9000 tokens, which exceeds the maximum of 8192 tokens",
                "You passed 5000 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens",
                "input_ids length 5000 exceeds max 4096 tokens"
            })
    void aPromptThatDoesNotFitIsTooLong(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
                "Your prepayment credits are depleted"
            })
    void anAccountWithoutMoneyIsExhausted(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt",
                "Output blocked by content filtering policy",
                "The request was blocked by our safety filters",
                "input new_sensitive (1026)"
            })
    void aFilterIsNamed(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.CONTENT_FILTERED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The provided model identifier is invalid.",
                "invalid model ID",
                "model 'llama9' not found, try pulling it first",
                "The model `gpt-x` has been deprecated and is no longer available, learn more here",
                "Model gpt-x is not available",
                "The requested model 'x' does not exist.",
                "The model: `x` does not exist"
            })
    void anUnknownModelIsNotFound(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Request payload size exceeds the limit: 20971520 bytes.", "image exceeds 5 MB maximum"})
    void aLargeBodyIsTooLarge(String words) {
        assertThat(kind(ErrorKind.INVALID_REQUEST, 400, words)).isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The server had an error processing your request",
                "Internal server error: connection not supported by upstream",
                "The model produced an invalid tool call",
                "CUDA out of memory",
                "EngineCore encountered an issue. See stack trace (above) for the root cause."
            })
    void aServersOwnFailureStaysOne(String words) {
        assertThat(kind(ErrorKind.SERVER_ERROR, 500, words)).isEqualTo(ErrorKind.SERVER_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "this model does not support embeddings",
                "tools param requires --jinja flag: tools are not supported",
                "audio input is not supported - hint: if this is unexpected, you may need to provide the mmproj"
            })
    void aServersFailureMayNameTheFeatureThatItLacks(String words) {
        assertThat(kind(ErrorKind.SERVER_ERROR, 500, words)).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sorry, your account balance is insufficient",
                "user quota is not enough / insufficient user quota",
                "inference prohibited: balance is too low, please top up"
            })
    void aForbiddenCallMayLackMoney(String words) {
        assertThat(kind(ErrorKind.PERMISSION, 403, words)).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your account has been banned for violating our usage policy",
                "You are not allowed to sample from this model",
                "Project `proj_x` does not have access to model `gpt-9`"
            })
    void aForbiddenCallStaysForbidden(String words) {
        assertThat(kind(ErrorKind.PERMISSION, 403, words)).isEqualTo(ErrorKind.PERMISSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Too many tokens, please wait before trying again.",
                "Request was throttled. Expected available in 3 seconds",
                "Tokens per minute limit exceeded - too many tokens processed."
            })
    void aRateLimitStaysOne(String words) {
        assertThat(kind(ErrorKind.RATE_LIMITED, 429, words)).isEqualTo(ErrorKind.RATE_LIMITED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "You have exceeded your monthly usage quota; insufficient balance",
                "billing_hard_limit_reached: Billing hard limit has been reached",
                "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."
            })
    void aRateLimitMayBeAQuota(String words) {
        assertThat(kind(ErrorKind.RATE_LIMITED, 429, words)).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    }

    @Test
    void aRequestIsAboveALimitOnlyWhereItAskedForMore() {
        String limit = "Rate limit reached on tokens per min (TPM): Limit 30,000, Used 29,990, Requested ";
        assertThat(kind(ErrorKind.RATE_LIMITED, 429, limit + "30,000")).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(kind(ErrorKind.RATE_LIMITED, 429, limit + "30,001")).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    }

    @Test
    void wordsOfOneKindDoNotChangeAParticularOne() {
        for (ErrorKind kind : new ErrorKind[] {
            ErrorKind.CONTENT_FILTERED, ErrorKind.TIMEOUT, ErrorKind.CONNECTION, ErrorKind.QUOTA_EXHAUSTED
        }) {
            assertThat(kind(kind, 400, "context window, credit balance, not supported"))
                    .isEqualTo(kind);
        }
    }
}
