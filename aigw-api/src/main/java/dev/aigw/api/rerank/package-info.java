/**
 * Reranking: documents ranked by their relevance to a query. Entry points, in reading order:
 * {@link dev.aigw.api.rerank.RerankRequest} and {@link dev.aigw.api.rerank.RerankResponse}.
 */
@NullMarked
package dev.aigw.api.rerank;

import org.jspecify.annotations.NullMarked;
