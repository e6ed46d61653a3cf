/**
 * JSON schemas from types. {@code ResponseFormat.schema(MyRecord.class)} and {@code ToolSpec.function} of the api find
 * {@link dev.aigw.providers.schema.RecordSchemas} here; {@code Victools} is the only class that knows the generator, an
 * optional dependency: {@code com.github.victools:jsonschema-generator} and {@code jsonschema-module-jackson}, 4.x.
 * Schemas for models whose vendor enforces none are {@link dev.aigw.providers.schema.emulation}.
 */
@NullMarked
package dev.aigw.providers.schema;

import org.jspecify.annotations.NullMarked;
