package dev.aigw.providers.contract;

/**
 * The features of a chat request beyond one question. {@link ProviderContractTest} checks for each that an adapter
 * sends it or reports that it cannot.
 */
public enum ChatFeature {
    /** An earlier question and its answer. */
    ANSWER,
    /** A system message at the start. */
    SYSTEM,
    /** A system message in the middle of a conversation. */
    LATE_SYSTEM,
    /** The speaker's name. */
    SPEAKER,
    /** An image as bytes. */
    IMAGE_BYTES,
    /** An image by URL. */
    IMAGE_URL,
    /** An image as a file that was uploaded to the vendor. */
    IMAGE_FILE,
    /** The level of detail for an image. */
    IMAGE_DETAIL,
    /** Audio as bytes. */
    AUDIO_BYTES,
    /** Audio by URL. */
    AUDIO_URL,
    /** A video as bytes. */
    VIDEO_BYTES,
    /** A video by URL. */
    VIDEO_URL,
    /** A document as bytes, such as a PDF. */
    DOCUMENT_BYTES,
    /** A document of plain text. */
    DOCUMENT_TEXT,
    /** A document by URL. */
    DOCUMENT_URL,
    /** A document as a file that was uploaded to the vendor. */
    DOCUMENT_FILE,
    /** A request to cite a document. */
    DOCUMENT_CITED,
    /** A cache hint. */
    CACHE_HINT,
    /** A tool: a function of the caller. */
    TOOL,
    /** An answer that calls a tool, and the result. */
    TOOL_LOOP,
    /** An image in the result of a tool. */
    RESULT_IMAGE,
    /** A result that reports a failure of the tool. */
    RESULT_ERROR,
    /** An earlier call of a tool whose arguments are not a JSON object. */
    BROKEN_ARGUMENTS,
    /** Earlier reasoning of this vendor; checked when {@link RequestReader#thoughts()} names some. */
    REASONING,
    /** An earlier refusal. */
    REFUSAL,
    /** A vendor-specific content part; checked when {@link RequestReader#ownPart()} names one. */
    OWN_RAW_PART,
    /** A content part of another vendor, which cannot be sent and so must be reported. */
    FOREIGN_PART,
    /** A vendor-specific tool; checked when {@link RequestReader#ownTool()} names one. */
    OWN_TOOL,
    /** A tool of another vendor, which cannot be sent and so must be reported. */
    FOREIGN_TOOL,
    /** A tool whose arguments must fit its schema. */
    STRICT_TOOL,
    /** The model decides about tools; this is the default, so nothing need be sent. */
    TOOL_CHOICE_AUTO,
    /** No tool may be called. */
    TOOL_CHOICE_NONE,
    /** Some tool must be called. */
    TOOL_CHOICE_REQUIRED,
    /** A given one of two tools must be called. */
    TOOL_CHOICE_ONE,
    /** Several calls in one answer are allowed. */
    PARALLEL_CALLS,
    /** No more than one call in one answer. */
    NO_PARALLEL_CALLS,
    /** The answer must be JSON. */
    JSON,
    /** The answer must fit a JSON schema. */
    SCHEMA,
    /** Reasoning effort as a level. */
    REASONING_LEVEL,
    /** Reasoning effort as a number of tokens. */
    REASONING_BUDGET,
    /** The verbosity of the answer. */
    VERBOSITY,
    /** The temperature. */
    TEMPERATURE,
    /** Nucleus sampling. */
    TOP_P,
    /** The number of tokens to sample from. */
    TOP_K,
    /** The most tokens of output. */
    MAX_OUTPUT_TOKENS,
    /** Stop texts. */
    STOP,
    /** A seed. */
    SEED,
    /** The frequency penalty and the presence penalty. */
    PENALTIES,
    /** Log probabilities. */
    LOGPROBS,
    /** The service tier. */
    SERVICE_TIER,
    /** A label. */
    METADATA,
    /** The end user's id. */
    USER,
    /** A vendor-specific field that the caller sets by {@code extra}. */
    EXTRA
}
