package dev.aigw.providers.torchserve;

import dev.aigw.providers.jsonhttp.JsonHttpAdapter;

/**
 * Speaks to TorchServe's predictions API.
 *
 * <pre>{@code
 * ProviderAdapter torch = TorchServe.builder().baseUrl("http://localhost:8080").build();
 * …
 * Label label = router.predict("torchserve/densenet@2", new Picture(url), Label.class);
 * }</pre>
 *
 * <p>The payload is what the model's handler reads from a JSON body, and the answer what it returns. A deployment's
 * upstream id is the model's name, or with a version {@code densenet@2.0}; without one the server uses the default
 * version.
 *
 * @see <a href="https://docs.pytorch.org/serve/inference_api.html">TorchServe: Inference API</a>
 */
public final class TorchServe {

    private TorchServe() {}

    /** Starts an adapter named {@code torchserve}; it needs a base URL. A token of the server is its credential. */
    public static JsonHttpAdapter.Builder builder() {
        return JsonHttpAdapter.builder("torchserve")
                .path("/predictions/{model}")
                .versionPath("/predictions/{model}/{version}");
    }
}
