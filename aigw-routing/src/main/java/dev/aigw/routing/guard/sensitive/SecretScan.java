package dev.aigw.routing.guard.sensitive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/** One search of one text: what {@link SecretDetector} knows of the text while it reads it. For one thread. */
final class SecretScan {

    private static final int LONGEST_TOKEN = 8_192;
    private static final int NEAR = 64;

    private final String text;
    private final SecretContext context;
    private final SecretKeys keys;
    private final SecretValue value = new SecretValue();
    private final List<Entity> found = new ArrayList<>();

    private int lastCurl = -1000;
    private int tokenEnd;
    private int userInfoEnd;

    SecretScan(String text) {
        this.text = text;
        this.context = new SecretContext(text);
        this.keys = new SecretKeys(text, found);
    }

    SecretContext context() {
        return context;
    }

    SecretKeys keys() {
        return keys;
    }

    void add(Entity entity) {
        found.add(entity);
    }

    /** Returns what was found, without what lies inside something else. */
    List<Entity> result() {
        if (found.size() < 2) {
            return List.copyOf(found);
        }
        found.sort(Comparator.comparingInt(Entity::start)
                .thenComparing(Comparator.comparingInt(Entity::end).reversed())
                .thenComparing(Comparator.comparingDouble(Entity::score).reversed()));
        List<Entity> outer = new ArrayList<>();
        int end = -1;
        for (Entity entity : found) {
            if (entity.end() > end) {
                outer.add(entity);
                end = entity.end();
            }
        }
        return List.copyOf(outer);
    }

    /** Looks for a token of a shape whose literal stands from {@code from} to {@code to}. */
    void shape(SecretShape shape, int from, int to) {
        long match = shape.pattern().match(text, from, to);
        if (match >= 0) {
            token(shape, (int) (match >>> 32), (int) match, shape.pattern().fixedPrefix(to - from));
        }
    }

    /** Looks for a token of a shape behind the word that ends at {@code from}. */
    void after(List<SecretShape> shapes, int start, int from) {
        if (!isWord(start, from)) {
            return;
        }
        boolean sign = false;
        int bound = Math.min(text.length(), from + NEAR);
        for (int at = from; at < bound; at++) {
            char c = text.charAt(at);
            if (sign && isToken(c) && (!isToken(text.charAt(at - 1)) || SecretWord.isEscape(text, at))) {
                for (SecretShape shape : shapes) {
                    int end = shape.pattern().matchAt(text, at);
                    if (end > at && token(shape, at, end, 0)) {
                        return;
                    }
                }
            }
            if ("=:>,(\"'".indexOf(c) >= 0) {
                sign = true;
            } else if (c == '\n' ? !sign : c == '/' || (c >= '0' && c <= '9' && at - from > 2)) {
                return;
            }
        }
    }

    /** Returns whether it is not a part of a longer word, as "okta" is of "rookTable". */
    private boolean isWord(int start, int end) {
        char first = text.charAt(start);
        if (start > 0
                && SecretWord.isAsciiLetter(text.charAt(start - 1))
                && !(Character.isUpperCase(first) && Character.isLowerCase(text.charAt(start - 1)))
                && !SecretWord.isEscape(text, start)) {
            return false;
        }
        if (end - start < 6) {
            for (int i = start + 2; i < end; i++) {
                if (Character.isUpperCase(text.charAt(i)) != Character.isUpperCase(text.charAt(i - 1))) {
                    return false;
                }
            }
        }
        return end == text.length()
                || end - start > 6
                || !Character.isLowerCase(text.charAt(end))
                || !Character.isLowerCase(text.charAt(end - 1));
    }

    private static boolean isToken(char c) {
        return (c >= '0' && c <= '9') || SecretWord.isAsciiLetter(c) || c == '_' || c == '-';
    }

