package dev.aigw.routing.tools;

import org.jspecify.annotations.Nullable;

/**
 * What a tool says about its effects, for rules that approve calls. A server's hints are claims, not guarantees: trust
 * them as far as you trust the server. Immutable.
 *
 * @param readOnly whether it changes nothing; null if it does not say
 * @param destructive whether it may delete or overwrite; null if it does not say
 * @param idempotent whether a second call with the same arguments changes nothing more; null if it does not say
 * @param openWorld whether it reaches beyond the application, as a web search does; null if it does not say
 */
public record ToolHints(
        @Nullable Boolean readOnly,
        @Nullable Boolean destructive,
        @Nullable Boolean idempotent,
        @Nullable Boolean openWorld) {

    /** Says nothing. */
    public static final ToolHints NONE = new ToolHints(null, null, null, null);

    /** Changes nothing. */
    public static final ToolHints READ_ONLY = new ToolHints(true, false, true, null);

    /** May delete or overwrite. */
    public static final ToolHints DESTRUCTIVE = new ToolHints(false, true, null, null);

    /** Returns whether the tool says that it changes nothing. */
    public boolean isReadOnly() {
        return Boolean.TRUE.equals(readOnly);
    }

    /** Returns whether the tool may delete or overwrite; true as long as it does not say otherwise, as MCP has it. */
    public boolean mayDestroy() {
        return !isReadOnly() && !Boolean.FALSE.equals(destructive);
    }
}
