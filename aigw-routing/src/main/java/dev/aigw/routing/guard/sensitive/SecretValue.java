package dev.aigw.routing.guard.sensitive;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * What a value looks like, counted in one pass: the classes of its characters, their variety, and whether it is made of
 * words as names and versions are. For one thread; {@link #read} may be called again and again.
 */
final class SecretValue {

    /** Parts of values that say that the value is not meant. In lower case. */
    private static final String[] PLACEHOLDERS = {
        "example",
        "placeholder",
        "redacted",
        "changeme",
        "change_me",
        "change-me",
        "your_",
        "your-",
        "<your",
        "yourpass",
        "yourtoken",
        "yoursecret",
        "yourkey",
        "my_pass",
        "my-pass",
        "insert",
        "replace",
        "dummy",
        "xxxx",
        "****",
        "....",
        "not_a_real",
        "notareal",
        "notasecret",
        "todo",
        "fixme",
        "-here",
        "_here",
        "$(",
        "%(",
        "%s",
        "{}",
        "<%",
        "process.env",
        "os.environ",
        "getenv",
        "secrets.",
        "undefined",
        "removed",
        "[masked",
        "[hidden"
    };

    /** Values that name a type, a rule or nothing at all. In lower case. */
    private static final Set<String> PLAIN = Set.of(
            "password",
            "passwd",
            "passwort",
            "passphrase",
            "pass",
            "pwd",
            "secret",
            "token",
            "key",
            "apikey",
            "api_key",
            "api-key",
            "credentials",
            "username",
            "user",
            "string",
            "str",
            "text",
            "bool",
            "boolean",
            "int",
            "integer",
            "number",
            "object",
            "bytes",
            "optional",
            "required",
            "nullable",
            "none",
            "null",
            "nil",
            "true",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "test",
            "testing",
            "foo",
            "bar",
            "foobar",
            "value",
            "hidden",
            "email",
            "login",
            "default",
            "empty",
            "missing",
            "invalid",
            "incorrect",
            "wrong",
            "unknown",
            "n/a",
            "na",
            "tbd",
            "all",
            "any",
            "char",
            "varchar",
            "self",
            "this",
            "input",
            "prompt",
            "ask",
            "bearer",
            "basic",
            "digest",
            "oauth",
            "oauth2",
            "jwt",
            "sha256",
            "md5",
            "base64",
            "mypassword",
            "mysecret",
            "mytoken",
            "mykey",
            "somepassword",
            "secretpassword",
            "the",
            "a",
            "an",
            "is",
            "not",
            "for",
            "and",
            "or",
            "to",
            "in",
            "of",
            "must",
            "should",
            "has",
            "was",
            "will",
            "can",
            "may",
            "be",
            "with",
            "from",
            "reset",
            "change",
            "changed",
            "new",
            "old",
            "forgot",
            "protected");

    private static final Set<String> COMMON_PASSWORDS = Set.of(
            "letmein",
            "qwerty",
            "welcome",
            "dragon",
            "monkey",
            "iloveyou",
            "admin",
            "root",
            "toor",
            "sunshine",
            "princess",
            "football",
            "baseball",
            "superman",
            "batman",
            "trustno",
            "master",
            "shadow",
            "qwertyuiop",
            "asdfgh",
            "hunter",
            "abc123",
            "changeit",
            "s3cret",
            "opensesame",
            "swordfish");

    int length;
    int lower;
    int upper;
    int digits;
    int symbols;
    int spaces;
    int distinct;
    /** Changes between the classes lower, upper and digit inside a word, other than from upper to lower case. */
    int changes;
    /** Whether each piece between symbols is a word, a number or a word with a number behind it. */
    boolean wordy;
    /** How many characters are not ASCII. */
    private int other;

    private String text = "";
    private int start;
    private final short[] counts = new short[128];

    /** Counts the characters of a value of at most 4,096. */
    SecretValue read(String text, int start, int end) {
        this.text = text;
        this.start = start;
        length = end - start;
        lower = upper = digits = symbols = spaces = distinct = changes = other = 0;
        wordy = true;
        Arrays.fill(counts, (short) 0);
        int last = 0;
        int pieceLength = 0;
        int pieceUpper = 0;
        int pieceChanges = 0;
        int run = 0;
        boolean digitThenLetter = false;
        boolean longRun = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            int kind;
            if (c >= 'a' && c <= 'z') {
                lower++;
                kind = 1;
            } else if (c >= 'A' && c <= 'Z') {
                upper++;
                kind = 2;
            } else if (c >= '0' && c <= '9') {
                digits++;
                kind = 3;
            } else {
                kind = 0;
                if (c == ' ' || c == '\t' || c == '\n') {
                    spaces++;
                } else if (Character.isLetter(c)) {
                    lower++;
                    kind = 1;
                } else {
                    symbols++;
                }
            }
            if (c < 128) {
                if (counts[c]++ == 0) {
                    distinct++;
                }
            } else {
                other++;
            }
            if (kind == 0) {
                wordy &= plainPiece(pieceLength, pieceUpper, pieceChanges, digitThenLetter);
                pieceLength = 0;
                pieceUpper = 0;
                pieceChanges = 0;
                run = 0;
                digitThenLetter = false;
            } else {
                pieceLength++;
                pieceUpper += kind == 2 ? 1 : 0;
                run = kind == last && kind != 3 ? run + 1 : 1;
                longRun |= run > 16;
                if (last != 0 && kind != last && !(last == 2 && kind == 1)) {
                    changes++;
                    pieceChanges++;
                    digitThenLetter |= last == 3;
                }
            }
            last = kind;
        }
        wordy &= plainPiece(pieceLength, pieceUpper, pieceChanges, digitThenLetter);
        // No word has that many letters, so that they are none if digits come with them.
        wordy &= !(longRun && digits > 2);
        distinct += Math.min(other, 3);
        return this;
    }

    /** A piece is plain that is one word, one number, CamelCase of long words, or a word with a number behind it. */
    private static boolean plainPiece(int length, int upper, int changes, boolean digitThenLetter) {
        return (changes == 0 && length < 24)
                || (!digitThenLetter
                        && changes * 4 <= length
                        && length < 48
                        && (upper * 20 <= 7 * length || upper == length))
                || length <= 3;
    }

    /** Returns Shannon's entropy in bits per character. */
    double entropy() {
        double bits = 0;
        for (short count : counts) {
            if (count > 0) {
                double share = (double) count / length;
                bits -= share * Math.log(share);
            }
        }
        if (other > 0) {
            double share = (double) other / length;
            bits -= share * Math.log(share);
        }
        return bits / Math.log(2);
    }

    int letters() {
        return lower + upper;
    }

    /** Returns how many of lower case, upper case, digits and symbols it has. */
    int classes() {
        return (lower > 0 ? 1 : 0) + (upper > 0 ? 1 : 0) + (digits > 0 ? 1 : 0) + (symbols > 0 ? 1 : 0);
    }

    /** Returns whether it says that it stands for something else: a variable, a template, a word such as "changeme". */
    boolean isPlaceholder() {
        if (length == 0 || distinct <= 2) {
            return true;
        }
        char first = text.charAt(start);
        char last = text.charAt(start + length - 1);
        if ((first == '<' && last == '>')
                || (first == '[' && last == ']')
                || (first == '{' && last == '}')
                || (first == '%' && last == '%')
                || (first == '@' && last == '@')) {
            return true;
        }
        if (first == '$' && isName(start + 1, start + length)) {
            return true;
        }
        for (String word : PLACEHOLDERS) {
            if (has(word)) {
                return true;
            }
        }
        if (hasVariable()) {
            return true;
        }
        int bar = start;
        while (bar < start + Math.min(length, 12) && text.charAt(bar) != '|') {
            bar++;
        }
        if (bar < start + Math.min(length, 12)
                && PLAIN.contains(text.substring(start, bar).strip().toLowerCase(Locale.ROOT))) {
            return true;
        }
        return length <= 16 && PLAIN.contains(lowerCase());
    }

    /** Returns whether it is one of the passwords that people choose most. */
    boolean isCommonPassword() {
        return length <= 10 && COMMON_PASSWORDS.contains(lowerCase());
    }

    /**
     * Returns whether it has a variable of a template, as in {@code ${NAME}}, {@code #{name}} or {@code {{ name }}}.
     */
    private boolean hasVariable() {
        for (int i = start; i + 2 < start + length; i++) {
            if (text.charAt(i + 1) == '{' && "$#{".indexOf(text.charAt(i)) >= 0) {
                int end = i + 2;
                while (end < start + length
                        && (isNameCharacter(text.charAt(end)) || " .:-'\"()|[]/".indexOf(text.charAt(end)) >= 0)) {
                    end++;
                }
                boolean closed = end > i + 2 && end < start + length && text.charAt(end) == '}';
                boolean two = text.charAt(i) == '{';
                // The closing brace may lie behind white space, where the value ends.
                if (end == start + length
                        || (closed && (!two || (end + 1 < start + length && text.charAt(end + 1) == '}')))) {
                    return true;
                }
            }
        }
        return false;
    }

    private String lowerCase() {
        return text.substring(start, start + length).toLowerCase(Locale.ROOT);
    }

    /** Returns whether it holds a word, given in lower case, in any case. */
    boolean has(String word) {
        char first = word.charAt(0);
        char capital = Character.toUpperCase(first);
        int n = word.length();
        for (int i = start, bound = start + length - n; i <= bound; i++) {
            char c = text.charAt(i);
            if ((c == first || c == capital) && text.regionMatches(true, i, word, 0, n)) {
                return true;
            }
        }
        return false;
    }

    private boolean isName(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isNameCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Returns whether it begins as versions do, as in v1.2 or 1.2.3. */
    boolean isVersion() {
        int i = start;
        int end = start + length;
        if (i < end
                && (text.charAt(i) == 'v' || text.charAt(i) == 'V' || text.charAt(i) == '^' || text.charAt(i) == '~')) {
            i++;
        }
        int from = i;
        while (i < end && i - from < 4 && Character.isDigit(text.charAt(i))) {
            i++;
        }
        return i > from && i + 1 < end && text.charAt(i) == '.' && Character.isDigit(text.charAt(i + 1));
    }

    /** Returns whether it is a number of a program such as 0x48. */
    boolean isHexNumber() {
        if (length < 3 || length > 10 || text.charAt(start) != '0' || (text.charAt(start + 1) | 0x20) != 'x') {
            return false;
        }
        for (int i = start + 2; i < start + length; i++) {
            if (!SecretWord.isHex(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it is a UUID. */
    boolean isUuid() {
        return length == 36
                && isHex()
                && text.charAt(start + 8) == '-'
                && text.charAt(start + 13) == '-'
                && text.charAt(start + 18) == '-'
                && text.charAt(start + 23) == '-';
    }

    /** Returns whether all of it are hexadecimal digits and hyphens. */
    boolean isHex() {
        for (int i = start; i < start + length; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
