package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.observe.CapturingLogger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class ListenersTest {

    private final CapturingLogger log = new CapturingLogger(Level.INFO);
    private final List<String> notified = new ArrayList<>();

    @Test
    void allAreNotifiedInTheirOrderThoughOneAlwaysThrows() {
        List<Consumer<String>> all = List.of(
                event -> notified.add("first " + event),
                event -> {
                    throw new IllegalStateException("broken");
                },
                event -> notified.add("last " + event));
        Listeners<Consumer<String>> listeners = new Listeners<>(all, log, "listener");

        for (int i = 0; i < 10; i++) {
            String event = "e" + i;
            listeners.notify(listener -> listener.accept(event));
        }

        assertThat(notified).hasSize(20).startsWith("first e0", "last e0", "first e1");
        assertThat(log.lines)
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN listener " + getClass().getName())
                                .contains("failed;"),
                        line -> assertThat(line).contains("has failed 10 times"));
        assertThat(log.thrown).hasSize(1);
    }

    @Test
    void eachListenersFailuresAreItsOwn() {
        Consumer<String> broken = event -> {
            throw new IllegalStateException(event);
        };
        Listeners<Consumer<String>> listeners = new Listeners<>(List.of(broken, broken), log, "listener");

        listeners.notify(listener -> listener.accept("e"));

        assertThat(log.thrown).hasSize(2);
    }

    @Test
    void theyAreCopied() {
        List<Consumer<String>> all = new ArrayList<>();
        Listeners<Consumer<String>> listeners = new Listeners<>(all, log, "listener");

        all.add(notified::add);
        listeners.notify(listener -> listener.accept("e"));

        assertThat(listeners.isEmpty()).isTrue();
        assertThat(notified).isEmpty();
    }
}
