/**
 * Answers a question with the stored answer to a question with the same meaning.
 *
 * <p>Entry point: {@link dev.aigw.routing.cache.semantic.SemanticCache}. Reading order: {@code SemanticCache},
 * {@code SemanticStage}, {@code Question} (what must be equal, and what only similar),
 * {@link dev.aigw.routing.cache.semantic.SemanticStore} with its {@code HeapStore} and {@code Partition}.
 */
@NullMarked
package dev.aigw.routing.cache.semantic;

import org.jspecify.annotations.NullMarked;
