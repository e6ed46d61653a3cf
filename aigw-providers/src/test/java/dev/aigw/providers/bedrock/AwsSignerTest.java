package dev.aigw.providers.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class AwsSignerTest {

    private static final AwsSigner SIGNER =
            AwsSigner.of(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")));

    private static String scope(AwsSigner signer, String url) {
        Map<String, String> headers = signer.sign("POST", URI.create(url), new byte[] {'{', '}'});
        String authorization = headers.get("Authorization");
        assertThat(authorization).startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
        assertThat(headers).containsKey("X-Amz-Date").doesNotContainKey("Host");
        return authorization.replaceAll(".*?/\\d{8}/(.*?)/aws4_request.*", "$1");
    }

    // Signing Mantle's calls for "bedrock" is refused there: litellm #31475, openai-java's BedrockEndpoint
    @ParameterizedTest
    @CsvSource({
        "bedrock-runtime.us-east-1.amazonaws.com, us-east-1/bedrock",
        "bedrock-mantle.us-west-2.api.aws, us-west-2/bedrock-mantle",
        "aws-external-anthropic.us-west-2.api.aws, us-west-2/aws-external-anthropic",
        "bedrock-agent-runtime.eu-central-1.amazonaws.com, eu-central-1/bedrock",
        "bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1/bedrock",
        "bedrock-runtime.us-east-1.api.aws, us-east-1/bedrock",
        "bedrock-runtime.cn-north-1.amazonaws.com.cn, cn-north-1/bedrock",
        "vpce-0a1b-c2d3.bedrock-runtime.ap-southeast-2.vpce.amazonaws.com, ap-southeast-2/bedrock",
    })
    void regionAndServiceAreThoseOfTheHost(String host, String scope) {
        assertThat(scope(SIGNER, "https://" + host + "/openai/v1/responses")).isEqualTo(scope);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8080",
                "proxy.example.org",
                "bedrock-runtime.us-east-1.amazonaws.com.example.org",
                "bedrock-runtime-proxy.internal.example.com",
                "s3.us-east-1.amazonaws.com"
            })
    void anyOtherHostNeedsAScope(String host) {
        assertThatThrownBy(() -> scope(SIGNER, "https://" + host + "/"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("set them by scope(");
        assertThat(scope(SIGNER.scope("eu-west-1", "bedrock-mantle"), "https://" + host + "/"))
                .isEqualTo("eu-west-1/bedrock-mantle");
    }

    @Test
    void anEmptyBodyIsSignedForAnyMethod() {
        Map<String, String> headers = SIGNER.sign(
                "GET", URI.create("https://bedrock-mantle.us-west-2.api.aws/v1/responses/resp_1"), new byte[0]);
        assertThat(headers.get("Authorization")).contains("/us-west-2/bedrock-mantle/aws4_request");
    }
}
