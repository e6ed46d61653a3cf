package dev.aigw.routing.access.keys;

import dev.aigw.api.internal.JsonFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys in one JSON file, for thousands of keys and the processes of one machine. The file has hashes and no
 * secret.
 *
 * <p>A change writes a new file beside the old one, forces it to the disk, and puts it in the old one's place in one
 * step, so that a crash leaves one or the other whole. Only its owner may read it, where the file system has such
 * permissions. Processes that write at once wait for each other by a lock on {@code <file>.lock}, up to five seconds.
 *
 * <p>A new key that another process wrote is known at once, other changes, also those by hand, after at most a quarter
 * of a second: the next call that looks up a key checks the file. If the file is damaged or missing then, the last good
 * copy serves, an error is logged, and nothing is written until it is whole again. To revoke all keys by hand, put an
 * empty list in it; don't delete it.
 *
 * <p>All keys are in memory too. Safe for use by many threads and processes. Nothing needs to be closed.
 */
public final class FileKeyStore implements KeyStore {

    private static final Logger log = LoggerFactory.getLogger(FileKeyStore.class);

    private static final String FORM = "api-keys";
    private static final int FORM_VERSION = 1;
    private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LOCK_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long LOCK_RETRY_NANOS = Duration.ofMillis(5).toNanos();
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Locks within this JVM: a file lock holds for the whole JVM, so two stores of one file need this as well. */
    private static final ConcurrentMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final Path file;
    private final Path lockFile;
    private final ReentrantLock lock;
    private final ReentrantLock checking = new ReentrantLock();
    private final AtomicLong checkedAt = new AtomicLong();
    private volatile Content content;

    /** What the file had. */
    private record Content(
            Map<String, StoredKey> keys, @Nullable Seen seen) {}

    /** What tells one state of the file from another, and whether it could be read. */
    private record Seen(@Nullable Object fileKey, Instant modified, long size, boolean good) {

        boolean isSameFile(@Nullable Seen other) {
            return other != null
                    && Objects.equals(fileKey, other.fileKey)
                    && modified.equals(other.modified)
                    && size == other.size;
        }
    }

    private FileKeyStore(Path file) throws IOException {
        this.file = file;
        this.lockFile = file.resolveSibling(file.getFileName() + ".lock");
        this.lock = LOCKS.computeIfAbsent(file, path -> new ReentrantLock());
        this.content = Files.exists(file) ? read() : new Content(Map.of(), null);
        this.checkedAt.set(System.nanoTime());
    }

