package dev.aigw.providers.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Builds URLs. */
public final class Urls {

    private Urls() {}

    /** Returns the URL without slashes at its end. */
    public static String trimmed(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    /**
     * Resolves {@code path} like a link on the page {@code base}: with a leading slash from the root of the host,
     * otherwise below {@code base}.
     *
     * @throws IllegalArgumentException if either is not well-formed, or the path leads to another host
     */
    public static String resolve(String base, String path) {
        URI from = URI.create(trimmed(base) + "/");
        URI to = from.resolve(path);
        if (!Objects.equals(from.getScheme(), to.getScheme())
                || !Objects.equals(from.getRawAuthority(), to.getRawAuthority())) {
            throw new IllegalArgumentException(
                    "the path " + path + " leads to another host than " + base + ": give a path only, such as /health");
        }
        return to.toString();
    }

    /** Returns the text with everything encoded that is not allowed in one segment of a path, slashes included. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
