package dev.aigw.routing.transform.mustache;

import com.samskivert.mustache.Mustache;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Gives templates the entries of maps and the elements of lists, and nothing else: it uses no reflection. */
final class PlainCollector implements Mustache.Collector {

    @Override
    public @Nullable Iterator<?> toIterator(Object value) {
        return value instanceof List<?> list ? list.iterator() : null;
    }

    @Override
    public Mustache.@Nullable VariableFetcher createFetcher(Object context, String name) {
        return context instanceof Map<?, ?> ? PlainCollector::entry : null;
    }

    private static @Nullable Object entry(Object context, String name) {
        Map<?, ?> map = (Map<?, ?>) context;
        Object value = map.get(name);
        return value != null || map.containsKey(name) ? value : com.samskivert.mustache.Template.NO_FETCHER_FOUND;
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
        return new ConcurrentHashMap<>();
    }
}
