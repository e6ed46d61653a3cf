package dev.aigw.providers.bedrock;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.credential.Lookup;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs calls with AWS credentials (Signature Version 4). Loaded only if such credentials are used, so the AWS SDK is
 * optional. Safe for use by many threads.
 */
final class AwsSigner implements AutoCloseable {

    private static final String SERVICE = "bedrock";
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private final String provider;
    private final AwsCredentialsProvider credentials;
    private final String region;
    private final @Nullable DefaultCredentialsProvider owned;

    private AwsSigner(
            String provider,
            AwsCredentialsProvider credentials,
            @Nullable DefaultCredentialsProvider owned,
            String region) {
        this.provider = provider;
        this.credentials = credentials;
        this.owned = owned;
        this.region = region;
    }

    /** Returns a signer with the caller's credentials provider, which it does not close. */
    static AwsSigner of(String provider, AwsCredentialsProvider credentials, String region) {
        return new AwsSigner(provider, credentials, null, region);
    }

    /**
     * Returns a signer with the credentials that the SDK's default chain finds: system properties, environment,
     * profile, container, …
     */
    static AwsSigner ofDefaultChain(String provider, String region) {
        DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        return new AwsSigner(provider, chain, chain, region);
    }

    /**
     * Adds the headers that sign a POST of {@code body}.
     *
     * @param streamed whether the call opens a stream
     */
    void sign(HttpCall call, String url, byte[] body, AttemptContext attempt, boolean streamed) {
        AwsCredentialsIdentity identity = Lookup.within(attempt, provider, streamed, this::identity);
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(url))
                .build();
        SignedRequest signed = SIGNER.sign(sign -> sign.identity(identity)
                .request(request)
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region));
        for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
            String value = String.join(",", header.getValue());
            if (header.getKey().equalsIgnoreCase("Authorization")) {
                call.credential(header.getKey(), "", value);
            } else if (!header.getKey().equalsIgnoreCase("Host")) {
                call.header(header.getKey(), value);
            }
        }
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }

    private AwsCredentialsIdentity identity() {
        try {
            return credentials.resolveCredentials();
        } catch (RuntimeException e) {
            throw GatewayException.builder(
                            ErrorKind.AUTHENTICATION,
                            provider + ": there are no AWS credentials: check the environment, the profile or the"
                                    + " role, or use apiKey on the adapter's builder")
                    .provider(provider)
                    .cause(e)
                    .build();
        }
    }
}
