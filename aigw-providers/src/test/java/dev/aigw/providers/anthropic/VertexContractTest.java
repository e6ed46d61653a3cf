package dev.aigw.providers.anthropic;

import dev.aigw.api.spi.ProviderAdapter;

/** The contract on Vertex AI, whose replies are Anthropic's. */
class VertexContractTest extends AnthropicContractTest {

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return AnthropicAdapter.vertex("my-project", "eu")
                .accessToken(() -> CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
