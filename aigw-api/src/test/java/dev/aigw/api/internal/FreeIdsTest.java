package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreeIdsTest {

    @Test
    void anIdThatIsTakenGetsTheNextFreeNumber() {
        FreeIds ids = new FreeIds();

        assertThat(ids.free("a_2")).isEqualTo("a_2");
        assertThat(ids.free("a")).isEqualTo("a");
        assertThat(ids.free("a")).isEqualTo("a_3");
        assertThat(ids.free("a")).isEqualTo("a_4");
        assertThat(ids.take("b")).isTrue();
        assertThat(ids.take("b")).isFalse();
        assertThat(ids.free("b")).isEqualTo("b_2");
        assertThat(ids.free("a_2")).isEqualTo("a_2_2");
    }

    @Test
    void theNumberOfTriesGrowsAsTheNumberOfIds() {
        int count = 40_000;
        FreeIds ids = new FreeIds();
        AtomicLong tries = new AtomicLong();
        for (int i = 0; i < count; i++) {
            ids.free("a_" + (2 + i));
        }
        for (int i = 0; i < count; i++) {
            ids.free("a", id -> {
                tries.incrementAndGet();
                return id;
            });
        }

        assertThat(tries.get()).isLessThan(4L * count);
    }
}
