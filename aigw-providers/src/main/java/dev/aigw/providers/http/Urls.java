package dev.aigw.providers.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Puts URLs together. */
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

    /** Returns the text with everything encoded that is not allowed in one segment of a path, slashes included. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
