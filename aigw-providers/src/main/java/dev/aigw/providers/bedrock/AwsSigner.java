package dev.aigw.providers.bedrock;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.Secrets;
import dev.aigw.providers.kit.RequestSigner;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs calls to Amazon Bedrock with AWS credentials (Signature Version 4). Needs {@code software.amazon.awssdk:auth}
 * and {@code software.amazon.awssdk:http-auth-aws} on the class path.
 *
 * <pre>{@code
 * OpenAiAdapter gpt = BedrockOpenAi.runtime("us-east-1").signer(AwsSigner.ofDefaultChain()).build();
 * AnthropicAdapter claude = AnthropicAdapter.bedrock("us-east-1").signer(AwsSigner.of(provider)).build();
 * }</pre>
 *
 * <p>Region and service are read from the host of each call, so that signature and address never disagree: the
 * endpoints {@code bedrock-runtime} and {@code bedrock-agent-runtime} are signed for {@code bedrock}, and
 * {@code bedrock-mantle} and {@code aws-external-anthropic}, the Claude Platform on AWS, for the service of that name.
 * For any other host, such as a proxy's, name both with {@link #scope}.
 *
 * <p>Safe for use by many threads and adapters. Close it when no adapter needs it any more.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html">"Endpoints supported by Amazon
 *     Bedrock", checked in November 2026</a>
 * @see <a href="https://docs.aws.amazon.com/claude-platform/latest/userguide/making-requests.html">"Making requests" of
 *     Claude Platform on AWS, checked in November 2026</a>
 */
public final class AwsSigner implements RequestSigner, AutoCloseable {

    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    /** With FIPS, a VPC's endpoint and China's hosts. */
    private static final Pattern HOST = Pattern.compile(
            "(?:.+\\.)?(bedrock-runtime|bedrock-agent-runtime|bedrock-mantle|aws-external-anthropic)(?:-fips)?"
                    + "\\.([a-z]{2,4}(?:-[a-z]+)+-\\d+)\\.(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)");

    private final AwsCredentialsProvider credentials;
    private final @Nullable DefaultCredentialsProvider owned;
    private final @Nullable Scope scope;

    private AwsSigner(
            AwsCredentialsProvider credentials, @Nullable DefaultCredentialsProvider owned, @Nullable Scope scope) {
        this.credentials = credentials;
        this.owned = owned;
        this.scope = scope;
    }

    private record Scope(String region, String service) {}

    /** Returns a signer with the credentials that {@code provider} gives for each attempt; it does not close it. */
    public static AwsSigner of(AwsCredentialsProvider provider) {
        return new AwsSigner(Objects.requireNonNull(provider, "provider"), null, null);
    }

    /**
     * Returns a signer with the credentials that the SDK's default chain finds: system properties, environment,
     * profile, container or instance role.
     */
    public static AwsSigner ofDefaultChain() {
        DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        return new AwsSigner(chain, chain, null);
    }

    /**
     * Returns the same signer for one region and service, whatever the host.
     *
     * @param region the AWS region, such as {@code eu-central-1}
     * @param service the name for the signature: {@code bedrock} or {@code bedrock-mantle}
     */
    public AwsSigner scope(String region, String service) {
        return new AwsSigner(
                credentials,
                owned,
                new Scope(Objects.requireNonNull(region, "region"), Objects.requireNonNull(service, "service")));
    }

    /**
     * Returns the headers that sign a request.
     *
     * @throws GatewayException of kind {@link ErrorKind#AUTHENTICATION} if there are no credentials; of kind
     *     {@link ErrorKind#INVALID_REQUEST} if the host says no region and none is set
     */
    @Override
    public Map<String, String> sign(String method, URI url, byte[] body) {
        Scope used = scope == null ? of(url) : scope;
        AwsCredentialsIdentity identity = identity();
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(url)
                .build();
        SignedRequest signed = SIGNER.sign(sign -> sign.identity(identity)
                .request(request)
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, used.service())
                .putProperty(AwsV4HttpSigner.REGION_NAME, used.region()));
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
            if (!header.getKey().equalsIgnoreCase("Host")) {
                headers.put(header.getKey(), String.join(",", header.getValue()));
            }
        }
        return headers;
    }

    private static Scope of(URI url) {
        String host = url.getHost();
        Matcher known = HOST.matcher(host == null ? "" : host);
        if (!known.matches()) {
            throw GatewayException.of(
                    ErrorKind.INVALID_REQUEST,
                    "the host " + host + " does not say the AWS region and service for the signature: set them by"
                            + " scope(\"eu-central-1\", \"bedrock\") on the AwsSigner");
        }
        String name = known.group(1);
        return new Scope(known.group(2), name.endsWith("runtime") ? "bedrock" : name);
    }

    private AwsCredentialsIdentity identity() {
        try {
            return credentials.resolveCredentials();
        } catch (RuntimeException e) {
            throw GatewayException.builder(
                            ErrorKind.AUTHENTICATION,
                            "there are no AWS credentials: check the environment, the profile or the role, or use"
                                    + " apiKey on the adapter's builder")
                    .cause(Secrets.NONE.safe(e))
                    .build();
        }
    }

    /** Closes the default chain; a provider given to {@link #of} stays open. */
    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
