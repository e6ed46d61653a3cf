package dev.aigw.routing.guard.sensitive;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A word that says that a secret may follow, such as "password" or "token", and where in a name it counts. Immutable.
 *
 * @param word the word, in lower case
 * @param kind how much it says
 */
record SecretWord(String word, Kind kind) {

    /** How much a word says. */
    enum Kind {
        /** What follows may be a word that people chose. */
        PASSWORD,
        /** What follows is a random string, if it is a secret. */
        SECRET,
        /** As SECRET, but the word alone is used for much else. */
        WEAK
    }

    /** The words of ten languages that are looked for. */
    static final List<SecretWord> ALL = List.of(
            of("password", Kind.PASSWORD),
            of("passwd", Kind.PASSWORD),
            of("passwort", Kind.PASSWORD),
            of("passphrase", Kind.PASSWORD),
            of("passcode", Kind.PASSWORD),
            of("kennwort", Kind.PASSWORD),
            of("contraseña", Kind.PASSWORD),
            of("contrasena", Kind.PASSWORD),
            of("mot de passe", Kind.PASSWORD),
            of("senha", Kind.PASSWORD),
            of("wachtwoord", Kind.PASSWORD),
            of("lösenord", Kind.PASSWORD),
            of("hasło", Kind.PASSWORD),
            of("пароль", Kind.PASSWORD),
            of("şifre", Kind.PASSWORD),
            of("密码", Kind.PASSWORD),
            of("口令", Kind.PASSWORD),
            of("パスワード", Kind.PASSWORD),
            of("비밀번호", Kind.PASSWORD),
            of("पासवर्ड", Kind.PASSWORD),
            of("identified by", Kind.PASSWORD),
            of("pwd", Kind.PASSWORD),
            of("pass", Kind.PASSWORD),
            of("pw", Kind.PASSWORD),
            of("secret", Kind.SECRET),
            of("token", Kind.SECRET),
            of("credential", Kind.SECRET),
            of("credentials", Kind.SECRET),
            of("creds", Kind.SECRET),
            of("bearer", Kind.SECRET),
            of("authorization", Kind.SECRET),
            of("key", Kind.SECRET),
            of("auth", Kind.WEAK),
            of("access", Kind.WEAK),
            of("private", Kind.WEAK));

    /** What may be joined to "key" without a sign between. */
    private static final List<String> BEFORE_KEY = List.of(
            "api",
            "secret",
            "access",
            "private",
            "auth",
            "account",
            "encryption",
            "signing",
            "master",
            "service",
            "license",
            "app",
            "storage",
            "admin",
            "client",
            "shared",
            "deploy",
            "token",
            "crypt",
            "hmac",
            "priv",
            "webhook");

    /** What makes a key or token of something that is no secret. */
    private static final Set<String> HARMLESS_BEFORE = Set.of(
            "public",
            "pub",
            "primary",
            "foreign",
            "partition",
            "sort",
            "cache",
            "index",
            "idx",
            "hot",
            "short",
            "natural",
            "sequence",
            "schema",
            "bucket",
            "object",
            "map",
            "row",
            "group",
            "dict",
            "json",
            "lookup",
            "unique",
            "composite",
            "translation",
            "i18n",
            "message",
            "routing",
            "idempotency",
            "event",
            "last",
            "next",
            "cursor",
            "publishable",
            "csrf",
            "xsrf",
            "sep",
            "eos",
            "bos",
            "pad",
            "unk",
            "mask",
            "cls",
            "stop",
            "max",
            "min",
            "num",
            "input",
            "output",
            "total",
            "prompt",
            "completion",
            "special",
            "cancellation",
            "page",
            "continuation",
            "foreground",
            "data",
            "no",
            "arrow",
            "enter",
            "shift",
            "ctrl",
            "control",
            "alt",
            "tab",
            "escape",
            "home",
            "end",
            "sync",
            "site",
            "entry");

    /** What makes a name of something about a secret. */
    private static final Set<String> HARMLESS_BEHIND = Set.of(
            "id",
            "ids",
            "name",
            "names",
            "url",
            "urls",
            "uri",
            "endpoint",
            "type",
            "types",
            "file",
            "filename",
            "path",
            "length",
            "len",
            "count",
            "size",
            "format",
            "field",
            "fields",
            "policy",
            "expiry",
            "expires",
            "expiration",
            "ttl",
            "limit",
            "version",
            "arn",
            "prefix",
            "suffix",
            "pattern",
            "regex",
            "index",
            "idx",
            "label",
            "hint",
            "reset",
            "help",
            "prompt",
            "required",
            "enabled",
            "valid",
            "validator",
            "encoder",
            "manager",
            "provider",
            "store",
            "vault",
            "ring",
            "chain",
            "board",
            "status",
            "usage",
            "budget",
            "stream",
            "class",
            "map",
            "set",
            "list",
            "ref",
            "dir",
            "title",
            "placeholder",
            "column",
            "param",
            "parameter",
            "header",
            "mode",
            "scheme",
            "algorithm",
            "alg",
            "strength",
            "min",
            "max",
            "alias",
            "pair",
            "word",
            "words",
            "expression",
            "checksum",
            "fingerprint",
            "location",
            "exchange",
            "request",
            "response",
            "handler",
            "callback",
            "frame",
            "press",
            "down",
            "up",
            "left",
            "right",
            "selector",
            "stone",
            "generator",
            "factory",
            "util",
            "utils",
            "helper",
            "rotation",
            "age",
            "host",
            "port",
            "level",
            "control",
            "method",
            "domain",
            "region",
            "source",
            "authority",
            "author",
            "modifier",
            "variable",
            "env",
            "validation",
            "spec",
            "schema",
            "info",
            "meta",
            "metadata",
            "kind",
            "description",
            "chars",
            "characters",
            "charset",
            "alphabet");

