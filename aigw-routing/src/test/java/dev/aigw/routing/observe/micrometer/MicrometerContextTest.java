package dev.aigw.routing.observe.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.ContextPropagation;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import org.junit.jupiter.api.Test;

class MicrometerContextTest {

    private final ThreadLocal<String> trace = new ThreadLocal<>();

    private ContextPropagation propagation() {
        return MicrometerContext.propagation(ContextSnapshotFactory.builder()
                .contextRegistry(new ContextRegistry().registerThreadLocalAccessor("trace", trace))
                .clearMissing(true)
                .build());
    }

    @Test
    void whatIsRegisteredWithMicrometerIsCarried() {
        trace.set("t1");
        ContextPropagation.Snapshot captured = propagation().capture();
        trace.set("t2");

        try (ContextPropagation.Scope ignored = captured.restore()) {
            assertThat(trace.get()).isEqualTo("t1");
        }
        assertThat(trace.get()).isEqualTo("t2");
    }

    @Test
    void whatTheCallerLacksIsCleared() {
        trace.remove();
        ContextPropagation.Snapshot captured = propagation().capture();
        trace.set("t2");

        try (ContextPropagation.Scope ignored = captured.restore()) {
            assertThat(trace.get()).isNull();
        }
        assertThat(trace.get()).isEqualTo("t2");
        MicrometerContext.propagation().capture().restore().close();
    }
}
