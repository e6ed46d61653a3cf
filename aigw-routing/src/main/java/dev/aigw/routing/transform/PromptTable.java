package dev.aigw.routing.transform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prompts by name and version. Immutable. */
final class PromptTable implements PromptRegistry {

    private final Map<String, NavigableMap<PromptVersion, PromptTemplate>> byName = new HashMap<>();

    /** @throws IllegalArgumentException if two have the same name and version */
    PromptTable(List<PromptTemplate> prompts) {
        for (PromptTemplate prompt : prompts) {
            PromptTemplate other = byName.computeIfAbsent(prompt.name(), any -> new TreeMap<>())
                    .putIfAbsent(prompt.ordered(), prompt);
            if (other != null) {
                throw new IllegalArgumentException(
                        "there are two prompts " + prompt.id() + ": give one of them another version");
            }
        }
    }

    @Override
    public @Nullable PromptTemplate find(String name, @Nullable String version) {
        NavigableMap<PromptVersion, PromptTemplate> versions = byName.get(name);
        if (versions == null) {
            return null;
        }
        return version == null ? versions.lastEntry().getValue() : versions.get(new PromptVersion(version));
    }

    @Override
    public String toString() {
        return "PromptTable{" + byName.size() + " names}";
    }
}
