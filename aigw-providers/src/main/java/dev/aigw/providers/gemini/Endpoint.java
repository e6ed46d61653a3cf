package dev.aigw.providers.gemini;

import dev.aigw.providers.http.Urls;
import org.jspecify.annotations.Nullable;

/**
 * Where models are found: base URL, and the path before a model's name. Immutable.
 *
 * @param baseUrl the server with the version, without a slash at the end
 * @param parent what models' names are relative to, with a slash at its end; empty on the Gemini API
 * @param collection where plain names are, with a slash at its end
 * @param vertex whether this is Vertex AI, whose embeddings have a shape of their own
 */
record Endpoint(String baseUrl, String parent, String collection, boolean vertex) {

    static final String GEMINI_API = "https://generativelanguage.googleapis.com/v1beta";

    static Endpoint geminiApi(String baseUrl) {
        return new Endpoint(Urls.trimmed(baseUrl), "", "models/", false);
    }

    static Endpoint vertex(@Nullable String baseUrl, String project, String location) {
        String server = location.equals("global") ? "" : location + "-";
        return new Endpoint(
                baseUrl == null ? "https://" + server + "aiplatform.googleapis.com/v1" : Urls.trimmed(baseUrl),
                "projects/" + Urls.segment(project) + "/locations/" + Urls.segment(location) + "/",
                "publishers/google/models/",
                true);
    }

    /** Returns the URL of a method of a model. A name with a slash ({@code tunedModels/x}) is a path already. */
    String url(@Nullable String otherBaseUrl, String model, String method) {
        StringBuilder url = new StringBuilder(otherBaseUrl == null ? baseUrl : Urls.trimmed(otherBaseUrl));
        url.append('/');
        if (!model.startsWith("projects/")) {
            url.append(parent);
        }
        if (model.indexOf('/') < 0) {
            url.append(collection);
        }
        return url.append(Urls.segment(model).replace("%2F", "/"))
                .append(':')
                .append(method)
                .toString();
    }

    /** Returns the name of a model as it stands in a body: a path without the server. */
    String name(String model) {
        return model.indexOf('/') < 0 ? collection + model : model;
    }
}
