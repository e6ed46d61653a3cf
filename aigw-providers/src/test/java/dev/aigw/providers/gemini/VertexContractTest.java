package dev.aigw.providers.gemini;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;

/** The contract on Vertex AI, whose replies are the Gemini API's. */
class VertexContractTest extends GeminiContractTest {

    @Override
    protected Vendor vendor() {
        return new GeminiVendor(true);
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return GeminiAdapter.vertex("my-project", "eu")
                .name("vertex")
                .accessToken(() -> CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
