package dev.aigw.routing.guard;

/** The escapes of strings in JSON. */
final class JsonStrings {

    private JsonStrings() {}

    /** Returns the text as it stands between the quotes of a JSON string. */
    static String escaped(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < ' ') {
                if (escaped == null) {
                    escaped = new StringBuilder(text.length() + 8).append(text, 0, i);
                }
                switch (c) {
                    case '"' -> escaped.append("\\\"");
                    case '\\' -> escaped.append("\\\\");
                    case '\n' -> escaped.append("\\n");
                    case '\r' -> escaped.append("\\r");
                    case '\t' -> escaped.append("\\t");
                    default -> escaped.append("\\u%04x".formatted((int) c));
                }
            } else if (escaped != null) {
                escaped.append(c);
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    /** Returns the text that stands between the quotes of a JSON string; an escape that is broken stays as it is. */
    static String unescaped(String json) {
        int at = json.indexOf('\\');
        if (at < 0) {
            return json;
        }
        StringBuilder text = new StringBuilder(json.length()).append(json, 0, at);
        while (at < json.length()) {
            char c = json.charAt(at++);
            if (c != '\\' || at == json.length()) {
                text.append(c);
                continue;
            }
            char escape = json.charAt(at++);
            switch (escape) {
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'u' -> {
                    int code = hex(json, at);
                    if (code < 0) {
                        text.append("\\u");
                    } else {
                        text.append((char) code);
                        at += 4;
                    }
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }

    private static int hex(String text, int at) {
        if (at + 4 > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
