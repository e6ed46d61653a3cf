package dev.aigw.providers.anthropic;

import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.VertexAi;
import org.jspecify.annotations.Nullable;

/**
 * A service with the Messages API: Anthropic or Vertex AI. Immutable.
 *
 * @param baseUrl the server and the part of the path that all calls share
 * @param parent the path of Vertex AI's models, with a slash at both ends; null for Anthropic itself
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

    /** Returns the version of the API that the body has instead of the model; null if a header has it. */
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