    private boolean token(SecretShape shape, int start, int end, int prefix) {
        if (!begins(start) || (end < text.length() && isLetterOrDigit(text.charAt(end)) && !isEscapeAt(end))) {
            return false;
        }
        value.read(text, start + prefix, end);
        if (value.distinct < shape.leastDistinct() || (shape.mixed() && (value.digits == 0 || value.letters() == 0))) {
            return false;
        }
        if (value.has("example")
                || value.has("xxxxx")
                || value.has("redacted")
                || value.has("your_")
                || value.has("your-")
                || value.has("placeholder")
                || (value.wordy && value.lower > 3 && value.length >= 16 && !value.isUuid())) {
            return false;
        }
        double score = shape.after().isEmpty() ? 0.95 : 0.85;
        if (shape.crc32()) {
            score = SecretShape.hasChecksum(text, start, end) ? 1 : 0.9;
        }
        found.add(new Entity(shape.type(), start, end, score));
        return true;
    }

    static boolean isLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || SecretWord.isAsciiLetter(c);
    }

    private boolean isEscapeAt(int end) {
        return text.charAt(end - 1) == '\\';
    }

    /** Returns whether a token may begin here, rather than be the middle of a longer one. */
    private boolean begins(int start) {
        if (start == 0) {
            return true;
        }
        char before = text.charAt(start - 1);
        if (isToken(before)) {
            return SecretWord.isEscape(text, start);
        }
        if (before == '.') {
            return start < 2 || !isToken(text.charAt(start - 2));
        }
        if (before == '+') {
            return start < 2 || !isLetterOrDigit(text.charAt(start - 2));
        }
        return before != '/' || !isInsideBase64(start - 1);
    }

    /** Returns whether what ends here is base64 rather than a path. */
    private boolean isInsideBase64(int end) {
        int upper = 0;
        int lower = 0;
        int digits = 0;
        for (int i = end - 1; i >= 0 && end - i <= 24; i--) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c >= 'a' && c <= 'z') {
                lower++;
            } else if (c >= 'A' && c <= 'Z') {
                upper++;
            } else if (c != '+' && c != '/') {
                return false;
            }
        }
        return upper > 1 && lower > 1 && (digits > 0 || upper > 4);
    }

    /** Looks for a JSON Web Token at {@code start}, where {@code eyJ} stands. */
    void jwt(int start) {
        if (start < tokenEnd || !begins(start)) {
            return;
        }
        int header = run(start);
        int payload = header < text.length() && text.charAt(header) == '.' ? run(header + 1) : header;
        int end = payload;
        while (end < text.length() && text.charAt(end) == '.' && end - start < LONGEST_TOKEN) {
            end = run(end + 1);
        }
        tokenEnd = end;
        if (payload - header < 9 || end - start > LONGEST_TOKEN || header - start > 2048) {
            return;
        }
        String decoded = decode(text.substring(start, header));
        if (decoded.startsWith("{")
                && decoded.endsWith("}")
                && (decoded.contains("\"alg\"") || decoded.contains("\"typ\"") || decoded.contains("\"kid\""))) {
            while (text.charAt(end - 1) == '.') {
                end--;
            }
            found.add(new Entity(EntityType.JWT, start, end, 0.97));
        }
    }

    private int run(int from) {
        int end = from;
        while (end < text.length() && (isToken(text.charAt(end)) || text.charAt(end) == '=')) {
            end++;
        }
        return end;
    }

    private static String decode(String base64) {
        String plain = base64.replace('-', '+').replace('_', '/');
        int length = plain.length();
        while (length > 0 && plain.charAt(length - 1) == '=') {
            length--;
        }
        if (length % 4 == 1) {
            length--;
        }
        try {
            return new String(Base64.getDecoder().decode(plain.substring(0, length)), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    /** Looks for the password of a URL; {@code ://} ends at {@code from}. */
    void url(int from) {
        if (from < userInfoEnd
                || from < 5
                || !isLetterOrDigit(text.charAt(from - 4))
                || !isLetterOrDigit(text.charAt(from - 5))) {
            return;
        }
        int colon = -1;
        int sign = -1;
        int at = from;
        int bound = Math.min(text.length(), from + 512);
        while (at < bound) {
            char c = text.charAt(at);
            if (c == '@') {
                sign = at;
            } else if (c == ':' && colon < 0) {
                colon = at;
            } else if (c <= ' ' || c == '/' || c == '?' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'
                    || c == '\\') {
                break;
            }
            at++;
        }
        userInfoEnd = at;
        if (colon < 0
                || sign < colon
                || (sign - colon - 1 == colon - from && text.regionMatches(from, text, colon + 1, colon - from))) {
            return;
        }
        password(colon + 1, sign, EntityType.CONNECTION_STRING, 0.9);
    }

    private void password(int start, int end, EntityType type, double score) {
        if (end - start < 3 || end - start > 512) {
            return;
        }
        value.read(text, start, end);
        char first = text.charAt(start);
        if (value.isPlaceholder()
                || value.spaces > 0
                || first == '{'
                || (first == '$' && value.symbols < 2)
                || first == '<'
                || first == '['
                || value.distinct < 2) {
            return;
        }
        found.add(new Entity(type, start, end, score));
    }

    /** Looks for {@code user/password@} behind {@code oracle:thin:}. */
    void oracle(int from) {
        int slash = -1;
        for (int at = from; at < Math.min(text.length(), from + 128); at++) {
            char c = text.charAt(at);
            if (c == '/' && slash < 0) {
                slash = at;
            } else if (c == '@') {
                if (slash > from) {
                    password(slash + 1, at, EntityType.CONNECTION_STRING, 0.9);
                }
                return;
            } else if (c <= ' ' || c == '"' || c == '\'') {
                return;
            }
        }
    }

    /** Looks for the user and password of basic authentication, in base64 behind "Basic ". */
    void basic(int from) {
        int start = from;
        while (start < text.length() && text.charAt(start) == ' ' && start - from < 3) {
            start++;
        }
        int end = start;
        while (end < text.length()
                && end - start < 513
                && (isLetterOrDigit(text.charAt(end)) || "+/=".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        if (end - start < 8 || end - start > 512) {
            return;
        }
        String decoded = decode(text.substring(start, end));
        int colon = decoded.indexOf(':');
        boolean printable = decoded.chars().allMatch(c -> c >= ' ' && c < 127);
        if (colon >= 0 && printable && decoded.length() - colon > 3) {
            found.add(new Entity(EntityType.PASSWORD, start, end, 0.9));
        }
    }

    void curl(int end) {
        lastCurl = end;
    }

    /** Looks for {@code user:password} behind {@code -u} or {@code --user} of curl. */
    void user(int from) {
        if (from - lastCurl > 600) {
            return;
        }
        int start = from;
        while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '=') && start - from < 4) {
            start++;
        }
        char quote = start < text.length() ? text.charAt(start) : 0;
        boolean quoted = quote == '"' || quote == '\'';
        if (quoted) {
            start++;
        }
        if (start < text.length() && "<[".indexOf(text.charAt(start)) >= 0) {
            return;
        }
        int end = start;
        int colon = -1;
        while (end < text.length() && end - start < 256) {
            char c = text.charAt(end);
            if (quoted ? c == quote || c == '\n' : c <= ' ') {
                break;
            }
            if (c == ':' && colon < 0) {
                colon = end;
            }
            end++;
        }
        if (colon > start) {
            int last = end;
            int first = colon + 1;
            while (first < last && (text.charAt(first) == '"' || text.charAt(first) == '\'')) {
                first++;
            }
            while (last > first && (text.charAt(last - 1) == '"' || text.charAt(last - 1) == '\'')) {
                last--;
            }
            password(first, last, EntityType.PASSWORD, 0.85);
        }
    }
}
