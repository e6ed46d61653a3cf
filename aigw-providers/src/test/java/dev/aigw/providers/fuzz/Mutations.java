package dev.aigw.providers.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes an input in some places: values of JSON for odd ones, and bytes. The same random numbers give the same. */
final class Mutations {

    /** What stands in place of a value. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "{}",
            "[]",
            "\"\"",
            "\"null\"",
            "\" \"",
            "\"x\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"{\\\"a\\\":1}\"",
            "\"{\"",
            "\"99999999999999999999\"",
            "\"1e999\"",
            "\"-1\"",
            "\"AAAA\"",
            "0",
            "-1",
            "1",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e999",
            "-1e999",
            "1e-999",
            "0.5",
            "NaN",
            "Infinity",
            "[[]]",
            "[null]",
            "[{}]",
            "[1,\"a\",{}]",
            "[0.5,1e999]",
            "{\"type\":null}",
            "{\"error\":{}}",
            "{\"error\":{\"message\":null,\"code\":1e999}}",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");

    private final Random random;

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    byte[] mutate(byte[] seed) {
        byte[] input = seed;
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times; i++) {
            input = random.nextInt(4) == 0 ? mutateBytes(input) : mutateValue(input);
        }
        return input;
    }

    private byte[] mutateValue(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<int[]> values = values(text);
        if (values.isEmpty()) {
            return mutateBytes(input);
        }
        int[] value = values.get(random.nextInt(values.size()));
        String own = text.substring(value[0], value[1]);
        String other = switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> own + "," + own;
            case 2 -> "[" + own + "]";
            case 3 -> {
                int[] another = values.get(random.nextInt(values.size()));
                yield text.substring(another[0], another[1]);
            }
            default -> VALUES.get(random.nextInt(VALUES.size()));
        };
        return (text.substring(0, value[0]) + other + text.substring(value[1])).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns where values of JSON begin and end, in events of a stream, too; names of fields are not among them. */
    private static List<int[]> values(String text) {
        List<int[]> values = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '[') {
                open.add(i);
            } else if ((c == '}' || c == ']') && !open.isEmpty()) {
                values.add(new int[] {open.remove(open.size() - 1), i + 1});
            } else if (c == '"') {
                int end = i + 1;
                while (end < text.length() && text.charAt(end) != '"') {
                    end += text.charAt(end) == '\\' ? 2 : 1;
                }
                end = Math.min(end + 1, text.length());
                if (end >= text.length() || text.charAt(end) != ':') {
                    values.add(new int[] {i, end});
                }
                i = end - 1;
            } else if (!open.isEmpty() && (Character.isLetterOrDigit(c) || c == '-')) {
                int end = i;
                while (end < text.length() && ",]} \r\n".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                values.add(new int[] {i, end});
                i = end - 1;
            }
        }
        return values;
    }

    private byte[] mutateBytes(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + 16);
        int from = input.length == 0 ? 0 : random.nextInt(input.length);
        int to = Math.min(input.length, from + random.nextInt(24));
        out.write(input, 0, from);
        switch (random.nextInt(6)) {
            case 0 -> {} // drops a range
            case 1 -> { // repeats it
                out.write(input, from, to - from);
                out.write(input, from, to - from);
            }
            case 2 -> { // changes its bytes
                for (int i = from; i < to; i++) {
                    out.write(random.nextInt(3) == 0 ? random.nextInt(256) : input[i]);
                }
            }
            case 3 -> out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
            case 4 -> {
                return out.toByteArray(); // cuts it off
            }
            default -> {
                int other = input.length == 0 ? 0 : random.nextInt(input.length);
                out.write(input, other, Math.min(input.length - other, 64));
            }
        }
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }
}
