package dev.aigw.providers.schema;

import dev.aigw.api.JsonSchemas;
import java.util.Map;

/**
 * Makes JSON schemas from records, in the form that vendors enforce: every component is required, no other properties
 * are allowed, and the order is that of the components. A component whose type is annotated with {@code @Nullable} may
 * be null. Jackson's annotations count: {@code @JsonProperty} names a component, {@code @JsonPropertyDescription}
 * explains it to the model.
 *
 * <p>Needs {@code com.github.victools:jsonschema-generator} and {@code com.github.victools:jsonschema-module-jackson}.
 * Safe for use by many threads; a type's schema is created once.
 */
public final class RecordSchemas implements JsonSchemas {

    private static final ClassValue<Map<String, ?>> SCHEMAS = new ClassValue<>() {
        @Override
        protected Map<String, ?> computeValue(Class<?> type) {
            return Victools.schema(type);
        }
    };

    /** For the service loader; an application uses {@link JsonSchemas#installed()}. */
    public RecordSchemas() {}

    @Override
    public Map<String, ?> of(Class<?> type) {
        try {
            return SCHEMAS.get(type);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "the generator of JSON schemas is missing: add the dependencies"
                            + " com.github.victools:jsonschema-generator and"
                            + " com.github.victools:jsonschema-module-jackson, or give the schema as a map",
                    e);
        }
    }
}
