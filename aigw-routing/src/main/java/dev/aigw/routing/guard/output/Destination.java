package dev.aigw.routing.guard.output;

import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leads, as browsers read it: backslashes are slashes, missing and superfluous slashes don't count, and
 * neither do tabs, line ends and escapes of HTML and Markdown. Immutable.
 *
 * @param scheme in lower case; empty for a relative one
 * @param host in ASCII and lower case; null if it leads to no host
 * @param port -1 for the usual one
 * @param isDisguised whether it is made to look like another: a user name in front of the host, a backslash, letters of
 *     several scripts in one word
 * @param rest what follows the host, decoded
 */
record Destination(String scheme, @Nullable String host, int port, boolean isDisguised, String user, String rest) {

    private static final String WEB = "http https ws wss ftp ";
    private static final Map<String, Character> ENTITIES = Map.ofEntries(
            Map.entry("amp", '&'),
            Map.entry("colon", ':'),
            Map.entry("sol", '/'),
            Map.entry("bsol", '\\'),
            Map.entry("period", '.'),
            Map.entry("commat", '@'),
            Map.entry("num", '#'),
            Map.entry("quest", '?'),
            Map.entry("lpar", '('),
            Map.entry("rpar", ')'),
            Map.entry("equals", '='),
            Map.entry("quot", '"'),
            Map.entry("lt", '<'),
            Map.entry("gt", '>'),
            Map.entry("Tab", '\t'),
            Map.entry("NewLine", '\n'));
    private static final int LONGEST_ENTITY = 10;

    /** Reads a destination as it stands in a text. */
    static Destination of(String written) {
        String text = plain(written);
        int colon = schemeEnd(text);
        String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean isWeb = WEB.contains(scheme + " ") && !scheme.isEmpty();
        int at = colon + 1;
        int slashes = at;
        while (slashes < text.length() && isSlash(text.charAt(slashes))) {
            slashes++;
        }
        boolean hasHost = isWeb || slashes - at >= 2;
        if (!hasHost) {
            return new Destination(scheme, null, -1, false, "", decoded(text.substring(at)));
        }
        int end = slashes;
        while (end < text.length() && "/\\?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String authority = text.substring(slashes, end);
        int user = authority.lastIndexOf('@');
        String place = authority.substring(user + 1);
        int portAt = place.startsWith("[") ? place.indexOf(':', place.indexOf(']')) : place.lastIndexOf(':');
        String name = decoded(portAt < 0 ? place : place.substring(0, portAt));
        boolean disguised = user >= 0 || hasBackslash(written) || isMixed(name);
        return new Destination(
                scheme.isEmpty() ? "https" : scheme,
                ascii(name),
                portAt < 0 ? -1 : port(place.substring(portAt + 1)),
                disguised,
                user < 0 ? "" : decoded(authority.substring(0, user)),
                decoded(text.substring(end)));
    }

    /** Returns whether a backslash ends the host, or what looks like one: programs disagree about what that means. */
    private static boolean hasBackslash(String written) {
        int i = written.indexOf(':') + 1;
        while (i < written.length() && isSlash(written.charAt(i))) {
            i++;
        }
        while (i < written.length() && "/?#".indexOf(written.charAt(i)) < 0) {
            if (written.charAt(i++) == '\\') {
                return true;
            }
        }
        return false;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    /** Returns the text without what browsers ignore, with entities decoded, and no escape in front of a mark. */
    private static String plain(String written) {
        StringBuilder text = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == '&') {
                int end = written.indexOf(';', i);
                int code = end < 0 || end - i > LONGEST_ENTITY ? -1 : entity(written.substring(i + 1, end));
                if (code > 0) {
                    c = (char) code;
                    i = end;
                }
            }
            boolean ignored = c < ' ' || c == 0x7F || Character.getType(c) == Character.FORMAT;
            boolean escape = c == '\\' && i + 1 < written.length() && "()@._-:~!".indexOf(written.charAt(i + 1)) >= 0;
            if (!ignored && !escape) {
                text.append(c);
            }
        }
        return text.toString().strip();
    }

    private static int entity(String name) {
        if (!name.startsWith("#")) {
            return ENTITIES.getOrDefault(name, (char) 0);
        }
        boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
        String digits = name.substring(hex ? 2 : 1);
        int code = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), hex ? 16 : 10);
            code = digit < 0 || code > Character.MAX_VALUE ? -1 : code * (hex ? 16 : 10) + digit;
            if (code < 0) {
                return -1;
            }
        }
        return code > Character.MAX_VALUE ? -1 : code;
    }

    /** Returns where the colon behind the scheme is; -1 if there is no scheme. */
    private static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i == 0 ? -1 : i;
            }
            boolean fits = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (i > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'));
            if (!fits) {
                return -1;
            }
        }
        return -1;
    }

    private static int port(String text) {
        int port = 0;
        for (int i = 0; i < text.length() && port <= 65_535; i++) {
            int digit = Character.digit(text.charAt(i), 10);
            port = digit < 0 ? 65_536 : port * 10 + digit;
        }
        return text.isEmpty() ? -1 : port;
    }

    private static String ascii(String name) {
        String host = name;
        try {
            host = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            host = "invalid." + name.length(); // no list has it
        }
        host = host.toLowerCase(Locale.ROOT);
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Returns whether a word of a host has letters of several scripts, or is written to look like Latin ones. */
    private static boolean isMixed(String host) {
        UnicodeScript script = null;
        boolean latin = false;
        boolean foreign = false;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                latin = false;
                foreign = false;
                continue;
            }
            script = c < 128 ? (Character.isLetter(c) ? UnicodeScript.LATIN : null) : UnicodeScript.of(c);
            latin |= script == UnicodeScript.LATIN;
            foreign |= script == UnicodeScript.CYRILLIC
                    || script == UnicodeScript.GREEK
                    || script == UnicodeScript.ARMENIAN
                    || script == UnicodeScript.CHEROKEE;
            if (latin && foreign) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String text) {
        String decoded = text;
        for (int i = 0; i < 2 && decoded.indexOf('%') >= 0; i++) {
            try {
                decoded = URLDecoder.decode(decoded.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return decoded; // a percent sign that encodes nothing
            }
        }
        return decoded;
    }

    /** Returns whether browsers run what it holds. */
    boolean isScript(boolean image) {
        if (scheme.equals("data")) {
            String type = rest.toLowerCase(Locale.ROOT);
            return !(image && type.startsWith("image/") && !type.startsWith("image/svg"));
        }
        return scheme.equals("javascript") || scheme.equals("vbscript");
    }
}
