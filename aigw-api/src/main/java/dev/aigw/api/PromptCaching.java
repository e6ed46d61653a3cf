package dev.aigw.api;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How calls use the vendors' prompt caches, which serve the beginning of a prompt that was sent before at a fraction of
 * its price. One setting for all vendors: an adapter turns it into the marks, keys and fields of its vendor's API. The
 * answers do not change. Immutable.
 *
 * <pre>{@code
 * CallOptions turn = CallOptions.builder()
 *     .sessionKey("conversation 17")
 *     .promptCaching(PromptCaching.AUTO.lasting(Duration.ofHours(1)))
 *     .build();
 * }</pre>
 *
 * <p>Some vendors cache only up to a mark in the prompt and charge more for what they write than for plain input: a
 * quarter more at Anthropic, on Bedrock, and at OpenAI since GPT-5.6 (November 2026). So a mark pays if the same
 * beginning is sent once more before the cache expires, and costs if it is not. {@link #AUTO}, a router's default,
 * therefore marks only prompts of which more of the same is to be expected. Vendors that cache without marks get no
 * marks. {@code ContentPart.CacheHint}s in a request are marks at places of your own; a request that has any gets no
 * others.
 *
 * <p>With a {@linkplain CallOptions#sessionKey() session key}, vendors that group calls by a key are sent one, for
 * example as {@code prompt_cache_key}: a hash of tenant, user and session key, which says nothing about them and is the
 * same in every JVM.
 *
 * <p>What a vendor or model does not take causes a warning in {@code reply.route().warnings()}, never a failure.
 * Prompts below the least size that a model caches are not marked.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">"Prompt caching" of Anthropic</a>
 * @see <a href="https://developers.openai.com/api/docs/guides/prompt-caching">"Prompt caching" of OpenAI</a>
 */
public final class PromptCaching {

    /** Where marks come from. */
    public enum Mode {
        /** No marks, no keys; caching is turned off where the vendor has a switch. */
        OFF,
        /** Only the cache hints of the request. */
        HINTS,
        /** Hints, or else marks set by the adapter where more calls with the same beginning are to be expected. */
        AUTO,
        /** Hints, or else marks set by the adapter. */
        ALWAYS
    }

    /** A part of a prompt that may be marked at its end. Prompts consist of them in this order. */
    public enum Part {
        /** The tools. */
        TOOLS,
        /** The system messages. */
        INSTRUCTIONS,
        /** The last turn, and the one with which the call before ended, whose cache the next call reads. */
        TURNS
    }

    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Set<Part> ALL = Collections.unmodifiableSet(EnumSet.allOf(Part.class));

    /**
     * No marks and no keys. Cache hints are left out, and OpenAI's models since GPT-5.6, which write to the cache and
     * charge for it unless told not to, are told not to. Vendors whose caching cannot be turned off cache nevertheless,
     * at no cost.
     */
    public static final PromptCaching OFF = new PromptCaching(Mode.OFF, ALL, SHORT);

    /** Cache hints become marks, and the session's key is sent. */
    public static final PromptCaching HINTS = new PromptCaching(Mode.HINTS, ALL, SHORT);

    /**
     * As {@link #HINTS}; requests without hints get marks if the call has a session key, or the conversation has an
     * answer of the model already, so that a next turn is likely.
     */
    public static final PromptCaching AUTO = new PromptCaching(Mode.AUTO, ALL, SHORT);

    /**
     * As {@link #HINTS}; requests without hints always get marks: for a long beginning that many single calls share. To
     * write only that to the cache, mark {@code ALWAYS.parts(Part.TOOLS, Part.INSTRUCTIONS)}.
     */
    public static final PromptCaching ALWAYS = new PromptCaching(Mode.ALWAYS, ALL, SHORT);

    private final Mode mode;
    private final Set<Part> parts;
    private final Duration lifetime;

    private PromptCaching(Mode mode, Set<Part> parts, Duration lifetime) {
        this.mode = mode;
        this.parts = parts;
        this.lifetime = lifetime;
    }

    /**
     * Returns the same with marks at these parts only; all parts by default.
     *
     * @throws IllegalArgumentException if none is given
     */
    public PromptCaching parts(Part... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("promptCaching: parts() names no part: use HINTS for no marks");
        }
        return new PromptCaching(mode, Collections.unmodifiableSet(EnumSet.copyOf(List.of(parts))), lifetime);
    }

    /**
     * Returns the same with another lifetime of the marks set by adapters; 5 minutes by default, counted from the last
     * use. A vendor that offers several takes the shortest one that is long enough, or else its longest, with a
     * warning. Longer ones cost more: an hour twice the input at Anthropic, twelve hours two and a half times at OpenAI
     * (November 2026).
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public PromptCaching lasting(Duration lifetime) {
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException(
                    "promptCaching: a lifetime of " + lifetime + ": use a positive one, such as an hour");
        }
        return new PromptCaching(mode, parts, lifetime);
    }

    /** Returns where marks come from. */
    public Mode mode() {
        return mode;
    }

    /** Returns the parts that adapters mark. */
    public Set<Part> parts() {
        return parts;
    }

    /** Returns the least lifetime of marks set by adapters. */
    public Duration lifetime() {
        return lifetime;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PromptCaching that
                && mode == that.mode
                && parts.equals(that.parts)
                && lifetime.equals(that.lifetime);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, parts, lifetime);
    }

    @Override
    public String toString() {
        return "PromptCaching{" + mode + ", " + parts + ", " + lifetime + "}";
    }
}
