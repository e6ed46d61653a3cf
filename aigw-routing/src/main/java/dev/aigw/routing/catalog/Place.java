package dev.aigw.routing.catalog;

import dev.aigw.api.AllowedHosts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a base URL that say where it leads and hold no secret: its query is left out, and user info is refused.
 * An adapter parses the whole and says what is wrong with it.
 *
 * @param scheme in lower case
 * @param host a name or an address
 * @param port the port, also where it is the usual one; -1 if it is no number
 * @param text host, port and path
 */
record Place(String scheme, String host, int port, String text) {

    /**
     * Reads a base URL.
     *
     * @throws IllegalArgumentException if it has no scheme or host, or holds a user name or password; the message shows
     *     none of it
     */
    static Place of(String baseUrl) {
        int scheme = baseUrl.indexOf("://");
        if (scheme <= 0 || scheme + 3 == baseUrl.length()) {
            throw new IllegalArgumentException(
                    "\"" + plain(baseUrl, 0) + "\" is not a base URL: use one such as http://10.0.0.7:8000/v1");
        }
        int start = scheme + 3;
        int path = end(baseUrl, start, "/?#\\");
        String authority = baseUrl.substring(start, path);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("the base URL of " + authority.substring(authority.lastIndexOf('@') + 1)
                    + " holds a user name or password, which would show in ids: remove it, and set a credential");
        }
        String name = baseUrl.substring(0, scheme).strip().toLowerCase(Locale.ROOT);
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int usual = name.equals("https") ? 443 : 80;
        int port = colon < 0 ? usual : number(authority.substring(colon + 1));
        return new Place(name, host, port, plain(baseUrl, start));
    }

    private static String plain(String url, int start) {
        String text = url.substring(start, end(url, start, "?#"));
        return text.substring(text.lastIndexOf('@') + 1);
    }

    private static int end(String text, int start, String marks) {
        int end = start;
        while (end < text.length() && marks.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static int number(String port) {
        return port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9') && !port.isEmpty()
                ? Integer.parseInt(port)
                : -1;
    }

    /** Returns why these hosts do not include it; null if they do. */
    @Nullable
    String refusal(AllowedHosts hosts) {
        return hosts.refusal(scheme, host, port);
    }
}
