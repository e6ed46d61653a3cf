package dev.aigw.routing.guard.sensitive;

/**
 * Finds the value that belongs to a word such as "password": behind a sign such as {@code =}, {@code :} or {@code =>},
 * quoted or not, as an argument, in a URL, as a flag, in XML, or in a sentence. Each word costs a bounded number of
 * steps. For one text and one thread; what it found last is in its fields.
 */
final class SecretPlace {

    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_VALUE = 512;

    private static final String SIGNS = "=:>!?|~：";
    private static final String[] VERBS = {
        "is ",
        "is: ",
        "was ",
        "was: ",
        "are ",
        "ist ",
        "ist: ",
        "lautet ",
        "lautet: ",
        "es ",
        "es: ",
        "est ",
        "est : ",
        "é ",
        "è ",
        "это ",
        "是"
    };
    private static final String CLOSERS = "\"'`])\\*";

    /** How a value is joined to its word. */
    enum Join {
        /** By a sign such as {@code =}. */
        SIGN,
        /** By a verb, as in "the password is". */
        VERB,
        /** As the next argument, or as the argument of a setter. */
        ARGUMENT,
        /** As what follows a flag such as {@code --token}. */
        FLAG,
        /** By white space alone. */
        SPACE
    }

    private final String text;

    /** The name that holds the word, as in DB_PASSWORD. */
    int nameStart;

    int nameEnd;
    Join join = Join.SPACE;
    int valueStart;
    int valueEnd;
    boolean quoted;

    private boolean quotedName;
    private boolean otherLine;

    /** Whether the name ends a tag, so that another tag ends the value. */
    private boolean tag;

    /** Whether the sign compares, so that only a literal is a value. */
    private boolean compares;

    /** The run of characters measured last, so that a long one is measured once. */
    private int runStart = -1;

    private int runEnd = -1;

    SecretPlace(String text) {
        this.text = text;
    }

    /** Returns whether a value belongs to the word from {@code start} to {@code end}. */
    boolean find(SecretWord word, int start, int end) {
        return name(start, end) && separator(word) && measure();
    }

    private boolean name(int start, int end) {
        nameStart = start;
        while (nameStart > 0 && start - nameStart < LONGEST_NAME && SecretWord.isNamePart(text.charAt(nameStart - 1))) {
            nameStart--;
        }
        nameEnd = end;
        int bound = Math.min(text.length(), end + LONGEST_NAME);
        while (nameEnd < bound) {
            char c = text.charAt(nameEnd);
            // A hyphen before white space or a digit is punctuation, and so is a dot at the end of a sentence.
            if (!SecretWord.isNamePart(c) || ((c == '-' || c == '.') && !isLetterAt(nameEnd + 1))) {
                break;
            }
            nameEnd++;
        }
        return nameEnd < end + LONGEST_NAME;
    }

