package dev.aigw.routing.guard.sensitive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Makes tokens for tests when they run, so that no file of this project holds a text that looks like a key in use.
 * Seeded, so that every run makes the same.
 */
final class SecretTokens {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final Random random;

    SecretTokens(long seed) {
        random = new Random(seed);
    }

    /** Returns a text of a pattern as {@link SecretPattern} writes them. */
    String of(String pattern) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (c == '(') {
                int end = pattern.indexOf(')', at);
                String[] options = pattern.substring(at + 1, end).split("\\|", -1);
                out.append(options[random.nextInt(options.length)].replace("\\", ""));
                at = end + 1;
                continue;
            }
            String characters;
            if (c == '[') {
                int end = at + 1;
                while (pattern.charAt(end) != ']') {
                    end += pattern.charAt(end) == '\\' ? 2 : 1;
                }
                characters = characters(pattern.substring(at + 1, end));
                at = end + 1;
            } else if (c == '\\') {
                characters = pattern.charAt(at + 1) == 'd' ? "0123456789" : pattern.substring(at + 1, at + 2);
                at += 2;
            } else {
                characters = String.valueOf(c);
                at++;
            }
            int count = 1;
            if (at < pattern.length() && pattern.charAt(at) == '{') {
                int end = pattern.indexOf('}', at);
                String[] bounds = pattern.substring(at + 1, end).split(",", -1);
                count = Integer.parseInt(bounds[0]);
                at = end + 1;
            } else if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
                at++;
            }
            out.append(from(characters, count));
        }
        return out.toString();
    }

    /** Returns a text of a pattern in which letters and digits alternate as they mostly do in random ones. */
    String various(String pattern) {
        for (int tries = 0; tries < 1000; tries++) {
            String token = of(pattern);
            SecretValue value = new SecretValue().read(token, Math.max(0, token.length() - 20), token.length());
            if (!value.wordy && value.digits > 2 && value.letters() > 2 && value.distinct > 8) {
                return token;
            }
        }
        return of(pattern);
    }

    private static String characters(String set) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < set.length(); i++) {
            char c = set.charAt(i);
            if (c == '\\') {
                char escaped = set.charAt(++i);
                out.append(escaped == 'w' ? BASE62 : escaped == 'd' ? "0123456789" : String.valueOf(escaped));
            } else if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                for (char each = c; each <= set.charAt(i + 2); each++) {
                    out.append(each);
                }
                i += 2;
            } else if (BASE62.indexOf(c) >= 0) {
                out.append(c);
            }
        }
        return out.length() == 0 ? set.substring(0, 1) : out.toString();
    }

    /** Returns random characters of {@code alphabet}. */
    String from(String alphabet, int count) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return out.toString();
    }

    String hex(int count) {
        return from("0123456789abcdef", count);
    }

    String base62(int count) {
        return from(BASE62, count);
    }

    String base64(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return Base64.getEncoder().encodeToString(some);
    }

    String uuid() {
        return hex(8) + "-" + hex(4) + "-" + hex(4) + "-" + hex(4) + "-" + hex(12);
    }

    /** Returns a token of GitHub's form with the right checksum. */
    String github(String prefix) {
        String body = base62(30);
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder sum = new StringBuilder();
        for (long rest = crc.getValue(); sum.length() < 6; rest /= 62) {
            sum.insert(0, BASE62.charAt((int) (rest % 62)));
        }
        return prefix + body + sum;
    }

    String jwt() {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        return url.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + url.encodeToString(
                        ("{\"sub\":\"" + base62(12) + "\",\"iat\":1516239022}").getBytes(StandardCharsets.UTF_8))
                + "." + base62(43);
    }

    /** Returns a block with a label such as "RSA PRIVATE KEY" around random lines. */
    String pem(String label, String lineEnd) {
        List<String> lines = new ArrayList<>();
        lines.add("-----BEGIN " + label + "-----");
        for (int i = 0; i < 6; i++) {
            lines.add(base64(48));
        }
        lines.add("-----END " + label + "-----");
        return String.join(lineEnd, lines);
    }
}