    private static SecretWord of(String word, Kind kind) {
        return new SecretWord(word, kind);
    }

    /** Returns whether the word stands from {@code start} to {@code end}, rather than a part of a longer one. */
    boolean stands(String text, int start, int end) {
        if (end < text.length() && joins(text, end)) {
            return false;
        }
        if (start == 0 || !isAsciiLetter(text.charAt(start - 1))) {
            return true;
        }
        if ((Character.isUpperCase(text.charAt(start)) && Character.isLowerCase(text.charAt(start - 1)))
                || isEscape(text, start)) {
            return true;
        }
        return switch (word) {
            case "key" -> isAfterPartner(text, start);
            case "pw", "auth", "access", "private" -> false;
            case "pass" ->
                text.regionMatches(true, start - 2, "db", 0, 2)
                        || text.regionMatches(true, start - 2, "my", 0, 2)
                        || text.regionMatches(true, start - 4, "user", 0, 4)
                        || text.regionMatches(true, start - 3, "sql", 0, 3);
            default -> true;
        };
    }

    /** Returns whether what stands before the word says that it is no secret, as in "public key". */
    boolean isHarmless(String text, int start) {
        return !(word.equals("key")
                        && start > 0
                        && isAsciiLetter(text.charAt(start - 1))
                        && isAfterPartner(text, start))
                && isHarmlessBefore(text, start);
    }

    /** Returns whether it stands alone, so that nothing before it says what it is about. */
    static boolean isBare(String text, int start) {
        return start == 0 || !isNamePart(text.charAt(start - 1));
    }

    /** A letter behind the word makes another word of it, as in "tokenizer", unless the case changes. */
    private boolean joins(String text, int end) {
        char c = text.charAt(end);
        if (!isAsciiLetter(c)) {
            return false;
        }
        char last = text.charAt(end - 1);
        return last >= 128
                ? Character.isLetter(c) && Character.isLowerCase(c)
                : Character.isUpperCase(last) == Character.isUpperCase(c);
    }

    private static boolean isAfterPartner(String text, int start) {
        for (String partner : BEFORE_KEY) {
            if (text.regionMatches(true, start - partner.length(), partner, 0, partner.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHarmlessBefore(String text, int start) {
        int end = start;
        while (end > 0 && start - end < 2 && "_-. ".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int from = end;
        while (from > 0 && end - from < 14 && isAsciiLetter(text.charAt(from - 1))) {
            from--;
            if (Character.isUpperCase(text.charAt(from))
                    && (from == 0 || Character.isLowerCase(text.charAt(from - 1)))
                    && end - from > 1) {
                break;
            }
        }
        return end > from && HARMLESS_BEFORE.contains(text.substring(from, end).toLowerCase(Locale.ROOT));
    }

    /** Returns whether the rest of a name, behind the word, says that it is only about a secret. */
    static boolean isHarmlessBehind(String text, int from, int end) {
        int last = end;
        while (last > from && !isAsciiLetter(text.charAt(last - 1))) {
            last--;
        }
        int first = last;
        while (first > from && isAsciiLetter(text.charAt(first - 1))) {
            first--;
            if (Character.isUpperCase(text.charAt(first))
                    && first > from
                    && Character.isLowerCase(text.charAt(first - 1))) {
                break;
            }
        }
        if (first == last) {
            return false;
        }
        String part = text.substring(first, last).toLowerCase(Locale.ROOT);
        return HARMLESS_BEHIND.contains(part);
    }

    /** Returns whether the letter before a place belongs to an escape such as {@code \n}. */
    static boolean isEscape(String text, int at) {
        if (at >= 2 && text.charAt(at - 2) == '\\' && "ntrbf".indexOf(text.charAt(at - 1)) >= 0) {
            return true;
        }
        if (at >= 3 && text.charAt(at - 3) == '%' && isHex(text.charAt(at - 2)) && isHex(text.charAt(at - 1))) {
            return true;
        }
        return at >= 6 && text.charAt(at - 6) == '\\' && text.charAt(at - 5) == 'u' && isHex(text.charAt(at - 1));
    }

    static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isNamePart(char c) {
        return isAsciiLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '$';
    }
}
