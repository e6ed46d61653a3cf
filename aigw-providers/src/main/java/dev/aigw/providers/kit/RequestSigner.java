package dev.aigw.providers.kit;

import java.net.URI;
import java.util.Map;

/**
 * Signs each call of an adapter, for servers that want a signature of the request instead of a secret.
 *
 * <pre>{@code
 * OpenAiAdapter.builder().baseUrl("https://llm.internal/v1").signer((method, url, body) ->
 *     Map.of("X-Signature", hmac(method + url.getPath(), body)))
 * }</pre>
 *
 * <p>{@code AwsSigner} of package {@code bedrock} is one. An adapter calls it in a separate thread without the caller's
 * thread locals, waits at most until the attempt times out, and then interrupts it. Must be safe for use by many
 * threads.
 */
@FunctionalInterface
public interface RequestSigner {

    /**
     * Returns the headers that sign a request. What this throws fails the attempt with
     * {@link dev.aigw.api.ErrorKind#AUTHENTICATION}, unless it is a {@link dev.aigw.api.GatewayException}.
     *
     * @param body the bytes that are sent, possibly none; not to be changed
     */
    Map<String, String> sign(String method, URI url, byte[] body);
}