    /**
     * Opens a file of keys; the first change makes it if it does not exist.
     *
     * @throws KeyStoreException if the file is damaged or cannot be read, or its folder does not exist
     */
    public static FileKeyStore open(Path file) {
        try {
            Path absolute = file.toAbsolutePath();
            Path folder = absolute.getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw new KeyStoreException("the folder of " + absolute + " does not exist: make it first", null);
            }
            FileKeyStore store =
                    new FileKeyStore(folder.toRealPath().resolve(absolute.getFileName())); // one lock for one file
            store.warnOfReaders();
            return store;
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyStoreException(file + " cannot be read as a file of keys: " + e.getMessage(), e);
        }
    }

    private void warnOfReaders() throws IOException {
        if (isPosix() && Files.exists(file)) {
            Set<PosixFilePermission> present = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(present)) {
                log.warn(
                        "{} may be used by others than its owner ({}): set rw-------",
                        file,
                        PosixFilePermissions.toString(present));
            }
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    // Reading.

    @Override
    public @Nullable StoredKey find(String id) {
        StoredKey known = current().get(id);
        return known == null ? checked().get(id) : known; // it may be new
    }

    @Override
    public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        return InMemoryKeyStore.page(checked(), tenant, after, most);
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    private Map<String, StoredKey> current() {
        long last = checkedAt.get();
        long now = System.nanoTime();
        if (now - last >= CHECK_NANOS && checking.tryLock()) {
            try {
                checkedAt.set(now);
                refresh();
            } finally {
                checking.unlock();
            }
        }
        return content.keys;
    }

    /** Returns the keys after a look at the file. */
    private Map<String, StoredKey> checked() {
        checking.lock();
        try {
            refresh();
            return content.keys;
        } finally {
            checking.unlock();
        }
    }

    /**
     * Reads the file again if it has changed.
     *
     * @return whether the keys in memory are what it has
     */
    private boolean refresh() {
        Content known = content;
        Seen seen = null;
        try {
            seen = look();
            if (seen.isSameFile(known.seen)) {
                return known.seen != null && known.seen.good;
            }
            content = read();
            return true;
        } catch (NoSuchFileException e) {
            if (known.seen == null) {
                return true; // there has been none yet
            }
            keepLastGood(known, new Seen(null, Instant.EPOCH, -1, false), "it is missing", e);
        } catch (IOException | IllegalArgumentException e) {
            keepLastGood(
                    known,
                    seen == null ? new Seen(null, Instant.EPOCH, -2, false) : seen,
                    String.valueOf(e.getMessage()),
                    e);
        }
        return false;
    }

    private void keepLastGood(Content known, Seen bad, String why, Exception cause) {
        if (!bad.isSameFile(known.seen)) {
            log.error(
                    "{} cannot be read ({}): the {} keys read before stay valid, and no change can be made until it is"
                            + " whole again",
                    file,
                    why,
                    known.keys.size(),
                    cause);
            content = new Content(known.keys, bad);
        }
    }

    private Seen look() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Seen(attributes.fileKey(), attributes.lastModifiedTime().toInstant(), attributes.size(), false);
    }

    private Content read() throws IOException {
        Seen before = look(); // a change while it is read is seen next time
        JsonFields fields = JsonFields.read(StoredKey.parse(Files.readString(file)), FORM, FORM_VERSION);
        Map<String, StoredKey> keys = new HashMap<>();
        for (StoredKey key : fields.list("keys", (plain, path) -> StoredKey.fromPlain(plain))) {
            if (keys.put(key.id(), key) != null) {
                throw new IllegalArgumentException("key " + key.id() + " is there twice");
            }
        }
        return new Content(keys, new Seen(before.fileKey, before.modified, before.size, true));
    }

    // Writing.

    @Override
    public boolean add(StoredKey key) {
        return change(keys -> keys.putIfAbsent(key.id(), key) == null);
    }

    @Override
    public boolean replace(StoredKey key, long version) {
        return change(keys -> {
            StoredKey known = keys.get(key.id());
            if (known == null || known.version() != version) {
                return false;
            }
            keys.put(key.id(), key.usedAt(known.key().lastUsed()));
            return true;
        });
    }

    @Override
    public void remove(String id) {
        change(keys -> keys.remove(id) != null);
    }

    @Override
    public void used(Map<String, Instant> times) {
        change(keys -> {
            boolean[] changed = new boolean[1];
            times.forEach((id, time) -> keys.computeIfPresent(id, (same, known) -> {
                StoredKey used = known.usedAt(time);
                changed[0] |= used != known;
                return used;
            }));
            return changed[0];
        });
    }

    /** Changes the file, if {@code change} says that it changed anything, while no other process does. */
    private boolean change(Predicate<Map<String, StoredKey>> change) {
        lock.lock();
        try (FileChannel channel = FileChannel.open(
                        lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), permissions());
                FileLock held = acquire(channel)) {
            checking.lock();
            try {
                if (!refresh()) {
                    throw new KeyStoreException(
                            file + " is damaged or missing, and is not overwritten: restore it first", null);
                }
                Map<String, StoredKey> keys = new TreeMap<>(content.keys);
                if (!change.test(keys)) {
                    return false;
                }
                write(keys);
                content = read();
                return held.isValid();
            } finally {
                checking.unlock();
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyStoreException(file + " could not be written: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private FileLock acquire(FileChannel channel) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            FileLock held = channel.tryLock();
            if (held != null) {
                return held;
            }
            if (System.nanoTime() - begun > LOCK_NANOS || Thread.currentThread().isInterrupted()) {
                throw new KeyStoreException(
                        "another process holds " + lockFile + " for more than "
                                + TimeUnit.NANOSECONDS.toSeconds(LOCK_NANOS) + " s",
                        null);
            }
            LockSupport.parkNanos(LOCK_RETRY_NANOS);
        }
    }

    private void write(Map<String, StoredKey> keys) throws IOException {
        String json = StoredKey.write(JsonFields.of(FORM, FORM_VERSION)
                .with("keys", List.copyOf(keys.values()), StoredKey::plain)
                .plain());
        Path next = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp", permissions());
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
        forceFolder();
    }

    /** Forces the new name to the disk, where the file system can open folders. */
    private void forceFolder() throws IOException {
        if (isPosix()) {
            try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private static FileAttribute<?>[] permissions() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return "FileKeyStore{" + file + "}";
    }
}
