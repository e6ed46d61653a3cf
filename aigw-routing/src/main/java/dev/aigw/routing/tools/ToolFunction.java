package dev.aigw.routing.tools;

import org.jspecify.annotations.Nullable;

/**
 * The code of a tool. It runs in a thread of the loop's executor, beside other tools of the same answer, and several
 * conversations may run it at once: it must be safe for use by many threads.
 *
 * @param <A> the type of the arguments
 */
@FunctionalInterface
public interface ToolFunction<A> {

    /**
     * Runs the tool.
     *
     * @return what the model reads: a {@link ToolOutput}, a text, a content part or a list of them, a
     *     {@link java.util.concurrent.CompletionStage} of one of these, or any other value, null included, which is
     *     written as JSON
     * @throws Exception if it fails: the model reads the message and may try again or do without
     */
    @Nullable
    Object run(A arguments) throws Exception;

    /**
     * The code of a tool that needs to know about the call: its cancellation, its caller, the time that is left.
     *
     * @param <A> the type of the arguments
     */
    @FunctionalInterface
    interface WithContext<A> {

        /**
         * Runs the tool, as {@link ToolFunction#run} does.
         *
         * @throws Exception if it fails
         */
        @Nullable
        Object run(A arguments, ToolContext context) throws Exception;
    }
}
