package dev.aigw.providers.anthropic;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;
import okhttp3.OkHttpClient;

/** The contract in Microsoft Foundry, whose replies are Anthropic's. */
class FoundryContractTest extends AnthropicContractTest {

    @Override
    protected Vendor vendor() {
        return new AnthropicVendor() {
            @Override
            public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
                return AnthropicAdapter.foundry("contoso")
                        .name("anthropic")
                        .httpClient(client)
                        .dropUnsupported(drop)
                        .build();
            }
        };
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return AnthropicAdapter.foundry("contoso")
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
