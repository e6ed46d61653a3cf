package dev.aigw.providers.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Builds parts of URLs. */
public final class Urls {

    private Urls() {}

    /** Returns the text with everything encoded that is not allowed in one segment of a path, slashes included. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
