package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FaultServer;
import java.io.File;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A server loads an application with its own copy of the library, runs it in threads of its own, and drops it. */
class ClassLoaderTest {

    /** Idle threads of OkHttp and Okio end after a minute. */
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static final long PAUSE_MILLIS = 2_000;

    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();

    @Test
    void aClassLoaderIsFreedOnceItsRouterIsClosed() throws Exception {
        PhantomReference<ClassLoader> loader;
        try (FaultServer server = FaultServer.builder()
                .answer(request -> ChatResponse.of("{\"city\": \"Oslo\"}"))
                .start()) {
            loader = run(server.baseUrl());
            assertThat(server.requests()).hasSize(4);
        }
        linkAnotherRecord();
        assertThat(isFreed()).as("freed, with %s", loader).isTrue();
    }

    /**
     * The JDK keeps the type of a component of the record whose methods it linked last (strongly in 17, softly in 25):
     * makes it keep one of ours instead of the application's.
     */
    private static void linkAnotherRecord() {
        Outer one = new Outer(new Inner(1));
        assertThat(one.equals(new Outer(new Inner(2)))).isFalse();
        assertThat(one.hashCode()).isEqualTo(new Outer(new Inner(1)).hashCode());
        assertThat(one.toString()).contains("Inner");
    }

    private record Inner(int number) {}

    private record Outer(Inner inner) {}

    private boolean isFreed() throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        do {
            System.gc();
            if (queue.remove(PAUSE_MILLIS) != null) {
                return true;
            }
        } while (System.nanoTime() < end);
        return false;
    }

    private PhantomReference<ClassLoader> run(String baseUrl) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Class<?> type = loader.loadClass(Guest.class.getName());
            assertThat(type).isNotEqualTo(Guest.class);
            @SuppressWarnings("unchecked") // it implements Consumer<String>
            Consumer<String> guest =
                    (Consumer<String>) type.getDeclaredConstructor().newInstance();
            guest.accept(baseUrl);
            return new PhantomReference<>(loader, queue);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
