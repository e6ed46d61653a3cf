package dev.aigw.routing.transform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Two registries, the second for what the first does not have. Safe for use by many threads. */
record PromptRegistries(PromptRegistry first, PromptRegistry second) implements PromptRegistry {

    @Override
    public @Nullable PromptTemplate find(String name, @Nullable String version) {
        PromptTemplate found = first.find(name, version);
        return found == null ? second.find(name, version) : found;
    }

    @Override
    public void refresh() {
        try {
            first.refresh();
        } finally {
            second.refresh();
        }
    }

    @Override
    public @Nullable Duration interval() {
        Duration one = first.interval();
        Duration other = second.interval();
        return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
    }
}
