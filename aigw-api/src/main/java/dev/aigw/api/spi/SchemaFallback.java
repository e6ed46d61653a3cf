package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.chat.ResponseFormat;
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
