package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ToolCall;

/**
 * A call of a tool that waits for approval. Immutable.
 *
 * @param tool the tool
 * @param call the call, with the arguments that the model wrote
 * @param round the round of the loop, from 1
 * @param options the options of the loop's calls
 */
public record ToolRequest(Tool tool, ToolCall call, int round, CallOptions options) {

    /** Returns the tool's name. */
    public String name() {
        return tool.name();
    }

    /** Returns what the tool says about its effects. */
    public ToolHints hints() {
        return tool.hints();
    }

    /** Returns on whose behalf the loop runs. */
    public Caller caller() {
        return options.caller();
    }

    /** Returns the names of tool and caller; arguments stay out of logs. */
    @Override
    public String toString() {
        return "ToolRequest{" + name() + ", round " + round + ", " + caller() + "}";
    }
}
