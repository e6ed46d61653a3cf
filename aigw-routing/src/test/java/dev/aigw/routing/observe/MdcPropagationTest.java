package dev.aigw.routing.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.ContextPropagation;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.NOPMDCAdapter;

class MdcPropagationTest {

    private final BasicMDCAdapter mdc = new BasicMDCAdapter();

    @Test
    void theFieldsOfTheCallerReplaceThoseOfTheThreadForOneTask() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            pool.submit(() -> mdc.put("worker", "w1")).get();
            mdc.put("request", "r1");
            ContextPropagation.Snapshot captured = new MdcPropagation(mdc).capture();
            mdc.put("request", "r2");

            pool.submit(() -> {
                        try (ContextPropagation.Scope ignored = captured.restore()) {
                            assertThat(mdc.getCopyOfContextMap()).isEqualTo(Map.of("request", "r1"));
                            mdc.put("left", "behind");
                        }
                        assertThat(mdc.getCopyOfContextMap()).isEqualTo(Map.of("worker", "w1"));
                    })
                    .get();
            assertThat(mdc.get("request")).isEqualTo("r2");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aCallerWithoutFieldsLeavesNoneToTheTask() {
        ContextPropagation.Snapshot captured = new MdcPropagation(mdc).capture();
        mdc.put("request", "r1");

        try (ContextPropagation.Scope ignored = captured.restore()) {
            assertThat(mdc.get("request")).isNull();
        }
        assertThat(mdc.get("request")).isEqualTo("r1");
    }

    @Test
    void aLoggerWithoutFieldsIsFine() {
        new MdcPropagation(new NOPMDCAdapter()).capture().restore().close();
        Observers.mdc().capture().restore().close();
    }
}
