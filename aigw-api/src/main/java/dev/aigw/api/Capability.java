package dev.aigw.api;

import java.util.Locale;
import java.util.Objects;

/**
 * Something a model can do beyond plain text, such as calling tools. The set is open: the constants are those that the
 * router itself checks, and {@link #of} names any other. Two of the same name are equal. Immutable.
 */
public final class Capability {

    /** It answers chats. */
    public static final Capability CHAT = of("chat");
    /** It streams its answer. */
    public static final Capability STREAMING = of("streaming");
    /** It calls tools. */
    public static final Capability TOOLS = of("tools");
    /** It calls several tools at once. */
    public static final Capability PARALLEL_TOOLS = of("parallel-tools");
    /** It reads images. */
    public static final Capability VISION = of("vision");
    /** It takes audio. */
    public static final Capability AUDIO = of("audio");
    /** It takes video. */
    public static final Capability VIDEO = of("video");
    /** It reads documents such as PDF files without conversion. */
    public static final Capability DOCUMENTS = of("documents");
    /** It answers in JSON that fits a given schema. */
    public static final Capability JSON_SCHEMA = of("json-schema");
    /** It reasons before it answers, and the caller can set how much. */
    public static final Capability REASONING = of("reasoning");
    /** It continues an answer whose beginning ends the request. */
    public static final Capability PREFILL = of("prefill");
    /** Its provider caches the beginning of prompts and charges less for it. */
    public static final Capability PROMPT_CACHE = of("prompt-cache");
    /**
     * It stops generating when a plain call is cancelled. A server that is known to lack it stops only when a stream is
     * closed, so the router makes plain calls to it by way of a stream.
     */
    public static final Capability PLAIN_CANCELLATION = of("plain-cancellation");
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
