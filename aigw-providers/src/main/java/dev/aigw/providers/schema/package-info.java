/**
 * JSON schemas from types. {@code ResponseFormat.schema(MyRecord.class)} and {@code ToolSpec.function} of the api find
 * {@link dev.aigw.providers.schema.JacksonMapper} here. {@code Victools} is the only class that uses the generator, an
 * optional dependency: {@code com.github.victools:jsonschema-generator} and {@code jsonschema-module-jackson}, 4.x. For
 * models whose vendor enforces no schemas see {@link dev.aigw.providers.schema.emulation}.
 */
@NullMarked
package dev.aigw.providers.schema;

import org.jspecify.annotations.NullMarked;
