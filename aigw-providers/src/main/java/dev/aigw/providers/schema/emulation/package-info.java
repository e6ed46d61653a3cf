/**
 * Answers after a JSON schema from models whose vendor enforces none: asked for by prompt, checked, and repaired once.
 *
 * <p>Entry point: {@link dev.aigw.providers.schema.emulation.PromptedSchemas}; routers find it by
 * {@link dev.aigw.providers.schema.emulation.PromptedFallback}. {@code PromptedSchemaAdapter} does the talking,
 * {@code SchemaTalk} says what the model is told, {@code SchemaCheck} what is wrong with an answer.
 */
@NullMarked
package dev.aigw.providers.schema.emulation;

import org.jspecify.annotations.NullMarked;
