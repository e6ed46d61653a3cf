package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a {@link DenyList}. Immutable; {@code toString} leaves the content out.
 *
 * <pre>{@code
 * DenyEntry.word("Project Falcon").rule("codename").action(GuardAction.REDACT);
 * }</pre>
 *
 * <p>Texts compare by what a reader sees: compatible forms of a letter are the same (Unicode NFKC), case does not
 * count, any run of white space is one space, and invisible characters and strokes through letters are left out.
 */
public final class DenyEntry {

    /** What an entry is compared with. */
    public enum Kind {
        /** The words, anywhere in a text, also within longer words. */
        TEXT,
        /** The words, but not within longer words. */
        WORD,
        /** A regular expression of RE2/J, anywhere in a text. */
        PATTERN,
        /** The SHA-256 of a whole text as texts compare, by {@link DenyEntry#hashOf(String)}. */
        SHA256,
        /** The SHA-256 of the UTF-8 bytes of a whole text exactly as it is. */
        EXACT_SHA256
    }

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern RULE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int LONGEST = 1_000;

    private final Kind kind;
    private final String value;
    private final @Nullable String rule;
    private final @Nullable GuardAction action;

    private DenyEntry(Kind kind, String value, @Nullable String rule, @Nullable GuardAction action) {
        this.kind = kind;
        this.value = value;
        this.rule = rule;
        this.action = action;
    }

    /**
     * Returns an entry that is found anywhere, also within longer words.
     *
     * @throws IllegalArgumentException if nothing visible is in it, or it has more than 1,000 characters
     */
    public static DenyEntry text(String words) {
        return new DenyEntry(Kind.TEXT, folded(words), null, null);
    }

    /**
     * Returns an entry that is found where no letter, digit or mark touches it. Underscores, punctuation and white
     * space end a word. In scripts that are written without spaces, such as Chinese, Japanese and Thai, each character
     * does.
     *
     * @throws IllegalArgumentException if nothing visible is in it, or it has more than 1,000 characters
     */
    public static DenyEntry word(String words) {
        return new DenyEntry(Kind.WORD, folded(words), null, null);
    }

    /**
     * Returns an entry that is found where the expression matches. Case counts, unless it begins with {@code (?i)};
     * white space is as written; otherwise texts are as they compare. Needs {@code com.google.re2j:re2j} in the
     * application: it takes time in proportion to the text, whatever the expression is, and so has no look-around or
     * back-references.
     *
     * @throws IllegalArgumentException if it is empty or has more than 1,000 characters
     */
    public static DenyEntry pattern(String expression) {
        if (expression.isEmpty() || expression.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the pattern has " + expression.length() + " characters: use 1 to " + LONGEST);
        }
        return new DenyEntry(Kind.PATTERN, expression, null, null);
    }

    /**
     * Returns an entry for a whole text, such as a message that is known to be an attack.
     *
     * @param hash what {@link #hashOf(String)} returns for the text
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits
     */
    public static DenyEntry sha256(String hash) {
        return new DenyEntry(Kind.SHA256, hash(hash), null, null);
    }

    /**
     * Returns an entry for a whole text exactly as it is, for lists of hashes that others make. One more space in the
     * text, and it is another: prefer {@link #sha256(String)}.
     *
     * @param hash the SHA-256 of its UTF-8 bytes, in hexadecimal digits
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits
     */
    public static DenyEntry exactSha256(String hash) {
        return new DenyEntry(Kind.EXACT_SHA256, hash(hash), null, null);
    }

    /** Returns the hash for {@link #sha256(String)} of a text, in hexadecimal digits, from how the text compares. */
    public static String hashOf(String text) {
        return MessageHashes.hex(MessageHashes.digest(FoldedText.of(text)));
    }

    /**
     * Reads a list in the form of a file; {@link DenyList} describes it.
     *
     * @throws IllegalArgumentException if a line is wrong, with its number and without its content, or there is no
     *     entry
     */
    public static List<DenyEntry> read(String lines) {
        return DenyFile.read(lines);
    }

    /**
     * Returns this entry with a rule of its own, which routes, events and errors show: never write content in it. The
     * default is the rule of the list.
     *
     * @throws IllegalArgumentException if it is not 1 to 64 letters, digits, dots, hyphens and underscores
     */
    public DenyEntry rule(String rule) {
        return new DenyEntry(kind, value, checkedRule(rule), action);
    }

    /**
     * Returns this entry with an action of its own. The default is the action of the list.
     *
     * @throws IllegalArgumentException if it is ALLOW
     */
    public DenyEntry action(GuardAction action) {
        return new DenyEntry(kind, value, rule, checkedAction(action));
    }

    static String checkedRule(String rule) {
        if (!RULE.matcher(rule).matches()) {
            throw new IllegalArgumentException(
                    "the rule is not a name: write 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        return rule;
    }

    static GuardAction checkedAction(GuardAction action) {
        if (Objects.requireNonNull(action, "action") == GuardAction.ALLOW) {
            throw new IllegalArgumentException("the action is ALLOW: use BLOCK, REDACT or ANNOTATE");
        }
        return action;
    }

    private static String folded(String words) {
        String folded = FoldedText.of(words);
        if (folded.isEmpty() || folded.length() > LONGEST) {
            throw new IllegalArgumentException("the entry has " + folded.length() + " visible characters: use 1 to "
                    + LONGEST + ", and sha256 for longer texts");
        }
        return folded;
    }

    private static String hash(String hash) {
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("the hash is not 64 hexadecimal digits");
        }
        return hash;
    }

    /** Returns what it is compared with. */
    public Kind kind() {
        return kind;
    }

    /** Returns the words as they compare, the expression, or the hash. */
    String value() {
        return value;
    }

    @Nullable
    String rule() {
        return rule;
    }

    @Nullable
    GuardAction action() {
        return action;
    }

    /** Returns kind, rule and action; content stays out of logs. */
    @Override
    public String toString() {
        return "DenyEntry{" + kind + (rule == null ? "" : ", " + rule) + (action == null ? "" : ", " + action) + "}";
    }
}
