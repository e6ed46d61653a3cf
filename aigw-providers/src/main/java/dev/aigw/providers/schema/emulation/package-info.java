/**
 * Gets answers that fit a JSON schema from models whose vendor enforces none: by prompt, with a check and one repair.
 *
 * <p>Entry point: {@link dev.aigw.providers.schema.emulation.PromptedSchemas}; routers find it by
 * {@link dev.aigw.providers.schema.emulation.PromptedFallback}. {@code PromptedSchemaAdapter} makes the calls,
 * {@code SchemaTalk} writes the prompts, and {@code SchemaCheck} finds the errors in an answer.
 */
@NullMarked
package dev.aigw.providers.schema.emulation;

import org.jspecify.annotations.NullMarked;
