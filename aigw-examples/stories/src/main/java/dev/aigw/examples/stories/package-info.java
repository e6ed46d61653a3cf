/**
 * Runnable stories about aigw, one per file: {@link dev.aigw.examples.stories.Ask} answers questions about the project
 * with a real model; {@link dev.aigw.examples.stories.Failover}, {@link dev.aigw.examples.stories.Streaming},
 * {@link dev.aigw.examples.stories.Budgets}, {@link dev.aigw.examples.stories.Fleet},
 * {@link dev.aigw.examples.stories.SemanticCaching}, {@link dev.aigw.examples.stories.PromptCaches},
 * {@link dev.aigw.examples.stories.PromptVersions}, {@link dev.aigw.examples.stories.Rewriting},
 * {@link dev.aigw.examples.stories.CustomProvider}, {@link dev.aigw.examples.stories.ModelServing},
 * {@link dev.aigw.examples.stories.StructuredOutput}, {@link dev.aigw.examples.stories.Tools},
 * {@link dev.aigw.examples.stories.McpServers}, {@link dev.aigw.examples.stories.Vision},
 * {@link dev.aigw.examples.stories.Pictures}, {@link dev.aigw.examples.stories.Voices},
 * {@link dev.aigw.examples.stories.Ranking} and {@link dev.aigw.examples.stories.Batching} each show one thing;
 * {@link dev.aigw.examples.stories.FaultSoak} makes tens of thousands of calls to servers that fail in every way.
 *
 * <p>The model is real but small: it compares meanings and quotes, but does not write. {@code LocalModel} is the model,
 * {@code LocalModelService} serves it over loopback HTTP as a vendor and as a model server would, and {@code Guide} is
 * the text that it reads.
 */
@NullMarked
package dev.aigw.examples.stories;

import org.jspecify.annotations.NullMarked;
