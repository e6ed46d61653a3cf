package dev.aigw.providers.openai;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.bedrock.BedrockOpenAi;
import dev.aigw.providers.contract.Vendor;
import okhttp3.OkHttpClient;

/** The contract over chat completions at Bedrock's endpoint mantle, whose requests and replies are OpenAI's. */
class BedrockChatContractTest extends OpenAiContractTest {

    @Override
    protected Vendor vendor() {
        return new OpenAiVendor() {
            @Override
            public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
                return BedrockOpenAi.mantle("us-east-1")
                        .name("openai")
                        .httpClient(client)
                        .dropUnsupported(drop)
                        .build();
            }
        };
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return BedrockOpenAi.mantle("us-east-1")
                .name("openai")
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
