package dev.aigw.routing.access;

import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.SetOnce;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps audit events in a file, one JSON object a line, and begins a new file when that is full.
 *
 * <pre>{@code
 * try (AuditFile audit = AuditFile.builder(Path.of("/var/log/app/audit.jsonl"))
 *         .maximumBytes(64L << 20)
 *         .keep(100)
 *         .build()) {
 *     Access access = Access.builder().authenticator(keys).audit(audit).build();
 *     …
 * }
 * }</pre>
 *
 * <p>A thread of its own writes, so that no call waits for the disk, as long as the disk keeps up: the queue is
 * bounded. When it is full, the end of a call waits, for at most {@link Builder#waitWhenFull}; then the event is lost,
 * which is logged as an error, counted by {@link #lost()}, and recorded in the file as an event of type {@code LOST}.
 * While the file cannot be written, because the disk is full or the folder is gone, events wait in the queue and
 * writing is tried again.
 *
 * <p>What a batch of events needs is written at once, and is then safe from a crash of the JVM; with
 * {@link Builder#fsync}, from a power failure too. A line that was cut off by a crash stays, and the log continues on
 * the next line. Full files are named {@code audit.jsonl.1}, {@code audit.jsonl.2} and so on, and never renamed again.
 * New files can be read and written by their owner only; a new file has the permissions of the one before. A file that
 * somebody else moves or deletes is created again. The file {@code audit.jsonl.lock} keeps a second process from
 * writing the same log.
 *
 * <p>Safe for use by many threads. The code that makes one closes it, after the routers: closing writes what waits.
 */
public final class AuditFile implements AuditListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AuditFile.class);

    private static final int MOST_IN_BATCH = 1_000;
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    /** An event to be written, or a wish to know when all before it are, or only a wake-up. */
    private record Entry(
            @Nullable AuditEvent event, @Nullable CompletableFuture<Void> written) {}

    private static final Entry WAKE_UP = new Entry(null, null);

    private final Path file;
    private final AuditWriter writer;
    private final BlockingQueue<Entry> queue;
    private final long waitNanos;
    private final Thread thread;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unreported = new AtomicLong();
    private volatile boolean stuck;
    private volatile boolean closed;
    private volatile long giveUpNanos;
    private volatile boolean ended;

    private AuditFile(Path file, AuditWriter writer, Builder builder) {
        this.file = file;
        this.writer = writer;
        this.queue = new ArrayBlockingQueue<>(builder.queueCapacity);
        this.waitNanos = builder.waitWhenFull.toNanos();
        this.thread = DaemonThreads.create("aigw-audit", this::run);
    }

    /** Starts a log in {@code file}, whose folder must exist. */
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    @Override
    public void onEvent(AuditEvent event) {
        Entry entry = new Entry(event, null);
        if (closed) {
            lose(1, "the log is closed");
        } else if (queue.offer(entry) || (!stuck && waited(entry))) {
            if (ended && queue.remove(entry)) {
                lose(1, "the log is closed");
            }
        } else {
            stuck = true; // until the file can be written again, nobody waits
            lose(1, "its queue is full: the disk is too slow, or the file cannot be written");
        }
    }

    /** Waits for space in the queue, even if the thread is interrupted: cancelled calls are audited too. */
    private boolean waited(Entry entry) {
        long deadline = System.nanoTime() + waitNanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.offer(entry, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void lose(long count, String why) {
        if (count == 0) {
            return;
        }
        unreported.addAndGet(count);
        long before = lost.getAndAdd(count);
        if (before == 0
                || Long.toString(before).length()
                        < Long.toString(before + count).length()) {
            log.error("the audit log {} has lost {} events: {}", file, before + count, why);
        }
    }

    /** Returns how many events are not in the file and never will be. */
    public long lost() {
        return lost.get();
    }

    /**
     * Waits until all events so far are in the file.
     *
     * @return false if that took longer than {@code timeout}, or the log is closed, or the thread is interrupted
     */
    public boolean flush(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            if (closed || !queue.offer(new Entry(null, written), timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            written.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Writes until the log is closed and everything is written, or it gives up. */
    private void run() {
        List<AuditEvent> events = new ArrayList<>();
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        long pause = 0;
        while (!(closed && queue.isEmpty() && events.isEmpty())) {
            try {
                if (events.isEmpty()) {
                    take(events, waiting);
                }
                reportLost(events);
                writer.append(events);
                if (pause > 0) {
                    log.warn("the audit log {} is written again; {} events have waited", file, queue.size());
                }
                pause = 0;
                stuck = false;
                waiting.forEach(each -> each.complete(null));
                waiting.clear();
            } catch (IOException | Error e) {
                if (pause == 0) {
                    log.error("the audit log {} cannot be written; events wait, and it is tried again", file, e);
                }
                if (closed && System.nanoTime() - giveUpNanos >= 0) {
                    break;
                }
                pause = Math.min(Math.max(FIRST_PAUSE_NANOS, pause * 2), LONGEST_PAUSE_NANOS);
                LockSupport.parkNanos(closed ? FIRST_PAUSE_NANOS : pause);
            } catch (InterruptedException e) {
                log.warn("the thread of the audit log {} does not stop by an interrupt: close the log", file);
            } catch (RuntimeException e) {
                log.error("audit events cannot be written to {}: this is a bug in the router", file, e);
                lose(events.size(), "they cannot be written");
                events.clear();
            }
        }
        end(events, waiting);
    }

    private void take(List<AuditEvent> events, List<CompletableFuture<Void>> waiting) throws InterruptedException {
        List<Entry> entries = new ArrayList<>();
        entries.add(queue.take());
        queue.drainTo(entries, MOST_IN_BATCH - 1);
        for (Entry entry : entries) {
            if (entry.event() != null) {
                events.add(entry.event());
            }
            if (entry.written() != null) {
                waiting.add(entry.written());
            }
        }
    }

    /** Puts a line into the file that says how many are missing. */
    private void reportLost(List<AuditEvent> events) {
        long missing = unreported.getAndSet(0);
        if (missing > 0) {
            Instant time = events.isEmpty() ? Instant.now() : events.get(0).time();
            events.add(
                    0,
                    AuditEvent.builder(AuditEvent.Type.LOST, time)
                            .reason(missing + " events are missing here: they could not be written")
                            .build());
        }
    }

    private void end(List<AuditEvent> events, List<CompletableFuture<Void>> waiting) {
        ended = true;
        long left = events.stream()
                .filter(event -> event.type() != AuditEvent.Type.LOST)
                .count();
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            left += entry.event() == null ? 0 : 1;
            if (entry.written() != null) {
                waiting.add(entry.written());
            }
        }
        lose(left, "the log was closed while it could not be written");
        waiting.forEach(each -> each.cancel(false));
        try {
            writer.release();
        } catch (IOException e) {
            log.warn("the audit log {} could not be closed", file, e);
        }
    }

    /** Writes what waits, for at most 10 seconds, and closes the file. Closing twice is harmless. */
    @Override
    public void close() {
        if (!closed) {
            giveUpNanos = System.nanoTime() + CLOSE_WAIT.toNanos();
            closed = true;
        }
        boolean offered = queue.offer(WAKE_UP); // if it is full, the thread is awake
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_WAIT.toMillis() * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.error(
                    "the audit log {} is still being written: {} events wait", file, queue.size() - (offered ? 1 : 0));
        }
    }

    /**
     * Returns the events of a log, the oldest first: of the full files that are left, then of the present one. It reads
     * as the stream is consumed. While the log is written, {@link #flush} first; a file that becomes full in between is
     * not read. Lines that are no events, such as one that a crash cut off, are logged and skipped. Callers that are
     * read back are not {@linkplain dev.aigw.api.Caller#isAuthenticated() authenticated}.
     *
     * <pre>{@code
     * try (Stream<AuditEvent> events = AuditFile.read(file)) {
     *     events.filter(event -> event.type() == AuditEvent.Type.DENIED).forEach(this::show);
     * }
     * }</pre>
     *
     * @throws UncheckedIOException if the folder cannot be read; the stream throws it if a file cannot
     */
    public static Stream<AuditEvent> read(Path file) {
        try {
            return AuditFiles.all(file).stream().flatMap(AuditFile::readOne);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<AuditEvent> readOne(Path file) {
        try {
            // A line that was cut off may end within a character: this reader replaces it, Files.lines would throw.
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
            return reader.lines().onClose(() -> close(reader)).flatMap(line -> event(file, line).stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(BufferedReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<AuditEvent> event(Path file, String line) {
        AuditEvent event = AuditLine.read(line);
        if (event == null) {
            log.warn("a line of {} is no audit event and is skipped; it has {} characters", file, line.length());
        }
        return Optional.ofNullable(event);
    }

    /**
     * Returns where the files of a {@link Builder#chained chained} log were changed: each line that does not have the
     * hash of the line before. An empty list says that no line was changed, removed or added between the first line
     * that is left and the last. It does not say that none is missing at either end. A line that a crash cut off is no
     * breach if the line after it has its hash, and lines from before the log was chained are none at its beginning.
     *
     * @throws UncheckedIOException if a file cannot be read
     */
    public static List<String> verify(Path file) {
        try {
            return AuditChain.breaches(AuditFiles.all(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "AuditFile{" + file + "}";
    }

    /**
     * Builds an {@link AuditFile}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private static final long DEFAULT_MAXIMUM_BYTES = 64L << 20;
        private static final int DEFAULT_QUEUE_CAPACITY = 10_000;

        private final SetOnce once = new SetOnce();
        private final Path file;
        private long maximumBytes = DEFAULT_MAXIMUM_BYTES;
        private int keep;
        private int queueCapacity = DEFAULT_QUEUE_CAPACITY;
        private Duration waitWhenFull = Duration.ofSeconds(1);
        private boolean fsync;
        private boolean chained;

        private Builder(Path file) {
            this.file = Objects.requireNonNull(file, "file");
        }

        /**
         * Sets how large a file may become before a new one begins; 64 MiB by default. Only a single line that is
         * larger exceeds it.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder maximumBytes(long bytes) {
            once.check(0, "maximumBytes");
            maximumBytes = positive(bytes, "maximumBytes", "such as 64 << 20");
            return this;
        }

        /**
         * Sets how many full files are kept beside the present one; older ones are deleted. By default all are: an
         * audit trail is not deleted unless you say so.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder keep(int files) {
            once.check(1, "keep");
            keep = (int) positive(files, "keep", "or leave it out to keep all");
            return this;
        }

        /**
         * Sets how many events may wait to be written; 10,000 by default.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder queueCapacity(int events) {
            once.check(2, "queueCapacity");
            queueCapacity = (int) positive(events, "queueCapacity", "such as 10000");
            return this;
        }

        /**
         * Sets for how long the end of a call waits when the queue is full, before its event is lost; 1 s by default,
         * zero for not at all. Once an event is lost, none waits until the file can be written again.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder waitWhenFull(Duration wait) {
            once.check(3, "waitWhenFull");
            if (wait.isNegative()) {
                throw new IllegalArgumentException("waitWhenFull is " + wait + ": use zero or more");
            }
            waitWhenFull = wait;
            return this;
        }

        /**
         * Forces each write to the device, so that events survive a power failure. Off by default. Events that arrive
         * meanwhile are written together, so it costs latency of the log, not of calls.
         */
        public Builder fsync() {
            once.check(4, "fsync");
            fsync = true;
            return this;
        }

        /**
         * Gives each line the SHA-256 hash of the line before, so that {@link AuditFile#verify} finds changes. Off by
         * default. Whoever can write the file can also make a new chain: keep the hash of the last line elsewhere from
         * time to time.
         */
        public Builder chained() {
            once.check(5, "chained");
            chained = true;
            return this;
        }

        private static long positive(long value, String name, String fix) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " is " + value + ": use 1 or more, " + fix);
            }
            return value;
        }

        /**
         * Returns the log, and creates the file unless it exists.
         *
         * @throws UncheckedIOException if the file cannot be written, its folder does not exist, or another log writes
         *     it
         */
        public AuditFile build() {
            return build(AuditWriter::new);
        }

        AuditFile build(BiFunction<Path, AuditWriter.Settings, AuditWriter> disk) {
            try {
                Path real = Files.exists(file)
                        ? file.toRealPath()
                        : file.toAbsolutePath().normalize();
                AuditWriter writer = disk.apply(real, new AuditWriter.Settings(maximumBytes, keep, fsync, chained));
                writer.lock();
                open(writer);
                AuditFile log = new AuditFile(real, writer, this);
                log.thread.start();
                return log;
            } catch (IOException e) {
                throw new UncheckedIOException("the audit log " + file + " cannot be written", e);
            }
        }

        private static void open(AuditWriter writer) throws IOException {
            try {
                writer.open();
            } catch (IOException e) {
                writer.release();
                throw e;
            }
        }
    }
}
