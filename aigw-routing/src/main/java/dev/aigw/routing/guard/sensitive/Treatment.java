package dev.aigw.routing.guard.sensitive;

import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is done with personal data or a secret of one type. Immutable, safe for use by many threads; {@code toString}
 * shows no key.
 *
 * <table>
 * <caption>What a model sees of {@code ada@example.com}</caption>
 * <tr><th>treatment</th><th>the model sees</th><th>restored in the answer</th></tr>
 * <tr><td>{@link #allow()}, {@link #report()}</td><td>{@code ada@example.com}</td><td></td></tr>
 * <tr><td>{@link #block()}</td><td>nothing: the call fails</td><td></td></tr>
 * <tr><td>{@link #mask()}</td><td>{@code [EMAIL]}</td><td>no</td></tr>
 * <tr><td>{@link #keepLast(int)}</td><td>{@code [EMAIL *.com]}</td><td>no</td></tr>
 * <tr><td>{@link #hash(byte[])}</td><td>{@code [EMAIL#T9WX1B4C6D2E]}</td><td>no</td></tr>
 * <tr><td>{@link #pseudonym()}</td><td>{@code [EMAIL_Q72K9D8F]}</td><td>yes</td></tr>
 * <tr><td>{@link #typePreserving()}</td><td>{@code user.q72k9d8f@example.com}</td><td>yes</td></tr>
 * </table>
 */
public final class Treatment {

    /** The kinds of treatment. */
    enum Kind {
        ALLOW,
        REPORT,
        BLOCK,
        MASK,
        KEEP_LAST,
        HASH,
        PSEUDONYM,
        TYPE_PRESERVING
    }

    private static final Treatment ALLOW = new Treatment(Kind.ALLOW, 0, null);
    private static final Treatment REPORT = new Treatment(Kind.REPORT, 0, null);
    private static final Treatment BLOCK = new Treatment(Kind.BLOCK, 0, null);
    private static final Treatment MASK = new Treatment(Kind.MASK, 0, null);
    private static final Treatment PSEUDONYM = new Treatment(Kind.PSEUDONYM, 0, null);
    private static final Treatment TYPE_PRESERVING = new Treatment(Kind.TYPE_PRESERVING, 0, null);

    private final Kind kind;
    private final int kept;
    private final @Nullable SecretKeySpec key;

    private Treatment(Kind kind, int kept, @Nullable SecretKeySpec key) {
        this.kind = kind;
        this.kept = kept;
        this.key = key;
    }

    /** Returns the treatment that ignores it. */
    public static Treatment allow() {
        return ALLOW;
    }

    /** Returns the treatment that passes it and reports where it is. */
    public static Treatment report() {
        return REPORT;
    }

    /** Returns the treatment that fails the call with {@link dev.aigw.api.ErrorKind#GUARD_REJECTED}. */
    public static Treatment block() {
        return BLOCK;
    }

    /** Returns the treatment that replaces it by its type, such as {@code [EMAIL]}. Nothing restores it. */
    public static Treatment mask() {
        return MASK;
    }

    /**
     * Returns the treatment that masks all but the last letters and digits, as in {@code [CARD *1111]}. What is not at
     * least twice as long is masked completely. Nothing restores it.
     *
     * @param characters how many letters and digits to keep, from 1 to 8
     * @throws IllegalArgumentException if it is out of range
     */
    public static Treatment keepLast(int characters) {
        if (characters < 1 || characters > 8) {
            throw new IllegalArgumentException("keepLast(" + characters + "): keep 1 to 8 characters, or use mask()");
        }
        return new Treatment(Kind.KEEP_LAST, characters, null);
    }

    /**
     * Returns the treatment that replaces it by a keyed hash, the same for all callers, so that logs and answers can be
     * counted and joined. Spellings of one value get one hash: case and separators do not matter. Nothing restores it,
     * but who has the key can try values.
     *
     * @param secretKey the key of HMAC-SHA256, 16 bytes or more; it is copied
     * @throws IllegalArgumentException if the key is shorter
     */
    public static Treatment hash(byte[] secretKey) {
        return new Treatment(Kind.HASH, 0, Pseudonyms.key(secretKey));
    }

    /**
     * Returns the treatment that replaces it by an unmistakable token, such as {@code [EMAIL_Q72K9D8F]}, and restores
     * it in the answer, wherever the model repeats the token. The same text gets the same token on each turn of a
     * caller's session, so that caches of prompts keep working; another caller or session gets another one. In a reply,
     * which nobody restores, it is a {@linkplain #mask() mask}.
     */
    public static Treatment pseudonym() {
        return PSEUDONYM;
    }

    /**
     * Returns the treatment that replaces it by a made-up value of the same form, and restores it in the answer: an
     * address at {@code example.com}, a telephone number with 555-01, a card in a range for tests that passes Luhn's
     * check, a name of a list. Types without such a form get a {@linkplain #pseudonym() pseudonym}.
     *
     * <p><b>Risk:</b> a made-up value looks real. A model may take it for real, change it (a name's genitive, a
     * number's format) so that it is not restored, or mention a person who really has that name, whose name then turns
     * into your user's. Who reads a transcript cannot see that it was masked. Choose it only where a model or a tool
     * rejects tokens.
     */
    public static Treatment typePreserving() {
        return TYPE_PRESERVING;
    }

    Kind kind() {
        return kind;
    }

    /** Returns how many characters stay. */
    int kept() {
        return kept;
    }

    /** Returns the key of hashes. */
    SecretKeySpec key() {
        if (key == null) {
            throw new IllegalStateException(this + " has no key");
        }
        return key;
    }

    @Override
    public String toString() {
        return "Treatment{" + kind.name().toLowerCase(Locale.ROOT) + (kept > 0 ? " " + kept : "") + "}";
    }
}
