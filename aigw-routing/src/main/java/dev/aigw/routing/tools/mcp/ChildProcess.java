package dev.aigw.routing.tools.mcp;

import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.PlainWords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that is spoken to line by line. It ends surely: when its input is closed, or when it is told to, or
 * killed with its children. Safe for use by many threads.
 */
final class ChildProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** What programs need to run; nothing that holds a secret. */
    private static final Set<String> INHERITED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LC_ALL",
            "TMPDIR",
            "APPDATA",
            "HOMEDRIVE",
            "HOMEPATH",
            "LOCALAPPDATA",
            "PATHEXT",
            "PROGRAMFILES",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE");

    private static final int MOST_LOGGED_CHARS = 500;
    private static final int MOST_LINE_BYTES = 16 << 20;
    private static final long GRACE_SECONDS = 2;

    private final List<String> command;
    private final Map<String, String> variables;
    private final @Nullable Path directory;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Process process;
    private volatile @Nullable IOException failure;

    ChildProcess(List<String> command, Map<String, String> variables, @Nullable Path directory) {
        this.command = command;
        this.variables = variables;
        this.directory = directory;
    }

    /**
     * Starts it.
     *
     * @param lines gets each line of its output, in a thread of its own
     * @param ended runs once when its output has ended
     */
    void start(Consumer<String> lines, Runnable ended) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> !INHERITED.contains(name.toUpperCase(Locale.ROOT)));
        builder.environment().putAll(variables);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Process started;
        try {
            started = builder.start();
        } catch (IOException cannotStart) {
            failure = cannotStart;
            throw cannotStart;
        }
        process = started;
        int number = NUMBERS.incrementAndGet();
        thread("aigw-mcp-" + number, () -> {
            try {
                read(started.getInputStream(), lines);
            } finally {
                ended.run();
            }
        });
        thread("aigw-mcp-" + number + "-log", () -> read(started.getErrorStream(), ChildProcess::log));
    }

    private static void thread(String name, Runnable work) {
        DaemonThreads.create(name, work).start();
    }

    private static void log(String line) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}", PlainWords.line(line, MOST_LOGGED_CHARS));
        }
    }

    private static void read(InputStream stream, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c != '\n') {
                    if (line.length() == MOST_LINE_BYTES) {
                        LOG.warn(
                                "a child process wrote a line of more than {} characters; it is stopped",
                                line.length());
                        return;
                    }
                    line.append((char) c);
                } else if (!line.isEmpty()) {
                    lines.accept(line.toString());
                    line.setLength(0);
                }
            }
        } catch (IOException closed) {
            LOG.debug("the output of a child process was closed");
        }
    }

    /** Writes a line. */
    void write(String line) throws IOException {
        Process running = process;
        if (running == null) {
            throw new IOException("the process could not be started", failure);
        }
        if (!running.isAlive()) {
            throw new IOException("the process has ended" + code(running));
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        writing.lock();
        try {
            OutputStream out = running.getOutputStream();
            out.write(bytes);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private static String code(Process ended) {
        return " with code " + ended.exitValue();
    }

    /** Returns how it ended, for people, a moment after its output has. */
    String end() {
        Process ended = process;
        try {
            if (ended != null && ended.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                return "the process has ended" + code(ended);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "the process closed its output";
    }

    /** Ends it, which takes a few seconds at most. */
    void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> children = running.descendants().toList();
        try {
            running.getOutputStream().close();
        } catch (IOException alreadyClosed) {
            LOG.debug("the input of a child process was closed before");
        }
        boolean interrupted = false;
        try {
            if (!running.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                running.destroy();
                running.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        running.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
