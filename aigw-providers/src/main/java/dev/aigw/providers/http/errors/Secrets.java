package dev.aigw.providers.http.errors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in what vendors send back: they echo keys in error texts. Used on the failure path only. Immutable.
 *
 * <p>What is masked: the secrets that were sent, in each form that {@link SecretForms} lists; and what looks like a key
 * of a known form, a bearer token, a JSON Web Token, a private key, the password of a URL, or the value of a field,
 * header or query parameter named like a secret.
 *
 * <p>The time is linear in the length of the text. Each pattern either masks what it has read, and the search goes on
 * behind it, or gives up after a bounded number of characters; {@code *} and {@code +} therefore stand only where a
 * match is already certain. Texts from outside should still be cut, by {@link #mask(String, int)}.
 */
public final class Secrets {

    /** Knows no secret, and masks what looks like one. */
    public static final Secrets NONE = new Secrets(new SecretForms(List.of()));

    /** How much more than is shown is read, so that a secret at the end is seen whole. */
    private static final int MARGIN_CHARS = 512;

    private static final int HEADER_CHARS = 1024;
    private static final String MASK = "***";

    /** The beginning of a word, also behind a character that is escaped in JSON or in a URL. */
    private static final String WORD =
            "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[nrtbf])" + "|(?<=\\\\u[0-9A-Fa-f]{4}))";

    private static final Pattern SHAPES = Pattern.compile(WORD
            + "(?:(?:sk|pk|rk|gsk|hf|xai|pplx|glpat|gh[oprsu]|github_pat|xox[a-z])[-_][A-Za-z0-9_*\\-]{4,}+"
            + "|(?:csk|nvapi|npm|whsec|r8|fw|tgp|lsv2)[-_][A-Za-z0-9_\\-]{16,}+"
            + "|ya29\\.[A-Za-z0-9_.\\-]{4,}+"
            + "|AIza[A-Za-z0-9_\\-]{10,}+"
            + "|(?:AQ\\.|SG\\.|1//|GOCSPX-)[A-Za-z0-9_.\\-]{12,}+"
            + "|dapi[0-9a-f]{16,}+"
            + "|(?:AKIA|ASIA)[A-Z0-9]{12,}+"
            + "|(?:ABSK|FwoG|FQoG|IQoJ)[A-Za-z0-9+/=%_\\-]{16,}+"
            + "|eyJ[A-Za-z0-9_\\-]{8,}+(?:\\.[A-Za-z0-9_\\-]*+){0,2}+)");

    private static final Pattern SCHEMES = Pattern.compile(
            WORD + "(?:bearer|basic)(?:\\s|%20|\\+){1,4}+(?<value>[^\\s\"'\\\\,;&}]{4,}+)", Pattern.CASE_INSENSITIVE);

    private static final Pattern URL_PASSWORD = Pattern.compile("://[^\\s/@:]{0,64}+:(?<value>[^\\s/@]{1,256}+)@");

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN[A-Z0-9 +%]{1,40}?PRIVATE(?: |\\+|%20)KEY", Pattern.CASE_INSENSITIVE);

    private static final String QUOTE = "\\\\{0,7}+[\"']|%22|&quot;|&#34;|\\\\u0022";
    private static final String ASSIGNED = "(?: provided| is)?+(?:" + QUOTE + ")?+\\s{0,4}+(?<sign>[:=]>?|%3[AD])"
            + "\\s{0,4}+(?<quote>" + QUOTE
            + ")?+(?:(?:bearer|basic|token|apikey|key|digest|negotiate)(?:\\s|%20|\\+){1,4}+)?+";

    private static final Pattern FIELDS = Pattern.compile(
            "(?:(?:api|account|private|signing|master|auth|subscription|(?:shared[-_ ]?)?access|secret)[-_ ]?key"
                    + "(?:[-_ ]?id)?|authorization|password|passwd|passphrase|cookie|signature|x-amz-credential"
                    + "|(?:client[-_ ]?)?secret|secret[-_ ]?access[-_ ]?key"
                    + "|(?:access|refresh|id|session|security|auth|bearer|api)[-_ ]?token)" + ASSIGNED,
            Pattern.CASE_INSENSITIVE);

    /** Names that are words of other meanings, too: a value counts only where it is assigned, as in a query. */
    private static final Pattern WORDS = Pattern.compile(
            "(?<![A-Za-z0-9_\\-])(?:(?<token>token)|key|sig|pwd|pass)" + ASSIGNED, Pattern.CASE_INSENSITIVE);

    private final SecretForms known;

    private Secrets(SecretForms known) {
        this.known = known;
    }

    /** Returns what masks these secrets, too; blank ones are skipped. */
    public static Secrets of(Collection<String> secrets) {
        return secrets.isEmpty() ? NONE : new Secrets(new SecretForms(secrets));
    }

    /** Returns {@code text} with everything masked that is {@code secret} or looks like one. */
    public static String mask(String text, @Nullable String secret) {
        return (secret == null ? NONE : of(List.of(secret))).mask(text);
    }

    /** Returns {@code text} with everything masked that is, or looks like, a secret. */
    public String mask(CharSequence text) {
        Spans spans = new Spans();
        find(text, spans);
        return spans.replaced(text, MASK);
    }

    /**
     * Returns {@code text} with everything masked that is, or looks like, a secret, also where it is spread over the
     * values of a field that recurs, as in the events of a stream.
     */
    public String maskSpread(CharSequence text) {
        Spans spans = new Spans();
        find(text, spans);
        for (SpreadValues values : SpreadValues.of(text)) {
            Spans inside = new Spans();
            find(values, inside);
            inside.forEach((start, end) -> values.add(start, end, spans));
        }
        return spans.replaced(text, MASK);
    }

    private void find(CharSequence text, Spans spans) {
        known.find(text, spans);
        findAll(SHAPES, 0, text, spans);
        findAll(SCHEMES, 1, text, spans);
        findAll(URL_PASSWORD, 1, text, spans);
        findPrivateKeys(text, spans);
        findValues(FIELDS, text, spans);
        findValues(WORDS, text, spans);
    }

    /** Returns the beginning of {@code text}, at most {@code maxChars} and an ellipsis, with secrets masked. */
    public String mask(String text, int maxChars) {
        int read = Math.min(text.length(), maxChars + MARGIN_CHARS);
        String masked = mask(text.substring(0, read));
        return masked.length() > maxChars ? masked.substring(0, maxChars) + "…" : masked;
    }

    /** Returns the headers by name in lower case, without those that carry secrets, other values masked and cut. */
    Map<String, List<String>> headers(Headers headers) {
        Map<String, List<String>> safe = new LinkedHashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(Locale.ROOT);
            if (!isSecretHeader(name)) {
                safe.computeIfAbsent(
                                mask(headers.name(i), HEADER_CHARS).toLowerCase(Locale.ROOT), any -> new ArrayList<>(1))
                        .add(mask(headers.value(i), HEADER_CHARS));
            }
        }
        safe.replaceAll((name, values) -> List.copyOf(values));
        return safe;
    }

    /**
     * Returns an exception that is safe to attach: {@code thrown} itself if neither its words nor those of its causes
     * and suppressed exceptions hold a secret, else a {@link MaskedException} for each of them.
     */
    public @Nullable Throwable safe(@Nullable Throwable thrown) {
        return MaskedException.of(thrown, this);
    }

    /** Returns whether a header of this name, in lower case, may carry a secret. */
    public static boolean isSecretHeader(String name) {
        if (name.contains("ratelimit") || name.equals("idempotency-key")) {
            return false;
        }
        return name.contains("auth")
                || name.contains("cookie")
                || name.contains("token")
                || name.contains("secret")
                || name.contains("password")
                || name.contains("signature")
                || name.contains("credential")
                || name.contains("session")
                || name.contains("jwt")
                || name.endsWith("key");
    }

    /** Returns whether a parameter of a URL may carry a secret. */
    public static boolean isSecretParameter(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return isSecretHeader(lower)
                || lower.contains("pass")
                || lower.equals("sig")
                || lower.equals("pwd")
                || lower.equals("code");
    }

    private static void findAll(Pattern pattern, int group, CharSequence text, Spans spans) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            spans.add(matcher.start(group), matcher.end(group));
        }
    }

    private static void findPrivateKeys(CharSequence text, Spans spans) {
        Matcher matcher = PRIVATE_KEY.matcher(text);
        int from = 0;
        while (from < text.length() && matcher.find(from)) {
            int end = SecretForms.indexOf(text, "-----END", matcher.end(), text.length());
            from = end < 0 ? text.length() : end;
            spans.add(matcher.end(), from);
        }
    }

    private static void findValues(Pattern pattern, CharSequence text, Spans spans) {
        Matcher matcher = pattern.matcher(text);
        boolean words = pattern == WORDS;
        int from = 0;
        while (from < text.length() && matcher.find(from)) {
            String quote = matcher.group("quote");
            int start = matcher.end();
            int end = quote == null ? endOfWord(text, start) : endOfQuoted(text, start, quote);
            boolean assigned = quote != null || !matcher.group("sign").equals(":");
            boolean secret = end - start >= 3
                    && (!words || (matcher.group("token") != null ? assigned || end - start >= 8 : isQuery(matcher)));
            if (secret) {
                spans.add(start, end);
            }
            from = Math.max(secret ? end : start, matcher.start() + 1);
        }
    }

    private static boolean isQuery(Matcher matcher) {
        return matcher.group("sign").equals("=") || matcher.group("sign").equalsIgnoreCase("%3D");
    }

    private static int endOfWord(CharSequence text, int start) {
        int at = start;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean escape =
                    c == '\\' && at + 1 < text.length() && (text.charAt(at + 1) == '/' || text.charAt(at + 1) == 'u');
            if (Character.isWhitespace(c) || (!escape && "\"'\\,;&}<>)".indexOf(c) >= 0)) {
                return at;
            }
            at++;
        }
        return at;
    }

    /** Returns where the quoted text ends, however often its quotes are escaped; at the end of the text if nowhere. */
    private static int endOfQuoted(CharSequence text, int start, String quote) {
        char mark = quote.charAt(quote.length() - 1);
        if (mark != '"' && mark != '\'') {
            int end = SecretForms.indexOf(text, quote, start, text.length());
            return end < 0 ? text.length() : end;
        }
        int escapes = quote.length() - 1;
        int slashes = 0;
        for (int at = start; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == mark && (slashes <= escapes || (slashes - escapes) % (2 * (escapes + 1)) == 0)) {
                return at - Math.min(slashes, escapes);
            }
            slashes = c == '\\' ? slashes + 1 : 0;
        }
        return text.length();
    }
}
