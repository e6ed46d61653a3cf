package dev.aigw.providers.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
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

    /** Returns whether the host of a URL is {@code domain} or below it. */
    public static boolean isOf(String domain, String url) {
        int from = url.indexOf("://") + 3;
        int to = from;
        while (to < url.length() && "/?#:".indexOf(url.charAt(to)) < 0) {
            to++;
        }
        String host = url.substring(from, to).toLowerCase(Locale.ROOT);
        return host.equals(domain) || host.endsWith("." + domain);
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
