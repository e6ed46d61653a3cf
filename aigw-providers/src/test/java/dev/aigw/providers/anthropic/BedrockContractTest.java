package dev.aigw.providers.anthropic;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.contract.Vendor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;

/** The contract on Amazon Bedrock, whose replies are Anthropic's. */
class BedrockContractTest extends AnthropicContractTest {

    @Override
    protected Vendor vendor() {
        return new AnthropicVendor() {
            @Override
            public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
                return AnthropicAdapter.bedrockMantle("eu-west-1")
                        .name("anthropic")
                        .httpClient(client)
                        .dropUnsupported(drop)
                        .build();
            }

            @Override
            protected Set<ChatFeature> reported() {
                Set<ChatFeature> reported = EnumSet.copyOf(super.reported());
                reported.addAll(List.of(
                        ChatFeature.IMAGE_URL,
                        ChatFeature.IMAGE_FILE,
                        ChatFeature.DOCUMENT_URL,
                        ChatFeature.DOCUMENT_FILE));
                return reported;
            }
        };
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return AnthropicAdapter.bedrock("us-east-1")
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
