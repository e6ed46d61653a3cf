package dev.aigw.providers.http.errors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of one field that recurs in a text, as {@code content} does in the events of a stream, joined: a secret
 * that a model repeats piece by piece stands whole only there. Not safe for use by several threads.
 */
final class SpreadValues implements CharSequence {

    private static final Pattern STRINGS = Pattern.compile(
            "\"(?<name>[A-Za-z0-9_.\\-]{1,64}+)\"\\s{0,4}+:\\s{0,4}+\"(?<value>(?:[^\"\\\\\\n]|\\\\.)*+)"
                    + "|(?m:^)data:(?! ?+[\\[{]) ?(?<line>.++)");

    private final StringBuilder joined = new StringBuilder();
    private final List<int[]> pieces = new ArrayList<>(); // where each begins here, and where in the text

    private SpreadValues() {}

    /** Returns the fields that have more than one value in {@code text}. */
    static List<SpreadValues> of(CharSequence text) {
        Map<String, SpreadValues> fields = new LinkedHashMap<>();
        Matcher matcher = STRINGS.matcher(text);
        while (matcher.find()) {
            boolean line = matcher.group("line") != null;
            String group = line ? "line" : "value";
            fields.computeIfAbsent(line ? "" : matcher.group("name"), any -> new SpreadValues())
                    .add(text, matcher.start(group), matcher.end(group));
        }
        List<SpreadValues> spread = new ArrayList<>();
        for (SpreadValues values : fields.values()) {
            if (values.pieces.size() > 1) {
                spread.add(values);
            }
        }
        return spread;
    }

    private void add(CharSequence text, int start, int end) {
        if (end > start) {
            pieces.add(new int[] {joined.length(), start});
            joined.append(text, start, end);
        }
    }

    /** Adds the places in the text of what stands here, if it is spread over several values. */
    void add(int start, int end, Spans spans) {
        int first = pieceAt(start);
        int last = pieceAt(end - 1);
        for (int i = first; first < last && i <= last; i++) {
            int[] piece = pieces.get(i);
            int pieceEnd = i + 1 < pieces.size() ? pieces.get(i + 1)[0] : joined.length();
            int from = Math.max(start, piece[0]) - piece[0] + piece[1];
            int to = Math.min(end, pieceEnd) - piece[0] + piece[1];
            spans.add(from, to);
        }
    }

    private int pieceAt(int place) {
        int low = 0;
        int high = pieces.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (pieces.get(middle)[0] <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public int length() {
        return joined.length();
    }

    @Override
    public char charAt(int index) {
        return joined.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return joined.subSequence(start, end);
    }

    @Override
    public String toString() {
        return joined.toString();
    }
}
