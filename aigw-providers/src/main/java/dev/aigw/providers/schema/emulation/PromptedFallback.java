package dev.aigw.providers.schema.emulation;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.SchemaFallback;

/** Lets a router find {@link PromptedSchemas} where a deployment needs them. Safe for use by many threads. */
public final class PromptedFallback implements SchemaFallback {

    /** For the service loader; an application uses {@link SchemaFallback#installed()}. */
    public PromptedFallback() {}

    @Override
    public ProviderAdapter around(ProviderAdapter adapter) {
        return PromptedSchemas.around(adapter);
    }
}
