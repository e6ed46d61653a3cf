package dev.aigw.routing.access;

import dev.aigw.routing.engine.call.FailureLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends events to the present file, and puts it away when it is full. The file may be moved, deleted or truncated by
 * somebody else meanwhile. A line that a crash or a full disk cut off is never continued. Not safe for use by several
 * threads.
 */
class AuditWriter {

    private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);

    /** The files that this JVM writes. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    /**
     * How files are written.
     *
     * @param keep how many full files are kept; 0 for all
     * @param fsync whether each write is forced to the device
     * @param chained whether each line has the hash of the line before
     */
    record Settings(long maximumBytes, int keep, boolean fsync, boolean chained) {}

    private final Path file;
    private final Settings settings;
    private final FailureLog rotationFailures = new FailureLog(log, "the rotation of an audit file");
    private @Nullable FileChannel lock;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private @Nullable String previous;

    AuditWriter(Path file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /** Opens the file, creates it if needed, and ends a line that was cut off. */
    void open() throws IOException {
        AuditFiles.create(file);
        FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try {
            if (AuditTail.isCutOff(file)) {
                log.warn("the last line of {} is not complete: it is kept, and the log continues after it", file);
                write(opened, ByteBuffer.wrap(new byte[] {'\n'}));
            }
            if (settings.chained()) {
                previous = lastHash();
            }
            identity = identity();
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        channel = opened;
    }

    /**
     * Takes the log, so that nobody else writes it. The lock is on a file of its own: closing any reader of a locked
     * file may release its lock.
     */
    void lock() throws IOException {
        if (!LOCKED.add(file)) {
            throw taken();
        }
        boolean locked = false;
        FileChannel opened = null;
        try {
            Path beside = file.resolveSibling(file.getFileName() + ".lock");
            AuditFiles.create(beside);
            opened = FileChannel.open(beside, StandardOpenOption.WRITE);
            locked = tryLock(opened);
        } finally {
            if (locked) {
                lock = opened;
            } else {
                LOCKED.remove(file);
                if (opened != null) {
                    opened.close();
                }
            }
        }
        if (!locked) {
            throw taken();
        }
    }

    private boolean tryLock(FileChannel opened) {
        try {
            return opened.tryLock() != null;
        } catch (IOException e) {
            log.warn("{} cannot be locked: make sure that nobody else writes it", file, e);
            return true;
        }
    }

    private FileSystemException taken() {
        return new FileSystemException(
                file.toString(), null, "another audit log writes this file: give each a file of its own");
    }

    /** Closes the file and lets others write it. */
    void release() throws IOException {
        FileChannel held = lock;
        lock = null;
        try {
            close();
        } finally {
            if (held != null) {
                LOCKED.remove(file);
                held.close();
            }
        }
    }

    /** Returns the hash of the last line; if there is none in the file, of the last one before. */
    private String lastHash() throws IOException {
        byte[] last = AuditTail.lastLine(file);
        if (last == null && previous != null) {
            return previous;
        }
        if (last == null) {
            List<Path> full = AuditFiles.full(file);
            last = full.isEmpty() ? null : AuditTail.lastLine(full.get(full.size() - 1));
        }
        return last == null ? AuditChain.START : AuditChain.hash(last);
    }

    private @Nullable Object identity() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Appends the events, and removes those from the list that are in the file. */
    void append(List<AuditEvent> events) throws IOException {
        if (channel == null || isReplaced()) {
            close();
            open();
        }
        while (!events.isEmpty()) {
            appendSome(events);
        }
    }

    private boolean isReplaced() throws IOException {
        try {
            return !Objects.equals(identity, identity());
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Appends as many events as the file can take, at least one. */
    private void appendSome(List<AuditEvent> events) throws IOException {
        long size = channel().size();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        String before = previous;
        int count = 0;
        for (AuditEvent event : events) {
            byte[] line = AuditLine.write(event, before);
            boolean fits = size + lines.size() + line.length + 1 <= settings.maximumBytes();
            if (!fits && (count > 0 || (size > 0 && rotate()))) {
                break;
            }
            lines.write(line);
            lines.write('\n');
            before = settings.chained() ? AuditChain.hash(line) : null;
            count++;
        }
        if (count > 0) {
            append(lines.toByteArray());
            previous = before;
            events.subList(0, count).clear();
        }
    }

    private void append(byte[] lines) throws IOException {
        FileChannel open = channel();
        long end = open.size();
        try {
            write(open, ByteBuffer.wrap(lines));
            if (settings.fsync()) {
                open.force(false);
            }
        } catch (IOException | RuntimeException | Error e) {
            undo(open, end, e);
            throw e;
        }
    }

    /** Removes what a failed write has left. If that fails too, the next opening ends the line. */
    private void undo(FileChannel open, long end, Throwable cause) {
        try {
            open.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Writes all of the bytes. */
    void write(FileChannel open, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    /** Puts the file away and begins a new one; if that is not possible, the old one goes on. */
    private boolean rotate() throws IOException {
        close(); // some systems don't rename an open file
        Path full = null;
        try {
            Path next = AuditFiles.next(file);
            Files.move(file, next);
            full = next;
        } catch (IOException e) {
            rotationFailures.failed(new UncheckedIOException(e));
        }
        open();
        if (full == null) {
            return false;
        }
        try {
            AuditFiles.permit(file, full);
            deleteOldest();
        } catch (IOException e) {
            rotationFailures.failed(new UncheckedIOException(e));
        }
        return true;
    }

    private void deleteOldest() throws IOException {
        if (settings.keep() == 0) {
            return;
        }
        List<Path> full = AuditFiles.full(file);
        for (Path old : full.subList(0, Math.max(0, full.size() - settings.keep()))) {
            Files.deleteIfExists(old);
        }
    }

    private FileChannel channel() {
        return Objects.requireNonNull(channel, "append() opens it");
    }

    /** Closes the file. */
    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
