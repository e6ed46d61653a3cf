package dev.aigw.routing.guard.sensitive;

import org.jspecify.annotations.Nullable;

/** Judges whether the value that belongs to a word such as "password" is a secret. For one text and one thread. */
final class SecretContext {

    /** The most characters of a password with white space in it. */
    static final int LONGEST_PHRASE = 64;

    private final String text;
    private final SecretPlace place;
    private final SecretValue value = new SecretValue();

    /** The end of the value found last: words inside it are not looked at. */
    private int doneUntil;

    /** Where "user" or the like stood last. */
    private int lastUser = -1000;

    SecretContext(String text) {
        this.text = text;
        this.place = new SecretPlace(text);
    }

    /** Notes a word such as "user", which makes a pair with a password. */
    void user(int end) {
        lastUser = end;
    }

    /** Returns the secret that belongs to the word from {@code start} to {@code end}, or null. */
    @Nullable
    Entity find(SecretWord word, int start, int end) {
        if (start < doneUntil || !word.stands(text, start, end) || !place.find(word, start, end)) {
            return null;
        }
        if ((place.join == SecretPlace.Join.SPACE && !place.quoted && !place.hasDigit())
                || word.isHarmless(text, start)
                || SecretWord.isHarmlessBehind(text, end, place.nameEnd)) {
            return null;
        }
        double score = judge(word, start);
        if (score <= 0) {
            return null;
        }
        doneUntil = place.valueEnd;
        EntityType type = isConnectionString() ? EntityType.CONNECTION_STRING : EntityType.PASSWORD;
        return new Entity(type, place.valueStart, place.valueEnd, score);
    }

    /** Returns how sure it is that the value is a secret; 0 if it is none. */
    private double judge(SecretWord word, int start) {
        if (place.valueEnd - place.valueStart < 4) {
            return 0;
        }
        value.read(text, place.valueStart, place.valueEnd);
        if (value.isPlaceholder() || value.spaces > (place.quoted ? 4 : 0)) {
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
        char first = text.charAt(place.valueStart);
        if (!place.quoted) {
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
        for (int i = place.valueStart; i < place.valueEnd; i++) {
            char c = text.charAt(i);
            if (c == '.' || c == ':' || (c == '-' && place.at(i + 1) == '>')) {
                joined |= i > place.valueStart;
            } else if (!(SecretWord.isAsciiLetter(c) || c == '_' || c == '-' || c == '>' || c == '?' || c == '!')) {
                return false;
            }
        }
        return joined;
    }

    /** A name with a bracket behind it, as in {@code input(}, {@code keys[} or minified code. */
    private boolean isCall() {
        int letters = 0;
        for (int i = place.valueStart; i <= place.valueEnd; i++) {
            char c = place.at(i);
            if ((c == '(' || c == '[') && (letters > 2 || (letters > 0 && letters == i - place.valueStart))) {
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
            return place.join == SecretPlace.Join.SIGN
                            && value.length <= LONGEST_PHRASE
                            && value.digits > 0
                            && value.letters() > 0
                            && !value.wordy
                    ? 0.5
                    : 0;
        }
        boolean chosen =
                (value.letters() > 0 && (value.digits > 0 || (value.symbols > 0 && !isNames()))) || value.changes > 2;
        boolean pair = place.valueStart - lastUser < 100;
        switch (place.join) {
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
                                && ((place.quoted && value.upper == 0) || place.at(place.valueEnd) == ';')
                        ? 0.5
                        : 0;
            }
            case VERB -> {
                return (chosen && !shortWordInSentence())
                                || (place.quoted && value.length >= 5 && value.symbols == 0)
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
                                && (place.quoted || pair || (!shortWord && !value.wordy && value.classes() > 2))
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
        if (place.quoted
                || text.charAt(place.valueStart - 1) != '='
                || (place.at(place.valueEnd) != 0
                        && place.at(place.valueEnd) != '\n'
                        && place.at(place.valueEnd) != '\r')) {
            return false;
        }
        for (int i = place.nameStart; i < place.nameEnd; i++) {
            if (Character.isLowerCase(text.charAt(i))) {
                return false;
            }
        }
        return place.nameStart == 0 || place.at(place.nameStart - 1) == '\n' || place.at(place.nameStart - 1) == ' ';
    }

    /** Words joined by hyphens, underscores or dots alone, which are names of something. */
    private boolean isNames() {
        for (int i = place.valueStart; i < place.valueEnd; i++) {
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
                || (value.digits > 0 && Character.isDigit(text.charAt(place.valueStart)) && value.wordy)
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
        int least = switch (place.join) {
            case SIGN -> weak ? 16 : 10;
            case FLAG -> 12;
            case VERB, ARGUMENT -> 16;
            case SPACE -> 14;
        };
        if (value.length < least
                || (place.join == SecretPlace.Join.SPACE && !capitals && !place.quoted && value.length < 20)) {
            return 0;
        }
        if (value.length < 12 && value.classes() < 3) {
            return 0;
        }
        if (place.join == SecretPlace.Join.SPACE
                && (value.has("@") || value.has("/") || value.has("(") || value.has("="))) {
            return 0;
        }
        if (!place.quoted && (value.has("(") || value.has("[") || value.has("{"))) {
            return 0;
        }
        if (weak
                && (value.entropy() < 3.2
                        || (value.isHex()
                                && place.join == SecretPlace.Join.SPACE
                                && !(capitals && value.length >= 32)))) {
            return 0;
        }
        if (word.word().equals("key")
                && SecretWord.isBare(text, start)
                && ((value.isHex() && value.length < 32) || (value.symbols > 2 && value.has(":")))) {
            return 0;
        }
        return weak ? 0.6 : value.entropy() >= 3.5 && value.length >= 16 ? 0.8 : 0.65;
    }

    /** Returns whether the value stands between semicolons, as in {@code server=db;user id=app;password=…;}. */
    private boolean isConnectionString() {
        if (place.quoted || place.join != SecretPlace.Join.SIGN || text.charAt(place.valueStart - 1) != '=') {
            return false;
        }
        int before = place.nameStart;
        while (before > 0 && place.nameStart - before < 2 && place.at(before - 1) == ' ') {
            before--;
        }
        return before > 0 && place.at(before - 1) == ';';
    }
}
