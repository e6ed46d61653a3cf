package dev.aigw.providers.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Builds parts of URLs. */
public final class Urls {

    /** As browsers and OkHttp read it: a backslash is a slash, and {@code %2e} is a dot. */
    private static final Pattern DOTS =
            Pattern.compile("^[^?#]*?[/\\\\](?:\\.|%2e){1,2}(?:[/\\\\?#]|$)", Pattern.CASE_INSENSITIVE);

    private Urls() {}

    /** Returns whether the path has a segment that leads to another one: a dot, or two, plain or escaped. */
    static boolean leavesItsPath(String url) {
        return DOTS.matcher(url).find();
    }

    /** Returns the text with everything encoded that is not allowed in one segment of a path, slashes included. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
