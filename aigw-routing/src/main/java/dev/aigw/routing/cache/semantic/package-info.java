/**
 * Answers a question with the answer to one that means the same.
 *
 * <p>Door: {@link dev.aigw.routing.cache.semantic.SemanticCache}. Reading order: {@code SemanticCache},
 * {@code SemanticStage}, {@code Question} (what must be the same, and what only alike),
 * {@link dev.aigw.routing.cache.semantic.SemanticStore} with its {@code HeapStore} and {@code Partition}.
 */
@NullMarked
package dev.aigw.routing.cache.semantic;

import org.jspecify.annotations.NullMarked;
