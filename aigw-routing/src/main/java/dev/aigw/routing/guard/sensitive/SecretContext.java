package dev.aigw.routing.guard.sensitive;

import org.jspecify.annotations.Nullable;

/**
 * Finds the value that belongs to a word such as "password": behind a sign such as {@code =}, {@code :} or {@code =>},
 * quoted or not, as an argument, in a URL, as a flag, in XML, or in a sentence; then judges whether it is a secret.
 * Each word costs a bounded number of steps. For one text and one thread.
 */
final class SecretContext {

    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_VALUE = 512;

    /** The most characters of a password with white space in it. */
    static final int LONGEST_PHRASE = 64;

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
    private enum Join {
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
    private final SecretValue value = new SecretValue();

    private int nameStart;
    private int nameEnd;
    private Join join = Join.SPACE;
    private boolean quotedName;
    private int valueStart;
    private int valueEnd;
    private boolean quoted;
    private boolean otherLine;

    /** Whether the name ends a tag, so that another tag ends the value. */
    private boolean tag;

    /** Whether the sign compares, so that only a literal is a value. */
    private boolean compares;

    /** The run of characters measured last, so that a long one is measured once. */
    private int runStart = -1;

    private int runEnd = -1;

    /** The end of the value found last: words inside it are not looked at. */
    private int doneUntil;

    /** Where "user" or the like stood last. */
    private int lastUser = -1000;

    SecretContext(String text) {
        this.text = text;
    }

    /** Notes a word such as "user", which makes a pair with a password. */
    void user(int end) {
        lastUser = end;
    }

