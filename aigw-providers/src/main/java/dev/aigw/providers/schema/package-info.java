/**
 * Schemas from types, and types from JSON. {@code ResponseFormat.schema(MyRecord.class)}, {@code ToolSpec.function} and
 * {@code ChatResponse.as} of the api find {@link dev.aigw.providers.schema.JacksonMapper} here. For models whose vendor
 * enforces no schemas see {@link dev.aigw.providers.schema.emulation}.
 *
 * <p>Reading order: {@code Shape} is the form of a type's JSON; {@code Shapes} finds it from the deserializers that
 * Jackson uses, with {@code Texts}, {@code Numbers} and {@code Nullness}; {@code SchemaWriter} writes it as a schema;
 * {@code Fitting} checks JSON against it before Jackson reads the JSON. {@code Engine} puts them together for the types
 * of one class loader. {@code JdkTypes}, {@code Optionals} and {@code SealedTypes} teach Jackson what it cannot do by
 * itself.
 */
@NullMarked
package dev.aigw.providers.schema;

import org.jspecify.annotations.NullMarked;
