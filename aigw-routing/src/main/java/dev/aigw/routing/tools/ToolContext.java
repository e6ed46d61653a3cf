package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.chat.ToolCall;
import java.time.Duration;

/**
 * What a tool may know about the call that it runs for. Safe for use by many threads.
 *
 * <pre>{@code
 * Tool.of("translate", "Translates a text.", Text.class, (text, context) ->
 *     router.chat(ChatRequest.of("translator", text.value()), context.options()).text());
 * }</pre>
 */
public interface ToolContext {

    /** Returns the model's call. */
    ToolCall call();

    /** Returns the round of the loop, from 1. */
    int round();

    /** Returns the switch that trips when the tool times out, and when the loop is cancelled or closed. */
    Cancellation cancellation();

    /** Returns on whose behalf the loop runs. */
    Caller caller();

    /** Returns how long the tool may still run; zero if its time is over. */
    Duration remaining();

    /**
     * Returns options for model calls that the tool makes itself: the loop's, with this tool's cancellation and
     * remaining time. The usage of such calls is not part of the loop's.
     */
    CallOptions options();
}
