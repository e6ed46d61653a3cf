package dev.aigw.routing.guard.sensitive;

import java.util.List;

/** Finds private keys: PEM and its like, PuTTY's files and JSON Web Keys. For one text and one thread. */
final class SecretKeys {

    private static final int LONGEST_KEY = 16_384;
    private static final int LONGEST_JWK = 4096;

    private final String text;
    private final List<Entity> found;
    private final SecretValue value = new SecretValue();

    /** The next end of a frame and of PuTTY's head, so that each is searched for once. */
    private int nextEnd = -1;

    private int nextPrivateLines = -1;
    private int lastKty = -10_000;
    private int lastJwkStart = -1;
    private int lastJwkEnd;
    private int memberEnd;

    SecretKeys(String text, List<Entity> found) {
        this.text = text;
        this.found = found;
    }

    /** Looks for a private key whose frame begins at {@code start}; {@code from} is behind "BEGIN ". */
    void pem(int start, int from) {
        int bound = Math.min(text.length(), from + 80);
        int label = -1;
        int headerEnd = -1;
        for (int i = from; i < bound; i++) {
            if (text.charAt(i) == '-') {
                headerEnd = i;
                break;
            }
            if (label < 0 && text.startsWith("PRIVATE KEY", i)) {
                label = i;
            }
        }
        if (label < 0 || headerEnd < 0) {
            return;
        }
        int body = headerEnd;
        while (body < text.length() && text.charAt(body) == '-') {
            body++;
        }
        if (nextEnd < body) {
            nextEnd = endFrame(body);
        }
        int end;
        int bodyEnd;
        if (nextEnd < text.length() && nextEnd - start < LONGEST_KEY && noFrameBetween(body, nextEnd)) {
            bodyEnd = nextEnd;
            end = frameEnd(nextEnd);
        } else {
            end = bodyRun(body);
            bodyEnd = end;
        }
        if (keyCharacters(body, bodyEnd) >= 16) {
            found.add(new Entity(EntityType.PRIVATE_KEY, start, end, 0.99));
        }
    }

    private int endFrame(int from) {
        int at = text.indexOf("END ", from);
        while (at > 0
                && !(text.charAt(at - 1) == '-'
                        || (at > 1 && text.charAt(at - 1) == ' ' && text.charAt(at - 2) == '-'))) {
            at = text.indexOf("END ", at + 4);
        }
        return at < 0 ? text.length() : at;
    }

    /** A second beginning before the end means that the first has no end. */
    private boolean noFrameBetween(int from, int end) {
        int begin = text.indexOf("BEGIN ", from);
        return begin < 0 || begin > end;
    }

    private int frameEnd(int at) {
        int end = at;
        int bound = Math.min(text.length(), at + 80);
        while (end < bound && text.charAt(end) != '-') {
            end++;
        }
        while (end < text.length() && text.charAt(end) == '-') {
            end++;
        }
        return end;
    }

    private int bodyRun(int from) {
        int end = from;
        int last = from;
        int bound = Math.min(text.length(), from + LONGEST_KEY);
        while (end < bound) {
            char c = text.charAt(end);
            if ((c == 'P' && text.startsWith("Private-MAC", end)) || isProse(end)) {
                break;
            }
            if (SecretScan.isLetterOrDigit(c) || c == '+' || c == '/' || c == '=') {
                last = end + 1;
            } else if (!Character.isWhitespace(c) && "\\:,-\"'".indexOf(c) < 0) {
                break;
            }
            if (c == '-' && text.startsWith("----", end)) {
                break;
            }
            end++;
        }
        return last;
    }

    /** Returns whether a word of a sentence begins here, rather than a line of a key or of its head. */
    private boolean isProse(int at) {
        if (!SecretScan.isLetterOrDigit(text.charAt(at)) || !Character.isWhitespace(text.charAt(at - 1))) {
            return false;
        }
        int end = at;
        int bound = Math.min(text.length(), at + 16);
        while (end < bound && text.charAt(end) != ':' && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end < bound && text.charAt(end) == ' ';
    }

    private int keyCharacters(int from, int end) {
        value.read(text, from, Math.min(end, from + 2048));
        if (value.isPlaceholder() && value.length < 120) {
            return 0;
        }
        int count = 0;
        for (int i = from; i < end && count < 64; i++) {
            char c = text.charAt(i);
            if ((SecretScan.isLetterOrDigit(c) || c == '+' || c == '/') && !(i > 0 && text.charAt(i - 1) == '\\')) {
                count++;
            }
        }
        return count;
    }

    /** Looks for the key of PuTTY's file that begins at {@code start}. */
    void putty(int start) {
        if (nextPrivateLines < start) {
            int at = text.indexOf("Private-Lines:", start);
            nextPrivateLines = at < 0 ? text.length() : at;
        }
        if (nextPrivateLines < text.length() && nextPrivateLines - start < LONGEST_KEY) {
            int end = bodyRun(nextPrivateLines + 14);
            if (end - nextPrivateLines > 40) {
                found.add(new Entity(EntityType.PRIVATE_KEY, nextPrivateLines, end, 0.99));
            }
        }
    }

    /** Notes that {@code "kty"} ends here: the text may hold a JSON Web Key. */
    void kty(int end) {
        lastKty = end;
        if (end - lastJwkStart < LONGEST_JWK && lastJwkStart >= 0) {
            found.add(new Entity(EntityType.PRIVATE_KEY, lastJwkStart, lastJwkEnd, 0.95));
            lastJwkStart = -1;
        }
    }

    /** Looks for the private part of a JSON Web Key: the member "d", or "k" of a symmetric key. */
    void jwk(int from) {
        int at = from;
        while (at < text.length() && at - from < 8 && (text.charAt(at) == ' ' || text.charAt(at) == ':')) {
            at++;
        }
        if (at == from || at >= text.length() || text.charAt(at) != '"' || at + 1 < memberEnd) {
            return;
        }
        int end = run(at + 1);
        memberEnd = Math.max(memberEnd, end);
        if (end - at < 20 || end - at > 1400 || end >= text.length() || text.charAt(end) != '"') {
            return;
        }
        if (at - lastKty < LONGEST_JWK) {
            found.add(new Entity(EntityType.PRIVATE_KEY, at + 1, end, 0.95));
        } else {
            lastJwkStart = at + 1;
            lastJwkEnd = end;
        }
    }

    private int run(int from) {
        int end = from;
        while (end < text.length()
                && (SecretScan.isLetterOrDigit(text.charAt(end)) || "_-=".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end;
    }
}
