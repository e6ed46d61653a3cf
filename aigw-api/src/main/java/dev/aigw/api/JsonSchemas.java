package dev.aigw.api;

import java.util.Map;
import java.util.ServiceLoader;

/**
 * Makes JSON schemas from an application's types, for structured answers and the arguments of tools. The api itself has
 * no generator: {@link #installed()} finds one by {@link ServiceLoader}, and {@code aigw-providers} contains one.
 * Implementations are safe for use by many threads.
 */
public interface JsonSchemas {

    /**
     * Returns the JSON schema of a type as plain JSON values.
     *
     * @throws IllegalStateException if a dependency of the generator is missing; the message names it
     */
    Map<String, ?> of(Class<?> type);

    /**
     * Returns the installed generator.
     *
     * @throws IllegalStateException if there is none
     */
    static JsonSchemas installed() {
        return ServiceLoader.load(JsonSchemas.class, JsonSchemas.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no generator of JSON schemas is installed: add aigw-providers, or give the schema as a map"));
    }
}
