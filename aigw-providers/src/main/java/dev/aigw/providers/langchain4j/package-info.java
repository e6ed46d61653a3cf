/**
 * Any LangChain4j model as a provider adapter. Needs the optional dependency {@code langchain4j-core}.
 *
 * <p>Entry point: {@link dev.aigw.providers.langchain4j.LangChain4jAdapter}. Reading order: the adapter,
 * {@code RequestEncoder} with {@code ContentEncoder} and {@code SchemaEncoder} (requests), {@code ReplyDecoder}
 * (replies), {@code CallbackSource} (turns streaming callbacks into events), {@code Failures} (turns exceptions into
 * kinds).
 */
@NullMarked
package dev.aigw.providers.langchain4j;

import org.jspecify.annotations.NullMarked;
