package dev.aigw.providers.http.errors;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in what vendors send back, since they echo keys in error messages. Used on the failure path only.
 *
 * <p>Masks the credential that was sent, in any encoding, and anything that looks like a key of a known format, a
 * bearer token, a JSON Web Token, or the value of a field, header or query parameter named like a secret.
 */
public final class Secrets {

    private static final String MASK = "***";
    private static final Pattern SHAPES =
            Pattern.compile("\\b(?:sk|pk|rk|gsk|hf|xai|pplx|ghp|glpat)[-_][A-Za-z0-9_*\\-]{4,}+"
                    + "|\\bAIza[A-Za-z0-9_\\-]{10,}+"
                    + "|\\b(?:AKIA|ASIA)[A-Z0-9]{12,}+"
                    + "|\\beyJ[A-Za-z0-9_\\-]{8,}+(?:\\.[A-Za-z0-9_\\-]*+){1,2}");
    private static final Pattern SCHEMES =
            Pattern.compile("\\b(bearer|basic)((?:\\s|%20|\\+){1,4})[^\\s\"',;&}]{4,}+", Pattern.CASE_INSENSITIVE);
    private static final Pattern FIELDS = Pattern.compile(
            "((?:api[-_ ]?key|apikey|subscription[-_]key|authorization|password|passwd|client[-_]?secret|secret[-_]?key"
                    + "|secret|access[-_]?token|refresh[-_]?token|id[-_]?token|signature)(?: provided)?"
                    + "(?:\\\\?[\"'])?\\s{0,4}[:=]\\s{0,4}(?:\\\\?[\"'])?)(?!\\*\\*\\*)[^\\s\"'\\\\,;&}]{3,}+",
            Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** Returns {@code text} with everything masked that is or looks like a secret. */
    public static String mask(String text, @Nullable String secret) {
        String masked = text;
        if (secret != null && !secret.isBlank()) {
            masked = masked.replace(secret, MASK);
            String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
            if (!encoded.equals(secret)) {
                masked = masked.replace(encoded, MASK);
            }
            String escaped = secret.replace("\\", "\\\\").replace("\"", "\\\"");
            if (!escaped.equals(secret)) {
                masked = masked.replace(escaped, MASK);
            }
        }
        masked = SCHEMES.matcher(masked).replaceAll("$1$2***");
        masked = SHAPES.matcher(masked).replaceAll(MASK);
        return FIELDS.matcher(masked).replaceAll("$1***");
    }

    /**
     * Returns the headers by name in lower case, without those that carry secrets, and with secrets in other values
     * masked.
     */
    static Map<String, List<String>> headers(Headers headers, @Nullable String secret) {
        Map<String, List<String>> safe = new LinkedHashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(Locale.ROOT);
            if (!isSecretHeader(name)) {
                safe.computeIfAbsent(name, any -> new ArrayList<>(1)).add(mask(headers.value(i), secret));
            }
        }
        safe.replaceAll((name, values) -> List.copyOf(values));
        return safe;
    }

    /** Returns whether a header of this name, in lower case, may carry a secret. */
    static boolean isSecretHeader(String name) {
        if (name.contains("ratelimit")) {
            return false;
        }
        return name.contains("auth")
                || name.contains("cookie")
                || name.contains("token")
                || name.contains("secret")
                || name.contains("password")
                || name.contains("signature")
                || name.endsWith("key");
    }
}
