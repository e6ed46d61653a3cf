package dev.aigw.routing.redis;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis or Valkey server on a free port of this machine, from the program that the variable {@code
 * AIGW_TEST_REDIS} of the environment names, else the one that embedded-redis brings. It can be killed, and started
 * again on the same port; it keeps nothing on disk unless set to. Close it: that ends the process and removes its
 * folder.
 */
final class RedisProcess implements AutoCloseable {

    private static final File PROGRAM = program();

    /** What a server says when it is ready, and what a sentinel says. */
    private static final List<String> READY = List.of("ready to accept connections", "+monitor master");

    private final File program;
    private final Path folder;
    private final int port;
    private final List<String> settings;
    private @Nullable Process process;

    private RedisProcess(File program, int port, List<String> settings) {
        this.program = program;
        this.port = port;
        this.settings = settings;
        try {
            this.folder = Files.createTempDirectory("redis-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File program() {
        String named = System.getenv("AIGW_TEST_REDIS");
        return named == null ? embedded() : new File(named);
    }

    /** Returns the program that embedded-redis brings. */
    static File embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server; {@code settings} are those of the command line, such as {@code --appendonly yes}. */
    static RedisProcess started(String... settings) {
        return started(PROGRAM, settings);
    }

    /** Starts a server from this program. */
    static RedisProcess started(File program, String... settings) {
        RedisProcess redis = new RedisProcess(program, freePort(), List.of(settings));
        redis.start();
        return redis;
    }

    /** Starts a sentinel with these lines of configuration. */
    static RedisProcess sentinel(String... lines) {
        RedisProcess redis = new RedisProcess(PROGRAM, freePort(), List.of("--sentinel"));
        try {
            Files.write(redis.configuration(), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        redis.start();
        return redis;
    }

    private Path configuration() {
        return folder.resolve("redis.conf");
    }

    /** Returns an unused port, and whose cluster port, 10,000 above, exists. */
    static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = socket.getLocalPort();
                if (port < 55_000) {
                    return port;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts the server, or starts it again, and waits until it takes connections. */
    void start() {
        List<String> command = new ArrayList<>(List.of(program.getPath()));
        if (Files.exists(configuration())) {
            command.add(configuration().toString());
        }
        command.addAll(List.of(
                "--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
        settings.forEach(setting -> command.addAll(List.of(setting.split(" ", -1))));
        try {
            Process begun =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process = begun;
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(begun.getInputStream(), StandardCharsets.UTF_8));
            List<String> seen = new ArrayList<>();
            for (String line = lines.readLine(); ; line = lines.readLine()) {
                if (line == null) {
                    throw new IllegalStateException("redis-server ended:\n" + String.join("\n", seen));
                }
                seen.add(line);
                if (READY.stream().anyMatch(line.toLowerCase(Locale.ROOT)::contains)) {
                    break;
                }
            }
            Thread drain = new Thread(() -> drain(lines), "redis-output-" + port);
            drain.setDaemon(true);
            drain.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void drain(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {
                // it must be read, or the server blocks
            }
        } catch (IOException e) {
            // the process is gone
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Stops it at once, without a word to its clients' commands. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                running.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            process = null;
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((one, other) -> other.compareTo(one))
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
