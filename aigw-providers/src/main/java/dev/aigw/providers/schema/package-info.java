/**
 * JSON schemas of records. {@code ResponseFormat.schema(MyRecord.class)} and {@code ToolSpec.function} of the api find
 * {@link dev.aigw.providers.schema.RecordSchemas} here; {@code Victools} is the only class that knows the generator, an
 * optional dependency: {@code com.github.victools:jsonschema-generator} and {@code jsonschema-module-jackson}, 4.x.
 *
 * <p>{@link dev.aigw.providers.schema.PromptedSchemas} is for models whose vendor enforces no schema; it needs no
 * generator, and routers find it by {@link dev.aigw.providers.schema.PromptedFallback}. {@code PromptedSchemaAdapter}
 * does the talking, {@code SchemaTalk} says what the model is told, {@code SchemaCheck} what is wrong with an answer.
 */
@NullMarked
package dev.aigw.providers.schema;

import org.jspecify.annotations.NullMarked;
