package dev.aigw.providers.anthropic;

import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.VertexAi;
import org.jspecify.annotations.Nullable;

/**
 * Who serves the Messages API, and how it is called there. Immutable.
 *
 * @param baseUrl the server, as far as the path is the same for all calls
 * @param parent what the paths of Vertex AI's models are relative to, with slashes around it; null for Anthropic itself
 * @see <a href="https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude">"Request
 *     predictions with Claude models" of Vertex AI</a>
 */
record Service(String baseUrl, @Nullable String parent) {

    static final Service ANTHROPIC = new Service("https://api.anthropic.com", null);

    private static final String VERTEX_VERSION = "vertex-2023-10-16";

    static Service vertex(String project, String location) {
        return new Service(VertexAi.baseUrl(location), VertexAi.parent(project, location));
    }

    boolean isVertex() {
        return parent != null;
    }

    /** Returns the version of the API that stands in the body, in place of the model; null where a header tells it. */
    @Nullable
    String bodyVersion() {
        return parent == null ? null : VERTEX_VERSION;
    }

    String path(String model, boolean streamed) {
        return parent == null
                ? "/v1/messages"
                : parent + "publishers/anthropic/models/" + Urls.segment(model).replace("%40", "@")
                        + (streamed ? ":streamRawPredict" : ":rawPredict");
    }
}
