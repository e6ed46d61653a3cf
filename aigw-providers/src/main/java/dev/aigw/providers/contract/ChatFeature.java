package dev.aigw.providers.contract;

/**
 * What a chat request may hold beside one question. {@link ProviderContractTest} checks one by one that an adapter
 * sends each or reports that it cannot.
 */
public enum ChatFeature {
    /** An earlier question and its answer. */
    ANSWER,
    /** A system message at the start. */
    SYSTEM,
    /** A system message in the middle of a conversation. */
    LATE_SYSTEM,
    /** The name of who speaks. */
    SPEAKER,
    /** An image as bytes. */
    IMAGE_BYTES,
    /** An image by its address. */
    IMAGE_URL,
    /** An image as a file that was uploaded to the vendor. */
    IMAGE_FILE,
    /** How closely to look at an image. */
    IMAGE_DETAIL,
    /** Audio as bytes. */
    AUDIO_BYTES,
    /** Audio by its address. */
    AUDIO_URL,
    /** A video as bytes. */
    VIDEO_BYTES,
    /** A video by its address. */
    VIDEO_URL,
    /** A document as bytes, such as a PDF. */
    DOCUMENT_BYTES,
    /** A document of plain text. */
    DOCUMENT_TEXT,
    /** A document by its address. */
    DOCUMENT_URL,
    /** A document as a file that was uploaded to the vendor. */
    DOCUMENT_FILE,
    /** The wish that a document be cited. */
    DOCUMENT_CITED,
    /** A mark up to which the prompt should be cached. */
    CACHE_HINT,
    /** A tool, which is a function of the caller's. */
    TOOL,
    /** An answer that calls a tool, and the result. */
    TOOL_LOOP,
    /** An image in the result of a tool. */
    RESULT_IMAGE,
    /** A result that says that the tool failed. */
    RESULT_ERROR,
    /** An earlier call of a tool whose arguments are not a JSON object. */
    BROKEN_ARGUMENTS,
    /** Earlier reasoning as this vendor gave it; checked when {@link RequestReader#thoughts()} names some. */
    REASONING,
    /** An earlier refusal. */
    REFUSAL,
    /** A content part of the vendor's own; checked when {@link RequestReader#ownPart()} names one. */
    OWN_RAW_PART,
    /** A content part of another vendor's, which cannot be sent and so must be reported. */
    FOREIGN_PART,
    /** A tool of the vendor's own; checked when {@link RequestReader#ownTool()} names one. */
    OWN_TOOL,
    /** A tool of another vendor's, which cannot be sent and so must be reported. */
    FOREIGN_TOOL,
    /** A tool whose arguments must fit its schema. */
    STRICT_TOOL,
    /** The model decides about tools, which is what it does anyway: nothing need be sent. */
    TOOL_CHOICE_AUTO,
    /** No tool may be called. */
    TOOL_CHOICE_NONE,
    /** Some tool must be called. */
    TOOL_CHOICE_REQUIRED,
    /** This one of two tools must be called. */
    TOOL_CHOICE_ONE,
    /** Several calls in one answer are welcome. */
    PARALLEL_CALLS,
    /** No more than one call in one answer. */
    NO_PARALLEL_CALLS,
    /** The answer must be JSON. */
    JSON,
    /** The answer must fit a JSON schema. */
    SCHEMA,
    /** How hard to think, as a level. */
    REASONING_LEVEL,
    /** How hard to think, as a number of tokens. */
    REASONING_BUDGET,
    /** How long the answer should be. */
    VERBOSITY,
    /** The temperature. */
    TEMPERATURE,
    /** Nucleus sampling. */
    TOP_P,
    /** The number of tokens to choose among. */
    TOP_K,
    /** The most tokens of output. */
    MAX_OUTPUT_TOKENS,
    /** Words that end the answer. */
    STOP,
    /** A seed. */
    SEED,
    /** Both penalties, for frequency and for presence. */
    PENALTIES,
    /** Log probabilities. */
    LOGPROBS,
    /** The service tier. */
    SERVICE_TIER,
    /** A label. */
    METADATA,
    /** The end user's id. */
    USER,
    /** A field of the vendor's own that the caller sets by {@code extra}. */
    EXTRA
}
