package dev.aigw.routing.guard.screening;

import dev.aigw.api.internal.DaemonThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that may change: a file or a supplier, read again in a thread of its own when a call finds that it is time.
 * If reading fails, the last good entries stay. Safe for use by many threads.
 */
final class DenySource {

    private static final Logger log = LoggerFactory.getLogger(DenySource.class);

    /** Runs a task in a new daemon thread, of which there is at most one for each list. */
    static final Executor OWN_THREAD =
            task -> DaemonThreads.create("aigw-deny-list", task).start();

    private final String name;
    private final @Nullable Path file;
    private final Supplier<List<DenyEntry>> entries;
    private final Function<List<DenyEntry>, DenyTable> compiler;
    private final long everyNanos;
    private final LongSupplier clock;
    private final Executor executor;
    private final AtomicLong checkedAt;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;

    /** What was read last, and what the file looked like when it was read, good or bad. */
    private record State(
            DenyTable table,
            Instant loadedAt,
            @Nullable Look look,
            @Nullable String failure) {}

    private record Look(@Nullable Object key, Instant modified, long size) {}

    private DenySource(
            String name,
            @Nullable Path file,
            Supplier<List<DenyEntry>> entries,
            Function<List<DenyEntry>, DenyTable> compiler,
            @Nullable Duration every,
            LongSupplier clock,
            Executor executor) {
        this.name = name;
        this.file = file;
        this.entries = entries;
        this.compiler = compiler;
        this.everyNanos = every == null ? Long.MAX_VALUE : every.toNanos();
        this.clock = clock;
        this.executor = executor;
        this.checkedAt = new AtomicLong(clock.getAsLong());
        Look look = file == null ? null : look(file);
        this.state = new State(compiler.apply(read()), Instant.now(), look, null);
    }

    static DenySource fixed(String name, List<DenyEntry> entries, Function<List<DenyEntry>, DenyTable> compiler) {
        return new DenySource(name, null, () -> entries, compiler, null, () -> 0, OWN_THREAD);
    }

    /** Returns entries that are read again at an interval; those of a file only if it looks different. */
    static DenySource changing(
            String name,
            @Nullable Path file,
            Supplier<List<DenyEntry>> entries,
            Function<List<DenyEntry>, DenyTable> compiler,
            Duration every,
            LongSupplier clock,
            Executor executor) {
        return new DenySource(name, file, entries, compiler, every, clock, executor);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Look look(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return new Look(seen.fileKey(), seen.lastModifiedTime().toInstant(), seen.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<DenyEntry> read() {
        return List.copyOf(Objects.requireNonNull(entries.get(), "the supplier of entries returned null"));
    }

    /** Returns the entries in use, and has them read again if it is time. */
    DenyTable table() {
        long last = checkedAt.get();
        long now = everyNanos == Long.MAX_VALUE ? last : clock.getAsLong();
        if (now - last >= everyNanos && checkedAt.compareAndSet(last, now) && !reading.isLocked()) {
            executor.execute(this::refresh);
        }
        return state.table;
    }

    /** Returns the entries in use. */
    DenyTable current() {
        return state.table;
    }

    Instant loadedAt() {
        return state.loadedAt;
    }

    @Nullable
    String failure() {
        return state.failure;
    }

    /**
     * Reads the entries again, unless it is a file that has not changed.
     *
     * @return whether what it has is in use
     */
    boolean refresh() {
        reading.lock();
        try {
            State known = state;
            Look look = null;
            try {
                look = file == null ? null : look(file); // a change while it is read is seen next time
                if (look != null && look.equals(known.look)) {
                    return known.failure == null;
                }
                DenyTable table = compiler.apply(read());
                state = new State(table, Instant.now(), look, null);
                return true;
            } catch (RuntimeException e) {
                String failure = String.valueOf(e.getMessage());
                if (!failure.equals(known.failure)) {
                    log.error(
                            "the deny list {} cannot be read again ({}): its {} entries read before stay in use",
                            name,
                            failure,
                            known.table.size(),
                            e);
                }
                state = new State(known.table, known.loadedAt, look, failure);
                return false;
            }
        } finally {
            reading.unlock();
        }
    }
}
