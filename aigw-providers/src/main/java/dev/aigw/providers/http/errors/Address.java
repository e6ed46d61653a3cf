package dev.aigw.providers.http.errors;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address that a call was sent to, for the failure of one where nothing listens: a base URL with a missing or a
 * doubled {@code /v1} is the most frequent mistake with a new deployment.
 *
 * @param method the HTTP method
 * @param url the whole URL
 * @param usual the vendor's usual base URL, or null where there is none
 */
public record Address(String method, String url, @Nullable String usual) {

    private static final int LONGEST = 300;
    private static final Pattern USER = Pattern.compile("(?<=://)[^/?#@]{0,1000}+@");
    private static final Pattern VALUE = Pattern.compile("(?<==)[^&#]++|(?<=[?&])[^=&#]++(?=&|#|$)");

    /** What servers and gateways answer where there is no such path; nothing of a model, or of a file. */
    private static final Pattern NO_PATH =
            Pattern.compile("^(?:404(?: page)?|page|url|path|resource|route|endpoint|file)?[ :-]*not[ _]?found\\.?$"
                    + "|^(?:404 )?page not found|^method not allowed|^invalid url|url\\.not_found|unknown_url"
                    + "|unknown (?:request url|url|endpoint|path|route|operation)|unexpected endpoint"
                    + "|no static resource|no route|no handler|cannot (?:post|get) /|unrecognized request url|the requested url"
                    + "|\\b(?:path|route|endpoint|url) [^ ]{1,300} (?:was |is |does )?not (?:found|exist|supported)");

    /** Returns whether a refusal shows that the URL is wrong: of the path, not of a model or a thing in the request. */
    boolean isWrong(int status, @Nullable VendorError error, String body) {
        if (status == 405 && method.equals("GET")) {
            return false; // a health check's path that may not be asked so
        }
        if (error == null) {
            String words = ErrorText.of(body);
            return (status == 404 || status == 405) && (words == null || ErrorText.isMarkup(body) || matches(words));
        }
        if (status != 404 && status != 405 && status >= 300) {
            return false;
        }
        String words = error.message();
        return words == null
                ? status >= 300 && error.code() == null
                : matches(words) || matches(String.valueOf(error.code()));
    }

    private static boolean matches(String words) {
        return NO_PATH.matcher(words.strip().toLowerCase(Locale.ROOT)).find();
    }

    /** Returns what to check, with the URL, without what may be secret in it, and the usual end of a base URL. */
    String advice() {
        String check = "; check the base URL of " + method + ' ' + shown(url);
        if (usual == null) {
            return check;
        }
        String path = path(usual);
        return check
                + (path.isEmpty() ? ", which usually has no path, as " : ", which usually ends with " + path + ", as ")
                + usual;
    }

    private static String path(String url) {
        int scheme = url.indexOf("://");
        int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
        return slash < 0 || slash == url.length() - 1 ? "" : url.substring(slash);
    }

    /** Returns a URL without a user name, and with the values of its query masked. */
    private static String shown(String url) {
        String plain = USER.matcher(url).replaceAll("");
        int query = plain.indexOf('?');
        if (query >= 0) {
            plain = plain.substring(0, query)
                    + VALUE.matcher(plain.substring(query)).replaceAll("***");
        }
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
    }
}
