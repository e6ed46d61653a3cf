package dev.aigw.api.chat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Reads a {@code data:} URL (RFC 2397) as browsers do: white space, parameters and escapes in base64 are accepted. */
final class DataUrl {

    private static final String SCHEME = "data:";

    private DataUrl() {}

    static boolean isOne(String url) {
        return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /**
     * Returns the media; text in UTF-8, and its type without the charset.
     *
     * @throws IllegalArgumentException if it is none; the message does not quote the data
     */
    static Media read(String url) {
        int comma = url.indexOf(',');
        if (comma < 0) {
            throw new IllegalArgumentException("a data URL without a comma: write data:<type>;base64,<data>");
        }
        String head = url.substring(SCHEME.length(), comma).trim();
        int last = head.lastIndexOf(';');
        boolean base64 = last >= 0 && head.substring(last + 1).trim().equalsIgnoreCase("base64");
        String type = base64 ? head.substring(0, last) : head;
        String bare = MediaType.normal(type);
        byte[] bytes = unescaped(url, comma + 1);
        if (base64) {
            try {
                bytes = decoded(bytes);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the data of a data URL of " + bare + " is not base64", e);
            }
        }
        if (bare.isEmpty()) {
            bare = "text/plain";
        }
        return Media.ofBytes(bare, MediaType.isText(bare) ? utf8(bytes, type) : bytes);
    }

    /** Takes both alphabets, white space anywhere, and missing padding. */
    private static byte[] decoded(byte[] base64) {
        int length = 0;
        for (byte symbol : base64) {
            if (symbol != '\n' && symbol != '\r' && symbol != '\t' && symbol != ' ') {
                base64[length++] = symbol == '-' ? (byte) '+' : symbol == '_' ? (byte) '/' : symbol;
            }
        }
        byte[] packed = new byte[length];
        System.arraycopy(base64, 0, packed, 0, length);
        return Base64.getDecoder().decode(packed);
    }

    private static byte[] unescaped(String url, int from) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(url.length() - from);
        for (int i = from; i < url.length(); i++) {
            char symbol = url.charAt(i);
            int high = symbol == '%' && i + 2 < url.length() ? Character.digit(url.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(url.charAt(i + 2), 16);
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else if (symbol < 0x80) {
                bytes.write(symbol);
            } else {
                int end = Character.isHighSurrogate(symbol) && i + 1 < url.length() ? i + 2 : i + 1;
                bytes.writeBytes(url.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(byte[] text, String type) {
        for (String parameter : type.split(";", -1)) {
            String[] pair = parameter.trim().split("=", 2);
            if (pair.length == 2 && pair[0].trim().toLowerCase(Locale.ROOT).equals("charset")) {
                String name = pair[1].trim().replace("\"", "");
                if (!Charset.isSupported(name)) {
                    throw new IllegalArgumentException(
                            "a data URL in the charset " + name + ", which this JVM does not know: use UTF-8");
                }
                return new String(text, Charset.forName(name)).getBytes(StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
