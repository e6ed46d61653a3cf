package dev.aigw.api.guard;

/** Where content comes from, which says how far its author is trusted. */
public enum ContentOrigin {
    /** Instructions of the application: system messages and the like. */
    SYSTEM,
    /** Names, descriptions and schemas of tools; of servers that others run, others write them. */
    TOOL_DEFINITION,
    /** What the user wrote, and the input of operations other than chat. */
    USER,
    /** What a model wrote: the answer, or an earlier answer in the conversation. */
    MODEL,
    /** The reasoning of a model. */
    REASONING,
    /** Arguments that a model wrote for a tool. */
    TOOL_ARGUMENTS,
    /** What a tool returned, such as a page of the web. */
    TOOL_RESULT,
    /** Documents: retrieved passages, files, and the documents of a ranking. */
    DOCUMENT,
    /** Data for or of a model that is not a language model: JSON of predictions, tensors, and vendors' extra fields. */
    DATA;

    /**
     * Returns whether strangers may have written it: then an instruction in it is not the user's, and more likely an
     * attack.
     */
    public boolean isForeign() {
        return this == TOOL_RESULT || this == DOCUMENT;
    }
}
