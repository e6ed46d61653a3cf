package dev.aigw.providers.gemini;

import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.VertexAi;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the two services and the paths of its models. Immutable.
 *
 * @param baseUrl the vendor's server with the version
 * @param parent the path that models' paths are relative to, with a slash at both ends
 * @param collection the path of plain names, with a slash at its end
 * @param vertex whether this is Vertex AI, which has its own protocol for embeddings
 */
record Service(String baseUrl, String parent, String collection, boolean vertex) {

    /** What a path of a model begins with, at either service. */
    private static final Set<String> COLLECTIONS =
            Set.of("models", "tunedModels", "publishers", "endpoints", "projects");

    static final Service GEMINI_API =
            new Service("https://generativelanguage.googleapis.com/v1beta", "/", "models/", false);

    static Service vertex(String project, String location) {
        return new Service(
                VertexAi.baseUrl(location), VertexAi.parent(project, location), "publishers/google/models/", true);
    }

    /** Returns the path of a method of a model. A name in a collection ({@code tunedModels/x}) is a path already. */
    String path(String model, String method) {
        String path = isPath(model) ? Urls.segment(model).replace("%2F", "/") : collection + Urls.segment(model);
        return (model.startsWith("projects/") ? "/" : parent) + path + ":" + method;
    }

    /** Returns the project of a full name, {@code projects/…}, if it is not this service's; else null. */
    @Nullable
    String foreignProject(String model) {
        if (!vertex || !model.startsWith("projects/") || ('/' + model).startsWith(ownProject())) {
            return null;
        }
        String project = model.substring("projects/".length());
        int end = project.indexOf('/');
        return end < 0 ? project : project.substring(0, end);
    }

    /** Returns the beginning of the parent's path that names the project, with a slash at both ends. */
    private String ownProject() {
        return parent.substring(0, parent.indexOf("/locations/") + 1);
    }

    /** Returns the name of a model in a body: a path without the server. */
    String name(String model) {
        return isPath(model) ? model : collection + model;
    }

    private static boolean isPath(String model) {
        return COLLECTIONS.contains(model.substring(0, Math.max(0, model.indexOf('/'))));
    }
}
