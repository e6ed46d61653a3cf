package dev.aigw.routing.guard.sensitive;

import java.util.Set;

/**
 * E-mail addresses around an {@code @} or {@code %40}: the local part of RFC 5321 without the characters that separate
 * fields in practice, and a domain that may be international (RFC 6531). Stateless.
 */
final class EmailAddresses {

    private static final int LOCAL = 64;
    private static final int DOMAIN = 253;

    /** What stands behind a dot and is a file's kind, or a member in code. */
    private static final Set<String> NOT_DOMAINS = Set.of(
            "png",
            "jpg",
            "jpeg",
            "gif",
            "svg",
            "webp",
            "js",
            "ts",
            "jsx",
            "tsx",
            "css",
            "html",
            "json",
            "xml",
            "yml",
            "yaml",
            "txt",
            "pdf",
            "java",
            "kt",
            "class",
            "jar",
            "exe",
            "dll",
            "toml",
            "lock",
            "local",
            "beta",
            "alpha",
            "snapshot",
            "transpose",
            "dot",
            "reshape");

    /** Users of services, in addresses of code. */
    private static final Set<String> SERVICES = Set.of("git", "hg", "svn", "ssh");

    private EmailAddresses() {}

    /** Looks for an address whose {@code @} begins at {@code at} and ends before {@code behind}. */
    static void find(PersonalText t, int at, int behind, Found found) {
        int end = domainEnd(t, behind);
        if (end < 0) {
            return;
        }
        int start = localStart(t, at, behind - at > 1);
        if (start < 0 || isUrlOrCode(t, start, at, end)) {
            return;
        }
        found.add(EntityType.EMAIL, start, end, 0.95);
    }

    private static int localStart(PersonalText t, int at, boolean encoded) {
        if (t.at(at - 1) == '"') {
            for (int i = at - 2; i >= 0 && i > at - LOCAL; i--) {
                if (t.c[i] == '"') {
                    return i < at - 2 && !t.isWordAt(i - 1) ? i : -1;
                }
                if (t.c[i] == '\n' || t.c[i] == '@') {
                    return -1;
                }
            }
            return -1;
        }
        int start = at;
        boolean ascii = t.at(at - 1) < 0x80;
        while (start > 0 && at - start <= LOCAL && isLocal(t.c[start - 1], ascii, encoded)) {
            start--;
        }
        while (start < at && !isLetterOrDigit(t.c[start]) && t.c[start] != '_') {
            start++; // an apostrophe or a dot in front belongs to the sentence
        }
        return start == at || at - start > LOCAL || t.c[at - 1] == '.' ? -1 : start;
    }

    private static boolean isLocal(char ch, boolean ascii, boolean encoded) {
        if (ch < 0x80) {
            return PersonalText.isAsciiLetter(ch)
                    || PersonalText.isDigit(ch)
                    || ch == '.'
                    || ch == '_'
                    || ch == '-'
                    || ch == '+'
                    || ch == '\''
                    || ch == '~'
                    || (ch == '%' && !encoded);
        }
        return PersonalText.isLetter(ch) && !(ascii && PersonalText.isUnspaced(ch));
    }

    private static boolean isLetterOrDigit(char ch) {
        return PersonalText.isDigit(ch) || PersonalText.isLetter(ch);
    }

    /** Returns the index behind the domain, or -1. */
    private static int domainEnd(PersonalText t, int from) {
        if (t.at(from) == '[') {
            return addressLiteral(t, from);
        }
        boolean ascii = t.at(from) < 0x80;
        int labelStart = from;
        int end = -1;
        int i = from;
        while (i <= t.n && i - from <= DOMAIN) {
            char ch = t.at(i);
            boolean inLabel =
                    (isLetterOrDigit(ch) && !(ascii && PersonalText.isUnspaced(ch))) || (ch == '-' && i > labelStart);
            if (inLabel && i < t.n) {
                i++;
                continue;
            }
            int labelEnd = i;
            while (labelEnd > labelStart && t.c[labelEnd - 1] == '-') {
                labelEnd--;
            }
            if (labelStart > from
                    && isTop(t, labelStart, labelEnd)
                    && !(end > 0 && isSentence(t, labelStart, labelEnd))) {
                end = labelEnd;
            }
            if (ch != '.' || labelEnd == labelStart || labelEnd < i || labelEnd - labelStart > 63 || i >= t.n) {
                break;
            }
            i++;
            labelStart = i;
        }
        return end;
    }

    private static int addressLiteral(PersonalText t, int from) {
        for (int i = from + 1; i < t.n && i < from + 48; i++) {
            char ch = t.c[i];
            if (ch == ']') {
                return i > from + 4 ? i + 1 : -1;
            }
            if (!PersonalText.isHex(ch)
                    && ch != ':'
                    && ch != '.'
                    && (ch | 32) != 'i'
                    && (ch | 32) != 'p'
                    && (ch | 32) != 'v') {
                return -1;
            }
        }
        return -1;
    }

    /** Returns whether a label may be a top-level domain: letters, or in Punycode. */
    private static boolean isTop(PersonalText t, int start, int end) {
        if (end - start < 2) {
            return false;
        }
        if (end - start > 4 && (t.c[start] | 32) == 'x' && (t.c[start + 1] | 32) == 'n' && t.c[start + 2] == '-') {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (!PersonalText.isLetter(t.c[i])) {
                return false;
            }
        }
        return end - start <= 24;
    }

    /** Returns whether a label is the first word of the next sentence, as in {@code ada@example.com.Please}. */
    private static boolean isSentence(PersonalText t, int start, int end) {
        return PersonalText.isUpper(t.c[start])
                && !PersonalText.isUpper(t.c[end - 1])
                && !PersonalText.isUpper(t.c[start - 2]);
    }

    private static boolean isUrlOrCode(PersonalText t, int start, int at, int end) {
        char next = t.at(end);
        if (next == '(' || (next == ':' && t.at(end + 1) == '/')) {
            return true; // a call in code, or a path of another machine
        }
        if (at - start <= 3 && SERVICES.contains(new String(t.c, start, at - start))) {
            return true;
        }
        int dot = end - 1;
        while (dot > at && t.c[dot] != '.') {
            dot--;
        }
        if (end - dot <= 10
                && NOT_DOMAINS.contains(new String(t.c, dot + 1, end - dot - 1).toLowerCase(java.util.Locale.ROOT))) {
            return true;
        }
        char before = t.at(start - 1);
        if (before == '/' && t.at(start - 2) == '/') {
            return true; // https://user@host
        }
        if (before != ':') {
            return false;
        }
        int i = start - 2; // https://user:password@host
        while (i >= 0 && i > start - 66 && !Character.isWhitespace(t.c[i]) && t.c[i] != '/') {
            i--;
        }
        return i >= 2 && t.c[i] == '/' && t.c[i - 1] == '/' && t.c[i - 2] == ':';
    }
}
