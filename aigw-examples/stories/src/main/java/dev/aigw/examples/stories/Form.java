package dev.aigw.examples.stories;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a form with files ({@code multipart/form-data}, RFC 7578). */
final class Form {

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
    private static final Pattern NAME = Pattern.compile("(?i)\\bname=\"([^\"]*)\"");

    private Form() {}

    /**
     * Returns the fields by name.
     *
     * @throws IllegalArgumentException if it is not such a form
     */
    static Map<String, byte[]> parse(String contentType, byte[] body) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw new IllegalArgumentException("the body is not a form: " + contentType);
        }
        // each byte is one character, so that positions in the text are positions in the body
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String delimiter = "--" + boundary.group(1);
        Map<String, byte[]> fields = new LinkedHashMap<>();
        int at = text.indexOf(delimiter);
        while (at >= 0) {
            int start = text.indexOf("\r\n\r\n", at);
            int end = text.indexOf("\r\n" + delimiter, at + 1);
            if (start < 0 || end < 0) {
                break;
            }
            Matcher name = NAME.matcher(text.substring(at, start));
            if (name.find()) {
                fields.put(name.group(1), Arrays.copyOfRange(body, start + 4, end));
            }
            at = end + 2;
        }
        return fields;
    }

    /** Returns a field's text; empty if there is none. */
    static String text(Map<String, byte[]> fields, String name) {
        return new String(fields.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    }
}
