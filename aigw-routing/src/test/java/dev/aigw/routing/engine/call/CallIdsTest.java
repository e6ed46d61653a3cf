package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallIdsTest {

    private final CallIds ids = new CallIds(new SecureRandom());

    @Test
    void anIdIsTheRandomPartAndTheNumberOfTheCall() {
        String first = ids.idOf(ids.next());
        String second = ids.idOf(ids.next());

        assertThat(first).matches("[0-9a-v]{16}-[1-9a-z][0-9a-z]*");
        assertThat(second).startsWith(first.substring(0, 17)).isNotEqualTo(first);
        assertThat(ids.idOf(36 * 36 + 35)).endsWith("-10z");
        assertThat(ids.idOf(Long.MAX_VALUE)).endsWith("-" + Long.toString(Long.MAX_VALUE, 36));
    }

    @Test
    void theIdsOfTwoJvmsOrOfOneAndItsRestartDiffer() {
        CallIds others = new CallIds(new SecureRandom());

        assertThat(others.idOf(others.next())).isNotEqualTo(ids.idOf(ids.next()));
    }

    @Test
    void manyThreadsGetDifferentIds() {
        Set<String> seen = ConcurrentHashMap.newKeySet();

        IntStream.range(0, 10_000).parallel().forEach(i -> seen.add(ids.idOf(ids.next())));

        assertThat(seen).hasSize(10_000);
    }
}
