package dev.aigw.providers.http.errors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranges of a text that are to be replaced; they may overlap. Not safe for use by several threads. */
final class Spans {

    private record Span(int start, int end) {}

    private final List<Span> spans = new ArrayList<>(4);

    /** Adds a range; an empty one is none. */
    void add(int start, int end) {
        if (end > start) {
            spans.add(new Span(start, end));
        }
    }

    /** Notifies of each range. */
    void forEach(Range range) {
        spans.forEach(span -> range.accept(span.start(), span.end()));
    }

    /** Takes a range. */
    @FunctionalInterface
    interface Range {
        void accept(int start, int end);
    }

    /** Returns {@code text} with {@code mask} in place of each range; ranges that overlap become one. */
    String replaced(CharSequence text, String mask) {
        if (spans.isEmpty()) {
            return text.toString();
        }
        spans.sort(Comparator.comparingInt(Span::start));
        StringBuilder safe = new StringBuilder(text.length());
        int at = 0;
        for (Span span : spans) {
            if (span.end() <= at) {
                continue;
            }
            if (span.start() >= at) {
                safe.append(text, at, span.start()).append(mask);
            }
            at = span.end();
        }
        return safe.append(text, at, text.length()).toString();
    }
}
