package dev.aigw.api;

import java.util.Locale;
import java.util.Objects;

/**
 * Something a model can do beyond plain text, such as calling tools. An open value: the constants are those the router
 * itself looks for, {@link #of} names any other. Two of the same name are equal. Immutable.
 */
public final class Capability {

    /** It answers chats. */
    public static final Capability CHAT = of("chat");
    /** It sends its answer while it writes it. */
    public static final Capability STREAMING = of("streaming");
    /** It asks for tools. */
    public static final Capability TOOLS = of("tools");
    /** It asks for several tools at once. */
    public static final Capability PARALLEL_TOOLS = of("parallel-tools");
    /** It looks at images. */
    public static final Capability VISION = of("vision");
    /** It listens to sound. */
    public static final Capability AUDIO = of("audio");
    /** It watches videos. */
    public static final Capability VIDEO = of("video");
    /** It reads documents such as PDF files as they are. */
    public static final Capability DOCUMENTS = of("documents");
    /** It answers in JSON that follows a given schema. */
    public static final Capability JSON_SCHEMA = of("json-schema");
    /** It thinks before it answers, and lets the caller say how much. */
    public static final Capability REASONING = of("reasoning");
    /** It goes on from the beginning of an answer that the request ends with. */
    public static final Capability PREFILL = of("prefill");
    /** Its provider keeps the beginning of prompts in a cache and charges less for it. */
    public static final Capability PROMPT_CACHE = of("prompt-cache");
    /** It turns text into vectors. */
    public static final Capability EMBEDDING = of("embedding");

    private final String name;

    private Capability(String name) {
        this.name = name;
    }

    /**
     * Returns the capability of this name, in lower case.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public static Capability of(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("capability name is blank: give it a name such as \"tools\"");
        }
        return new Capability(name.toLowerCase(Locale.ROOT));
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Capability that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