    /** Returns the secret that belongs to the word from {@code start} to {@code end}, or null. */
    @Nullable
    Entity find(SecretWord word, int start, int end) {
        if (start < doneUntil
                || !word.stands(text, start, end)
                || !name(start, end)
                || !separator(word)
                || !measure()) {
            return null;
        }
        if ((join == Join.SPACE && !quoted && !hasDigit())
                || word.isHarmless(text, start)
                || SecretWord.isHarmlessBehind(text, end, nameEnd)) {
            return null;
        }
        double score = judge(word, start);
        if (score <= 0) {
            return null;
        }
        doneUntil = valueEnd;
        return new Entity(
                isConnectionString() ? EntityType.CONNECTION_STRING : EntityType.PASSWORD, valueStart, valueEnd, score);
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

    private boolean hasDigit() {
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

    private char at(int index) {
        return index < text.length() ? text.charAt(index) : 0;
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

    /** Returns how sure it is that the value is a secret; 0 if it is none. */
    private double judge(SecretWord word, int start) {
        if (valueEnd - valueStart < 4) {
            return 0;
        }
        value.read(text, valueStart, valueEnd);
        if (value.isPlaceholder() || value.spaces > (quoted ? 4 : 0)) {
            return 0;
        }
        if (value.has("://") || isCode()) {
            return 0;
        }
        if (word.kind() == SecretWord.Kind.PASSWORD) {
            return password(word);
        }
        return token(word, start);
    }

    /** Returns whether the value is an expression of a program rather than a literal. */
    private boolean isCode() {
        char first = text.charAt(valueStart);
        if (!quoted) {
            if ("([{&$/*".indexOf(first) >= 0 && !(first == '$' && value.symbols > 1)) {
                return !(first == '/' && value.digits > 1 && value.changes > 6);
            }
            return isPath() || isCall();
        }
        return (first == '/' && value.wordy) || (first == '.' && value.wordy) || (first == '#' && value.wordy);
    }

    /** Names joined by dots, arrows or colons, as in {@code self.password}. */
    private boolean isPath() {
        boolean joined = false;
        for (int i = valueStart; i < valueEnd; i++) {
            char c = text.charAt(i);
            if (c == '.' || c == ':' || (c == '-' && at(i + 1) == '>')) {
                joined |= i > valueStart;
            } else if (!(SecretWord.isAsciiLetter(c) || c == '_' || c == '-' || c == '>' || c == '?' || c == '!')) {
                return false;
            }
        }
        return joined;
    }

    /** A name with a bracket behind it, as in {@code input(}, {@code keys[} or minified code. */
    private boolean isCall() {
        int letters = 0;
        for (int i = valueStart; i <= valueEnd; i++) {
            char c = at(i);
            if ((c == '(' || c == '[') && (letters > 2 || (letters > 0 && letters == i - valueStart))) {
                return true;
            }
            letters = SecretWord.isNamePart(c) || c == ':' ? letters + 1 : 0;
        }
        return false;
    }

    private double password(SecretWord word) {
        boolean shortWord = word.word().length() <= 4;
        if (value.has("password") || value.has("passwd")) {
            if (value.digits == 0 || (value.wordy && value.symbols > 0 && value.digits < 2)) {
                return 0;
            }
        }
        if (value.spaces > 0) {
            return join == Join.SIGN
                            && value.length <= LONGEST_PHRASE
                            && value.digits > 0
                            && value.letters() > 0
                            && !value.wordy
                    ? 0.5
                    : 0;
        }
        boolean chosen =
                (value.letters() > 0 && (value.digits > 0 || (value.symbols > 0 && !isNames()))) || value.changes > 2;
        boolean pair = valueStart - lastUser < 100;
        switch (join) {
            case SIGN -> {
                if (value.isVersion() || value.isHexNumber()) {
                    return 0;
                }
                if (chosen) {
                    return value.classes() > 2 ? 0.9 : 0.75;
                }
                if (value.isCommonPassword()) {
                    return 0.7;
                }
                if (value.letters() == 0) {
                    return value.digits >= (shortWord ? 8 : 6) || value.symbols > 5 ? 0.5 : 0;
                }
                if (isEnvironment()) {
                    return value.length >= 6 && value.symbols == 0 && value.upper == 0 ? 0.5 : 0;
                }
                // A plain word is a password only beside a user's name, and in code only as a literal.
                return pair
                                && value.length >= 5
                                && value.symbols == 0
                                && ((quoted && value.upper == 0) || at(valueEnd) == ';')
                        ? 0.5
                        : 0;
            }
            case VERB -> {
                return (chosen && !shortWordInSentence())
                                || (quoted && value.length >= 5 && value.symbols == 0)
                                || value.isCommonPassword()
                        ? 0.7
                        : 0;
            }
            case ARGUMENT -> {
                return chosen && value.digits > 0 && value.length >= 6 && !value.wordy && !value.isHex() ? 0.55 : 0;
            }
            case FLAG -> {
                return (chosen && value.length >= 6) || value.isCommonPassword() ? 0.7 : 0;
            }
            default -> {
                boolean strong = value.length >= 6 && value.digits > 0 && value.letters() > 0;
                return strong
                                && (quoted || pair || (!shortWord && !value.wordy && value.classes() > 2))
                                && !value.isVersion()
                        ? 0.6
                        : 0;
            }
        }
    }

    /**
     * A line of an environment, as in {@code DB_PASSWORD=…}: capitals, no blanks around the sign, nothing behind it.
     */
    private boolean isEnvironment() {
        if (quoted
                || text.charAt(valueStart - 1) != '='
                || (at(valueEnd) != 0 && at(valueEnd) != '\n' && at(valueEnd) != '\r')) {
            return false;
        }
        for (int i = nameStart; i < nameEnd; i++) {
            if (Character.isLowerCase(text.charAt(i))) {
                return false;
            }
        }
        return nameStart == 0 || at(nameStart - 1) == '\n' || at(nameStart - 1) == ' ';
    }

    /** Words joined by hyphens, underscores or dots alone, which are names of something. */
    private boolean isNames() {
        for (int i = valueStart; i < valueEnd; i++) {
            char c = text.charAt(i);
            if (!SecretWord.isAsciiLetter(c) && "_-./:|,".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** In a sentence, "8-20 characters" or "case-sensitive" is about passwords, and so is a number. */
    private boolean shortWordInSentence() {
        return value.length < 5
                || (value.digits > 0 && Character.isDigit(text.charAt(valueStart)) && value.wordy)
                || value.isVersion();
    }

    private double token(SecretWord word, int start) {
        boolean weak =
                word.kind() == SecretWord.Kind.WEAK || (word.word().equals("key") && SecretWord.isBare(text, start));
        if (value.spaces > 0 || (value.wordy && !value.isUuid()) || value.isVersion() || value.distinct < 5) {
            return 0;
        }
        if (value.digits == 0 && (value.upper < 6 || value.lower < 6) && value.symbols < 3) {
            return 0;
        }
        if (value.letters() == 0 || value.has("\\x")) {
            return 0;
        }
        boolean capitals = Character.isUpperCase(text.charAt(start)) && Character.isUpperCase(text.charAt(start + 1));
        int least = switch (join) {
            case SIGN -> weak ? 16 : 10;
            case FLAG -> 12;
            case VERB, ARGUMENT -> 16;
            case SPACE -> 14;
        };
        if (value.length < least || (join == Join.SPACE && !capitals && !quoted && value.length < 20)) {
            return 0;
        }
        if (value.length < 12 && value.classes() < 3) {
            return 0;
        }
        if (join == Join.SPACE && (value.has("@") || value.has("/") || value.has("(") || value.has("="))) {
            return 0;
        }
        if (!quoted && (value.has("(") || value.has("[") || value.has("{"))) {
            return 0;
        }
        if (weak
                && (value.entropy() < 3.2
                        || (value.isHex() && join == Join.SPACE && !(capitals && value.length >= 32)))) {
            return 0;
        }
        if (word.word().equals("key")
                && SecretWord.isBare(text, start)
                && ((value.isHex() && value.length < 32) || (value.symbols > 2 && value.has(":")))) {
            return 0;
        }
        return weak ? 0.6 : value.entropy() >= 3.5 && value.length >= 16 ? 0.8 : 0.65;
    }

    /** Returns whether the value stands between semicolons, as in {@code Server=db;User Id=app;Password=…;}. */
    private boolean isConnectionString() {
        if (quoted || join != Join.SIGN || text.charAt(valueStart - 1) != '=') {
            return false;
        }
        int before = nameStart;
        while (before > 0 && nameStart - before < 2 && at(before - 1) == ' ') {
            before--;
        }
        return before > 0 && at(before - 1) == ';';
    }
}
