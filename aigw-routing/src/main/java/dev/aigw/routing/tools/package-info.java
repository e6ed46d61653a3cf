/**
 * Tools that run in the application, and the loop that calls models with them until there is an answer.
 *
 * <p>Entry points: {@link dev.aigw.routing.tools.Tool} and {@link dev.aigw.routing.tools.ToolLoop}. It needs no router:
 * any {@link dev.aigw.api.client.ModelClient} will do. Reading order: {@code LoopRun} is one conversation, a machine
 * that goes on while its events are read; {@code CallBatch} decides and runs the calls of one answer, each a
 * {@code ToolTask}; {@code Transcript} is what has happened so far and becomes a
 * {@link dev.aigw.routing.tools.ToolRun}.
 */
@NullMarked
package dev.aigw.routing.tools;

import org.jspecify.annotations.NullMarked;
