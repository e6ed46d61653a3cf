package dev.aigw.api.chat;

import org.jspecify.annotations.Nullable;

/**
 * Whether the model may, must or must not call a tool.
 *
 * @param mode the rule
 * @param toolName the tool to call, with {@link Mode#TOOL} only
 */
public record ToolChoice(Mode mode, @Nullable String toolName) {

    /** The model decides. */
    public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, null);

    /** No tool. */
    public static final ToolChoice NONE = new ToolChoice(Mode.NONE, null);

    /** At least one tool. */
    public static final ToolChoice REQUIRED = new ToolChoice(Mode.REQUIRED, null);

    /** The rules. */
    public enum Mode {
        /** The model decides. */
        AUTO,
        /** No tool. */
        NONE,
        /** At least one tool. */
        REQUIRED,
        /** This tool. */
        TOOL
    }

    /** Checks that a tool is named exactly when the mode needs one. */
    public ToolChoice {
        if ((mode == Mode.TOOL) != (toolName != null)) {
            throw new IllegalArgumentException(
                    "name a tool with mode TOOL, and only with it; use ToolChoice.tool(name)");
        }
    }

    /** Returns a choice of one tool by name. */
    public static ToolChoice tool(String name) {
        return new ToolChoice(Mode.TOOL, name);
    }
}
