/**
 * Any LangChain4j model as a provider adapter. Needs the optional dependency {@code langchain4j-core}.
 *
 * <p>Door: {@link dev.aigw.providers.langchain4j.LangChain4jAdapter}. Reading order: the adapter,
 * {@code RequestEncoder} with {@code ContentEncoder} and {@code SchemaEncoder} (our requests as theirs),
 * {@code ReplyDecoder} (their replies as ours), {@code CallbackSource} (their streaming callbacks as events to read),
 * {@code Failures} (their exceptions as kinds).
 */
@NullMarked
package dev.aigw.providers.langchain4j;

import org.jspecify.annotations.NullMarked;
