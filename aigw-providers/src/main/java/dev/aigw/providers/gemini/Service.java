package dev.aigw.providers.gemini;

import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.VertexAi;

/**
 * One of the two services and the paths of its models. Immutable.
 *
 * @param baseUrl the vendor's server with the version
 * @param parent the path that models' paths are relative to, with a slash at both ends
 * @param collection the path of plain names, with a slash at its end
 * @param vertex whether this is Vertex AI, which has its own protocol for embeddings
 */
record Service(String baseUrl, String parent, String collection, boolean vertex) {

    static final Service GEMINI_API =
            new Service("https://generativelanguage.googleapis.com/v1beta", "/", "models/", false);

    static Service vertex(String project, String location) {
        return new Service(
                VertexAi.baseUrl(location), VertexAi.parent(project, location), "publishers/google/models/", true);
    }

    /** Returns the path of a method of a model. A name with a slash ({@code tunedModels/x}) is a path already. */
    String path(String model, String method) {
        String path = Urls.segment(name(model)).replace("%2F", "/");
        return (model.startsWith("projects/") ? "/" : parent) + path + ":" + method;
    }

    /** Returns the name of a model in a body: a path without the server. */
    String name(String model) {
        return model.indexOf('/') < 0 ? collection + model : model;
    }
}
