package dev.aigw.providers.http;

import dev.aigw.api.AllowedHosts;
import dev.aigw.providers.http.errors.Secrets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The address of a service, which a call's path is appended to. A query stays behind the path: gateways and clouds take
 * a version or a signature there. Safe for use by many threads.
 */
final class BaseUrl {

    private static final int MAX_PATHS = 1024;
    private static final String INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff";

    private final HttpUrl url;
    private final String prefix;
    private final String query;
    private final Map<String, String> urls = new ConcurrentHashMap<>();

    private BaseUrl(HttpUrl url) {
        this.url = url;
        this.query = url.encodedQuery() == null ? "" : url.encodedQuery();
        this.prefix = withoutSlash(url.newBuilder().encodedQuery(null).build().toString());
    }

    /**
     * Parses a base URL; blanks around it and slashes at its end don't count.
     *
     * @throws IllegalArgumentException if it has no scheme, is not well-formed, or holds a fragment, a user name or a
     *     password; the message names the fix and shows no secret
     */
    static BaseUrl of(String text) {
        String trimmed = trimmed(text);
        int scheme = trimmed.indexOf("://");
        HttpUrl url = HttpUrl.parse(trimmed);
        if (url == null) {
            throw new IllegalArgumentException(problem(trimmed, scheme));
        }
        if (!url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty()) {
            throw new IllegalArgumentException("the base URL of " + url.host()
                    + " holds a user name or password, which would show in logs: remove it, and set a credential or a"
                    + " header instead");
        }
        if (url.encodedFragment() != null) {
            throw new IllegalArgumentException("the base URL " + shown(trimmed)
                    + " holds a #, and what follows is never sent: remove it, or write %23");
        }
        return new BaseUrl(url);
    }

    /** Returns whether calls to another base URL go to the same host by the same scheme. */
    boolean isSamePlace(BaseUrl other) {
        return url.host().equals(other.url.host()) && url.scheme().equals(other.url.scheme());
    }

    /** Returns why these hosts do not include it, for a message; null if they do. */
    @Nullable
    String refusal(AllowedHosts hosts) {
        return hosts.refusal(url.scheme(), url.host(), url.port());
    }

    /** Returns scheme and host, for a message. */
    String place() {
        return url.scheme() + "://" + url.host();
    }

    /** Returns the host, in lower case. */
    String host() {
        return url.host();
    }

    private static String problem(String text, int scheme) {
        if (text.isEmpty()) {
            return "the base URL is blank: set one that begins with https://";
        }
        if (scheme < 0 || text.substring(0, scheme).indexOf('/') >= 0) {
            return "the base URL " + shown(text) + " has no scheme: write https://" + shown(text)
                    + ", or http:// for a server on this machine";
        }
        String name = text.substring(0, scheme).toLowerCase(Locale.ROOT);
        return name.equals("http") || name.equals("https")
                ? "the base URL " + shown(text) + " is not well-formed: check its host and port"
                : "the base URL " + shown(text) + " has the scheme " + shown(name) + ": use https:// or http://";
    }

    /** Returns a URL for a message, without whatever may be a secret: user info, query and fragment. */
    private static String shown(String text) {
        int authority = text.indexOf("://") < 0 ? 0 : text.indexOf("://") + 3;
        int end = text.length();
        for (int i = authority; i < text.length(); i++) {
            if ("?#".indexOf(text.charAt(i)) >= 0) {
                end = i;
                break;
            }
        }
        int user = text.lastIndexOf('@', end);
        String bare = user < authority
                ? text.substring(0, end)
                : text.substring(0, authority) + text.substring(user + 1, end);
        return Secrets.NONE.mask(bare, 200);
    }

    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c < ' ' || INVISIBLE.indexOf(c) >= 0;
    }

    private static String withoutSlash(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }

    /**
     * Returns the URL of a path.
     *
     * @param path empty, or with a slash at its beginning; its own query comes before that of the base URL
     */
    String at(String path) {
        String known = urls.get(path);
        if (known == null) {
            known = query.isEmpty() ? prefix + path : prefix + path + (path.indexOf('?') < 0 ? "?" : "&") + query;
            if (urls.size() >= MAX_PATHS) {
                urls.clear();
            }
            urls.put(path, known);
        }
        return known;
    }

    /**
     * Returns the URL of a path, resolved like a link on a page: with a leading slash from the root of the host,
     * otherwise below the base URL.
     *
     * @throws IllegalArgumentException if the path is not well-formed or leads to another host
     */
    String resolve(String path) {
        HttpUrl base = Objects.requireNonNull(HttpUrl.parse(prefix + "/"));
        HttpUrl to = base.resolve(path);
        if (to == null
                || !to.scheme().equals(base.scheme())
                || !to.host().equals(base.host())
                || to.port() != base.port()) {
            throw new IllegalArgumentException("the path " + path + " leads to another host than " + prefix
                    + ": give a path only, such as /health");
        }
        String bare = to.newBuilder().fragment(null).build().toString();
        return query.isEmpty() ? bare : bare + (to.encodedQuery() == null ? "?" : "&") + query;
    }

    /** Returns the address without its query, which may hold a secret, and without a slash at its end. */
    @Override
    public String toString() {
        return prefix;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BaseUrl that && url.equals(that.url);
    }

    @Override
    public int hashCode() {
        return url.hashCode();
    }
}
