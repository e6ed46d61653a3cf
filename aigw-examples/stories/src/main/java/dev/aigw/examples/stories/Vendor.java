package dev.aigw.examples.stories;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A vendor's model, used only if the environment configures it: {@code OPENAI_API_KEY} (and optionally
 * {@code OPENAI_BASE_URL}, {@code OPENAI_MODEL}), {@code ANTHROPIC_API_KEY} ({@code ANTHROPIC_BASE_URL},
 * {@code ANTHROPIC_MODEL}), {@code OLLAMA_BASE_URL} or {@code OLLAMA_HOST} ({@code OLLAMA_MODEL}).
 *
 * @param name the logical model's name
 * @param upstream the deployment that serves it
 * @param where the server's address
 * @param adapter the adapter that calls it
 */
record Vendor(String name, String upstream, String where, ProviderAdapter adapter) {

    /** Returns the vendors that the environment configures, possibly none. */
    static List<Vendor> in(Map<String, String> environment) {
        List<Vendor> vendors = new ArrayList<>();
        String openAi = environment.getOrDefault("OPENAI_API_KEY", "");
        if (!openAi.isBlank()) {
            String where = environment.getOrDefault("OPENAI_BASE_URL", "https://api.openai.com/v1");
            String model = environment.getOrDefault("OPENAI_MODEL", "gpt-6.1-terra");
            vendors.add(new Vendor(
                    "openai",
                    "openai/" + model,
                    where,
                    OpenAiAdapter.builder(Dialects.OPENAI)
                            .apiKey(openAi)
                            .baseUrl(where)
                            .build()));
        }
        String anthropic = environment.getOrDefault("ANTHROPIC_API_KEY", "");
        if (!anthropic.isBlank()) {
            String where = environment.getOrDefault("ANTHROPIC_BASE_URL", "https://api.anthropic.com");
            String model = environment.getOrDefault("ANTHROPIC_MODEL", "claude-haiku-5-5");
            vendors.add(new Vendor(
                    "anthropic",
                    "anthropic/" + model,
                    where,
                    AnthropicAdapter.builder().apiKey(anthropic).baseUrl(where).build()));
        }
        String ollama = environment.getOrDefault("OLLAMA_BASE_URL", environment.getOrDefault("OLLAMA_HOST", ""));
        if (!ollama.isBlank()) {
            String where = ollamaUrl(ollama.strip());
            String model = environment.getOrDefault("OLLAMA_MODEL", "llama3.2");
            vendors.add(new Vendor(
                    "ollama",
                    "ollama/" + model,
                    where,
                    OpenAiAdapter.builder(Dialects.OLLAMA)
                            .name("ollama")
                            .baseUrl(where)
                            .build()));
        }
        return vendors;
    }

    /**
     * Accepts a URL, or what Ollama itself accepts as its host: {@code 127.0.0.1:11434}, or an address to listen on.
     */
    private static String ollamaUrl(String given) {
        String url = given.contains("://") ? given : "http://" + given;
        url = url.replace("//0.0.0.0", "//127.0.0.1").replaceAll("/+$", "");
        if (!url.matches(".*:\\d+(/.*)?") && url.startsWith("http://")) {
            url += ":11434";
        }
        return url.endsWith("/v1") ? url : url + "/v1";
    }
}
