package dev.aigw.routing.access.jwt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, after it was verified: the claims of a JWT, or what its issuer answered about an opaque token.
 *
 * <p>A claim is named as it stands in the token, {@code https://acme.com/plan} included; if there is none of that name,
 * dots lead into objects: {@code realm_access.roles}. Text is taken exactly, without changing case or normalising
 * Unicode: "Acme" is not "acme". Text that could be mistaken for other text is refused: with control or format
 * characters, white space around it, half of a surrogate pair, or more than 256 characters.
 *
 * <p>Immutable.
 */
public final class TokenClaims {

    private static final int MOST_CHARS = 256;
    private static final int MOST_TEXTS = 500;

    private final Map<String, @Nullable Object> claims;

    TokenClaims(Map<String, @Nullable Object> claims) {
        this.claims = frozen(claims);
    }

    /**
     * Returns the text of a claim; null if there is none.
     *
     * @throws IllegalArgumentException if it is not a string, or a string that is refused; the token is then rejected
     */
    public @Nullable String text(String claim) {
        Object value = value(claim);
        return value == null ? null : text(value, claim);
    }

    /**
     * Returns the texts of a claim, an array of strings or one string; empty if there is none.
     *
     * @throws IllegalArgumentException if it is anything else, or has a string that is refused, or more than 500
     */
    public List<String> texts(String claim) {
        Object value = value(claim);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            return List.of(text(value, claim));
        }
        List<String> texts = new ArrayList<>(Math.min(list.size(), MOST_TEXTS));
        for (Object each : list) {
            if (texts.size() == MOST_TEXTS) {
                throw new Refused("the claim " + claim + " has more than " + MOST_TEXTS + " values");
            }
            texts.add(text(each, claim));
        }
        return texts;
    }

    /**
     * Returns the words of a claim, such as {@code scope}: an array of strings, or one string with spaces between them.
     *
     * @throws IllegalArgumentException as {@link #texts}
     */
    public List<String> words(String claim) {
        if (!(value(claim) instanceof String words)) {
            return texts(claim);
        }
        List<String> texts = new ArrayList<>();
        for (String word : words.split(" ", MOST_TEXTS + 2)) {
            if (!word.isEmpty()) {
                texts.add(word);
            }
        }
        return new TokenClaims(Map.<String, @Nullable Object>of(claim, texts)).texts(claim);
    }

    /** Returns the value of a claim: a string, number, boolean, list or map; null if there is none. */
    public @Nullable Object value(String claim) {
        Object exact = claims.get(claim);
        if (exact != null || claim.indexOf('.') < 0) {
            return exact;
        }
        Object at = claims;
        for (String name : claim.split("\\.", -1)) {
            at = at instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return at;
    }

    /** Returns all claims, which can't be changed. */
    public Map<String, @Nullable Object> asMap() {
        return claims;
    }

    private static String text(@Nullable Object value, String claim) {
        if (!(value instanceof String text)) {
            throw new Refused("the claim " + claim + " is not a string");
        }
        if (text.isEmpty() || text.length() > MOST_CHARS) {
            throw new Refused("the claim " + claim + " has " + text.length() + " characters");
        }
        if (isBlank(text.codePointAt(0)) || isBlank(text.codePointBefore(text.length()))) {
            throw new Refused("the claim " + claim + " begins or ends with white space");
        }
        if (!text.codePoints().allMatch(TokenClaims::isPlain)) {
            throw new Refused("the claim " + claim + " has control or invisible characters");
        }
        return text;
    }

    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static Map<String, @Nullable Object> frozen(Map<String, @Nullable Object> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(name, frozenValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object frozenValue(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, each) -> copy.put(name, frozenValue(each)));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(each -> copy.add(frozenValue(each)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    /** Returns the names of the claims: values may be personal. */
    @Override
    public String toString() {
        return "TokenClaims" + claims.keySet();
    }
}
