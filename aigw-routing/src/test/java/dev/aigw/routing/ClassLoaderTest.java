package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FaultServer;
import java.io.File;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A server loads an application with its own copy of the library, runs it in a thread that stays, and drops it. */
class ClassLoaderTest {

    /** Idle threads of OkHttp and Okio end after a minute; rounds, as the machine may stand still meanwhile. */
    private static final int ROUNDS = 120;

    private static final long PAUSE_MILLIS = 2_000;

    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();

    @Test
    void aClassLoaderIsFreedOnceItsRouterIsClosed() throws Exception {
        try (FaultServer server = FaultServer.builder()
                .answer(request -> ChatResponse.of("{\"city\": \"Oslo\"}"))
                .start()) {
            PhantomReference<ClassLoader> first = run(Guest.class, server.baseUrl());
            run(LinkedLast.class, server.baseUrl());
            assertThat(server.requests()).hasSize(4);
            assertThat(isFreed(first)).isTrue();
        }
    }

    private boolean isFreed(PhantomReference<ClassLoader> loader) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            System.gc();
            if (loader.equals(queue.remove(PAUSE_MILLIS))) {
                return true;
            }
        }
        return false;
    }

    private PhantomReference<ClassLoader> run(Class<? extends Consumer<String>> application, String baseUrl)
            throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Class<?> copy = loader.loadClass(application.getName());
            assertThat(copy).isNotEqualTo(application);
            @SuppressWarnings("unchecked") // it implements Consumer<String>
            Consumer<String> guest =
                    (Consumer<String>) copy.getDeclaredConstructor().newInstance();
            guest.accept(baseUrl);
            return new PhantomReference<>(loader, queue);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    /**
     * The JDK keeps the component's type of the record whose methods it linked last (17 strongly, 25 as long as there
     * is memory). This is the last one, in a loader of its own.
     */
    public static final class LinkedLast implements Consumer<String> {

        private record Inner(int number) {}

        private record Outer(Inner inner) {}

        /** For the server. */
        public LinkedLast() {}

        @Override
        public void accept(String baseUrl) {
            Outer one = new Outer(new Inner(1));
            if (one.equals(new Outer(new Inner(2)))
                    || one.hashCode() != new Outer(new Inner(1)).hashCode()
                    || !one.toString().contains("Inner")) {
                throw new IllegalStateException("records differ");
            }
        }
    }
}
