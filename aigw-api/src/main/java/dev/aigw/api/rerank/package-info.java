/**
 * Rerank: a query and documents in, the documents' relevance out. Doors: {@link dev.aigw.api.rerank.RerankRequest} and
 * {@link dev.aigw.api.rerank.RerankResponse}, to be read in that order.
 */
@NullMarked
package dev.aigw.api.rerank;

import org.jspecify.annotations.NullMarked;
