/**
 * JSON schemas from types: {@link dev.aigw.providers.schema.RecordSchemas}, which {@link dev.aigw.api.JsonSchemas}
 * finds by itself. {@code Victools} is the one class that knows the generator, an optional dependency:
 * {@code com.github.victools:jsonschema-generator} and {@code jsonschema-module-jackson}, 4.x. Schemas for models whose
 * vendor enforces none are {@link dev.aigw.providers.schema.emulation}.
 */
@NullMarked
package dev.aigw.providers.schema;

import org.jspecify.annotations.NullMarked;
