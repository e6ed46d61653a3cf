package dev.aigw.api.internal;

/**
 * Finds where JSON values of a text end. Strict as RFC 8259, but for control characters within strings, which readers
 * take. Gives up on values that nest deeper than 500 levels, and once it has scanned eight times the text's length.
 */
final class JsonScanner {

    private static final int MAX_DEPTH = 500;
    private static final int MOST_PASSES = 8;

    private final String text;
    private long left;

    JsonScanner(String text) {
        this.text = text;
        this.left = (long) MOST_PASSES * text.length() + 1;
    }

    int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** Returns the end of the value that begins at {@code begin}; -1 if there is none. */
    int valueEnd(int begin) {
        if (left < 0) {
            return -1;
        }
        Cursor cursor = new Cursor(begin);
        boolean valid = cursor.value(0);
        left -= cursor.at - (long) begin;
        return valid ? cursor.at : -1;
    }

    /** Returns where the brackets that open at {@code begin} are all closed; the text's end if they are not. */
    int bracketsEnd(int begin) {
        int depth = 0;
        boolean quoted = false;
        for (int at = begin; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                at++;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']') && --depth == 0) {
                return at + 1;
            }
        }
        return text.length();
    }

    /** Walks over one value. */
    private final class Cursor {

        private int at;

        Cursor(int at) {
            this.at = at;
        }

        private int peek() {
            return at < text.length() ? text.charAt(at) : -1;
        }

        private boolean take(char c) {
            if (peek() != c) {
                return false;
            }
            at++;
            return true;
        }

        boolean value(int depth) {
            return switch (peek()) {
                case '{' -> depth < MAX_DEPTH && object(depth + 1);
                case '[' -> depth < MAX_DEPTH && array(depth + 1);
                case '"' -> string();
                case 't' -> word("true");
                case 'f' -> word("false");
                case 'n' -> word("null");
                default -> number();
            };
        }

        private boolean object(int depth) {
            at++;
            at = skipBlanks(at);
            if (take('}')) {
                return true;
            }
            do {
                at = skipBlanks(at);
                if (peek() != '"' || !string()) {
                    return false;
                }
                at = skipBlanks(at);
                if (!take(':')) {
                    return false;
                }
                at = skipBlanks(at);
                if (!value(depth)) {
                    return false;
                }
                at = skipBlanks(at);
            } while (take(','));
            return take('}');
        }

        private boolean array(int depth) {
            at++;
            at = skipBlanks(at);
            if (take(']')) {
                return true;
            }
            do {
                at = skipBlanks(at);
                if (!value(depth)) {
                    return false;
                }
                at = skipBlanks(at);
            } while (take(','));
            return take(']');
        }

        private boolean string() {
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return true;
                }
                if (c == '\\' && !escape()) {
                    return false;
                }
            }
            return false;
        }

        private boolean escape() {
            int c = peek();
            at++;
            if (c != 'u') {
                return c >= 0 && "\"\\/bfnrt".indexOf(c) >= 0;
            }
            for (int i = 0; i < 4; i++, at++) {
                if (Character.digit(peek(), 16) < 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean word(String word) {
            if (!text.startsWith(word, at)) {
                return false;
            }
            at += word.length();
            return true;
        }

        private boolean number() {
            take('-');
            if (!take('0') && !digits()) {
                return false;
            }
            if (take('.') && !digits()) {
                return false;
            }
            if (peek() == 'e' || peek() == 'E') {
                at++;
                if (peek() == '+' || peek() == '-') {
                    at++;
                }
                return digits();
            }
            return true;
        }

        private boolean digits() {
            int begin = at;
            while (peek() >= '0' && peek() <= '9') {
                at++;
            }
            return at > begin;
        }
    }
}
