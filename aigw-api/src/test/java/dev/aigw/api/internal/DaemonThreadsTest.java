package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

    private static final InheritableThreadLocal<String> TENANT = new InheritableThreadLocal<>();

    @Test
    void aThreadInheritsNothingOfTheOneThatBeginsIt() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        FutureTask<String> inherited = new FutureTask<>(TENANT::get);
        FutureTask<ClassLoader> loader =
                new FutureTask<>(() -> Thread.currentThread().getContextClassLoader());
        TENANT.set("first");
        try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(application);
            DaemonThreads.create("a", inherited).start();
            DaemonThreads.numbered("b-").newThread(loader).start();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            TENANT.remove();
        }
        assertThat(inherited.get()).isNull();
        assertThat(loader.get()).isSameAs(DaemonThreads.class.getClassLoader());
    }

    @Test
    void threadsAreDaemonsWithNumbers() {
        var threads = DaemonThreads.numbered("aigw-timer-");
        assertThat(threads.newThread(() -> {}).getName()).isEqualTo("aigw-timer-1");
        assertThat(threads.newThread(() -> {}))
                .returns("aigw-timer-2", Thread::getName)
                .returns(true, Thread::isDaemon);
    }
}
