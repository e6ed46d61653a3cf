package dev.aigw.routing.observe;

import dev.aigw.api.spi.ContextPropagation;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/** Carries SLF4J's mapped diagnostic context. */
final class MdcPropagation implements ContextPropagation {

    private final MDCAdapter adapter;

    MdcPropagation(MDCAdapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public Snapshot capture() {
        Map<String, String> captured = adapter.getCopyOfContextMap();
        return () -> {
            Map<String, String> before = adapter.getCopyOfContextMap();
            set(captured);
            return () -> set(before);
        };
    }

    private void set(@Nullable Map<String, String> context) {
        if (context == null) {
            adapter.clear();
        } else {
            adapter.setContextMap(context);
        }
    }
}
