package dev.aigw.providers.tfserving;

import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to TensorFlow Serving's predict method over REST.
 *
 * <pre>{@code
 * ProviderAdapter tf = TensorFlowServing.builder().baseUrl("http://localhost:8501").build();
 * …
 * float[] halves = router.predict("tfserving/half_plus_two", List.of(1, 2, 5), float[].class);
 * }</pre>
 *
 * <p>A list as payload is sent by row, as {@code instances}, and its answer is the list of predictions. Any other
 * object is sent by column, as {@code inputs}, and its answer is the outputs by name, or the only output itself. An
 * object that has a field {@code instances} or {@code inputs} is the whole body already, for example with a
 * {@code signature_name}.
 *
 * <p>A deployment's upstream id is the model's name, with a version, {@code half_plus_two@3}, or a version's label,
 * {@code half_plus_two@stable}; without one the server uses the newest version.
 *
 * @see <a href="https://www.tensorflow.org/tfx/serving/api_rest">TensorFlow Serving: RESTful API</a>
 */
public final class TensorFlowServing {

    private TensorFlowServing() {}

    /** Starts an adapter named {@code tfserving}; it needs a base URL, without {@code /v1}. */
    public static JsonHttpAdapter.Builder builder() {
        return JsonHttpAdapter.builder("tfserving")
                .path(TensorFlowServing::path)
                .requestBody(TensorFlowServing::body)
                .answer("/predictions", "/outputs");
    }

    private static String path(String model, @Nullable String version) {
        String path = "/v1/models/" + model;
        if (version != null) {
            boolean number = version.chars().allMatch(c -> c >= '0' && c <= '9');
            path += (number ? "/versions/" : "/labels/") + version;
        }
        return path + ":predict";
    }

    private static Object body(@Nullable Object payload) {
        if (payload instanceof List<?> rows) {
            return Map.of("instances", rows);
        }
        if (payload instanceof Map<?, ?> map && (map.containsKey("instances") || map.containsKey("inputs"))) {
            return map;
        }
        return payload == null ? Map.of("inputs", List.of()) : Map.of("inputs", payload);
    }
}
