package dev.aigw.routing.access.keys;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Iterates over keys that are read page by page. Not safe for use by several threads. */
final class KeyPages implements Iterator<ApiKey> {

    static final int SIZE = 200;

    private final Function<@Nullable String, List<ApiKey>> read;
    private List<ApiKey> page;
    private int next;

    /** Reads the first page; {@code read} returns the page after an id. */
    KeyPages(Function<@Nullable String, List<ApiKey>> read) {
        this.read = read;
        this.page = read.apply(null);
    }

    @Override
    public boolean hasNext() {
        if (next == page.size() && page.size() == SIZE) {
            page = read.apply(page.get(SIZE - 1).id());
            next = 0;
        }
        return next < page.size();
    }

    @Override
    public ApiKey next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more keys");
        }
        return page.get(next++);
    }
}
