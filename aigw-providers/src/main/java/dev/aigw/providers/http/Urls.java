package dev.aigw.providers.http;

import dev.aigw.providers.http.errors.Secrets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Builds parts of URLs. */
public final class Urls {

    /** As browsers and OkHttp read it: a backslash is a slash, and {@code %2e} is a dot. */
    private static final Pattern DOTS =
            Pattern.compile("^[^?#]*?[/\\\\](?:\\.|%2e){1,2}(?:[/\\\\?#]|$)", Pattern.CASE_INSENSITIVE);

    private static final int LONGEST_SHOWN = 300;

    private Urls() {}

    /**
     * Returns a URL for messages and ids, without whatever may be a secret: without user info and fragment, and with
     * the values of secret parameters masked.
     */
    public static String shown(String url) {
        int scheme = url.indexOf("://");
        int authority = scheme < 0 ? 0 : scheme + 3;
        int end = url.indexOf('#') < 0 ? url.length() : url.indexOf('#');
        int path = authority;
        while (path < end && "/?\\".indexOf(url.charAt(path)) < 0) {
            path++;
        }
        int user = url.lastIndexOf('@', path - 1);
        String bare =
                user < authority ? url.substring(0, end) : url.substring(0, authority) + url.substring(user + 1, end);
        return Secrets.NONE.mask(bare, LONGEST_SHOWN);
    }

    /** Returns whether the path has a segment that leads to another one: a dot, or two, plain or escaped. */
    static boolean leavesItsPath(String url) {
        return DOTS.matcher(url).find();
    }

    /** Returns the text with everything encoded that is not allowed in one segment of a path, slashes included. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