    /** Returns whether the value has a digit. */
    boolean hasDigit() {
        for (int i = valueStart; i < valueEnd; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                return true;
            }
        }
        return false;
    }

    private boolean isLetterAt(int at) {
        return at < text.length() && SecretWord.isAsciiLetter(text.charAt(at));
    }

    /** Returns the character at a place; 0 outside the text. */
    char at(int index) {
        return index >= 0 && index < text.length() ? text.charAt(index) : 0;
    }

    private boolean separator(SecretWord word) {
        int at = nameEnd;
        quotedName = false;
        otherLine = false;
        tag = false;
        compares = false;
        int closers = 0;
        while (closers < 6 && at < text.length()) {
            char c = text.charAt(at);
            if (CLOSERS.indexOf(c) >= 0) {
                quotedName |= c == '"' || c == '\'' || c == '`';
                at++;
            } else if (c == '[' && at + 4 < text.length() && closingBracket(at) > 0) {
                at = closingBracket(at);
            } else if (text.startsWith("&quot;", at)) {
                quotedName = true;
                at += 6;
            } else {
                break;
            }
            closers++;
        }
        int spaces = at;
        at = blanks(at, 12);
        char c = at(at);
        if (SIGNS.indexOf(c) >= 0 && c != 0) {
            return sign(at);
        }
        if ((c == '(' && at == spaces)
                || (c == ',' && (quotedName || Character.isUpperCase(text.charAt(nameEnd - 1))))) {
            join = Join.ARGUMENT;
            valueStart = blanks(at + 1, 6);
            return isQuote(at(valueStart));
        }
        if (at == spaces) {
            return false;
        }
        int verb = verb(at);
        if (verb > 0) {
            join = Join.VERB;
            valueStart = blanks(verb, 4);
            if (at(valueStart) == ':') {
                valueStart = blanks(valueStart + 1, 4);
            }
            return true;
        }
        join = text.charAt(nameStart) == '-'
                        || (nameStart > 0 && text.charAt(nameStart - 1) == '-')
                        || word.word().equals("bearer")
                        || word.word().equals("identified by")
                ? Join.FLAG
                : Join.SPACE;
        valueStart = at;
        return true;
    }

    /** Returns the end of an index such as {@code [25]} or {@code []}, or -1. */
    private int closingBracket(int at) {
        int end = at + 1;
        while (end < at + 6 && Character.isDigit(at(end))) {
            end++;
        }
        return at(end) == ']' ? end + 1 : -1;
    }

    private boolean sign(int from) {
        int at = from;
        boolean assigns = false;
        while (at - from < 5 && at(at) != 0 && SIGNS.indexOf(text.charAt(at)) >= 0) {
            assigns |= "=:>：".indexOf(text.charAt(at)) >= 0;
            at++;
        }
        if (!assigns || text.startsWith("://", from)) {
            return false;
        }
        boolean type = text.charAt(from) == ':' && at - from == 1;
        tag = text.charAt(from) == '>' && at - from == 1;
        compares = text.charAt(from) == '!' || text.startsWith("==", from);
        join = Join.SIGN;
        int breaks = 0;
        int bound = at + 16;
        while (at < bound && at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' && (++breaks > 2 || !type)) {
                return false;
            }
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '*' && c != 0xA0) {
                break;
            }
            at++;
        }
        if (type && breaks == 0) {
            at = behindType(at);
        }
        valueStart = at;
        otherLine = breaks > 0;
        return at < text.length();
    }

    /** Skips a type, as in {@code token: String = "…"}. */
    private int behindType(int at) {
        int end = at;
        while (end - at < 24 && (SecretWord.isAsciiLetter(at(end)) || at(end) == '&')) {
            end++;
        }
        int equals = blanks(end, 2);
        return end > at && at(equals) == '=' && at(equals + 1) != '=' ? blanks(equals + 1, 4) : at;
    }

    private int verb(int at) {
        for (String verb : VERBS) {
            if (text.regionMatches(true, at, verb, 0, verb.length())) {
                return at + verb.length();
            }
        }
        return -1;
    }

    private int blanks(int at, int most) {
        int end = at;
        while (end - at < most && (at(end) == ' ' || at(end) == '\t')) {
            end++;
        }
        return end;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`' || c == '“' || c == '„' || c == '«';
    }

    /** Finds the end of the value. */
    private boolean measure() {
        int at = valueStart;
        // A prefix of a literal, as in b"…" or @"…".
        if (at + 1 < text.length()
                && "bruLf@".indexOf(text.charAt(at)) >= 0
                && (at(at + 1) == '"' || at(at + 1) == '\'')) {
            at++;
        }
        quoted = false;
        if (text.startsWith("&quot;", at)) {
            return upTo("&quot;", at + 6);
        }
        if (text.startsWith("\\\"", at)) {
            return upTo("\\\"", at + 2);
        }
        char quote = at(at);
        if (isQuote(quote)) {
            int from = at + 1;
            if (!quotedName && nameStart > 0 && text.charAt(nameStart - 1) == quote) {
                // The name stands in a literal that ends here, as in "PWD=" + directory.
                return false;
            }
            // Two different quotes, as in '"…"'.
            if (isQuote(at(from)) && at(from) != quote) {
                quote = at(from);
                from++;
            }
            if (close(quote, from)) {
                return true;
            }
            // A literal without an end is one whose end has not arrived.
            valueStart = from;
            return unquoted() && runEnd == text.length();
        }
        valueStart = at;
        return !compares && unquoted();
    }

    private boolean upTo(String end, int from) {
        int found = -1;
        for (int i = from; i < Math.min(text.length(), from + LONGEST_VALUE); i++) {
            if (text.charAt(i) == '\n') {
                break;
            }
            if (text.startsWith(end, i)) {
                found = i;
                break;
            }
        }
        valueStart = from;
        valueEnd = found;
        quoted = true;
        return found > from;
    }

    private boolean close(char quote, int from) {
        char end = quote == '“' ? '”' : quote == '„' ? '“' : quote == '«' ? '»' : quote;
        int bound = Math.min(text.length(), from + LONGEST_VALUE);
        for (int i = from; i < bound; i++) {
            char c = text.charAt(i);
            if (c == end || (quote == '„' && c == '”')) {
                valueStart = from;
                valueEnd = i;
                quoted = true;
                return i > from;
            }
            if (c == '\n') {
                return false;
            }
            if (c == '\\' && at(i + 1) != 0) {
                i++;
            }
        }
        return false;
    }

    private boolean unquoted() {
        if (valueStart < runStart || valueStart >= runEnd) {
            runStart = valueStart;
            runEnd = valueStart;
            while (runEnd < text.length() && !endsRun(text.charAt(runEnd))) {
                runEnd++;
            }
        }
        if (runEnd - valueStart > LONGEST_VALUE) {
            return false;
        }
        boolean query = nameStart > 0 && (at(nameStart - 1) == '?' || at(nameStart - 1) == '&');
        int end = valueStart;
        while (end < runEnd) {
            char c = text.charAt(end);
            if (c == ','
                    || c == ';'
                    || (query && (c == '&' || c == '#'))
                    || (c == '\\' && "ntr\"'".indexOf(at(end + 1)) >= 0)
                    || (c == '&' && (text.startsWith("&quot;", end) || text.startsWith("&lt;", end)))) {
                break;
            }
            end++;
        }
        while (end > valueStart && ".)]}:".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        valueEnd = end;
        // What goes on with an ellipsis is an excerpt; on a line of its own, a value is alone.
        return end > valueStart
                && !text.startsWith("..", end)
                && (!tag || at(end) == '<')
                && (!otherLine || at(end) == 0 || at(end) == '\n' || at(end) == '\r');
    }

    private static boolean endsRun(char c) {
        return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '”' || c == '“' || c == '»'
                || c == 0xA0 || c == '。' || c == '，';
    }
}
