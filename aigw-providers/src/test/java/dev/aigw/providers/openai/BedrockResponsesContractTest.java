package dev.aigw.providers.openai;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.bedrock.BedrockOpenAi;
import dev.aigw.providers.contract.Vendor;
import okhttp3.OkHttpClient;

/** The contract over the Responses API of Bedrock, whose requests and replies are OpenAI's. */
class BedrockResponsesContractTest extends ResponsesContractTest {

    @Override
    protected Vendor vendor() {
        return new ResponsesVendor() {
            @Override
            public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
                return BedrockOpenAi.runtime("us-east-1")
                        .name("openai")
                        .responsesApi(true)
                        .httpClient(client)
                        .dropUnsupported(drop)
                        .build();
            }
        };
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return BedrockOpenAi.runtime("us-east-1")
                .name("openai")
                .responsesApi(true)
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }
}
