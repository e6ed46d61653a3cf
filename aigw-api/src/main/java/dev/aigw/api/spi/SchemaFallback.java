package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.chat.ResponseFormat;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Gets answers that fit a JSON schema from models whose vendor enforces none. A router uses it for each deployment that
 * lacks {@link Capability#JSON_SCHEMA}. Implementations are safe for use by many threads.
 *
 * <p>The api itself has none: {@link #installed()} finds one by {@link ServiceLoader}, and {@code aigw-providers}
 * contains one, which asks by prompt, checks the answer, and has an answer that does not fit repaired once.
 */
public interface SchemaFallback {

    /**
     * Returns an adapter of the same name that takes {@link ResponseFormat.Type#SCHEMA} for all models of
     * {@code adapter}, and declares it by {@link ProviderAdapter#emulated()}. Closing it closes {@code adapter}.
     */
    ProviderAdapter around(ProviderAdapter adapter);

    /**
     * Returns why an answer does not fit a format, in words without any of the answer's; none if it fits. What models
     * write around the JSON, such as a Markdown fence, does not count.
     *
     * @throws IllegalStateException if this fallback checks none, as by default
     */
    default List<String> problems(ResponseFormat format, String answer) {
        throw new IllegalStateException("nothing that checks JSON against a schema is installed: add aigw-providers");
    }

    /** Returns the installed fallback; {@link #none()} if there is none. */
    static SchemaFallback installed() {
        return ServiceLoader.load(SchemaFallback.class, SchemaFallback.class.getClassLoader())
                .findFirst()
                .orElse(none());
    }

    /** Returns a fallback that changes no adapter: a strict schema then goes only to models that enforce it. */
    static SchemaFallback none() {
        return adapter -> adapter;
    }
}
