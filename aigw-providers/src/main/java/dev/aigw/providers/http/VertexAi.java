package dev.aigw.providers.http;

/** The addresses of Google's Vertex AI: its servers and a project's models. */
public final class VertexAi {

    private VertexAi() {}

    /**
     * Returns the base URL for a location, version included.
     *
     * @param location a region, such as {@code europe-west4}, or {@code us}, {@code eu} or {@code global}
     */
    public static String baseUrl(String location) {
        String server = switch (location) {
            case "global" -> "aiplatform";
            case "us", "eu" -> "aiplatform." + location + ".rep";
            default -> location + "-aiplatform";
        };
        return "https://" + server + ".googleapis.com/v1";
    }

    /** Returns the path of a project's models, with a slash at both ends. */
    public static String parent(String project, String location) {
        return "/projects/" + Urls.segment(project) + "/locations/" + Urls.segment(location) + "/";
    }
}
