package dev.aigw.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The secret in a file, read again when the file has changed. Safe for use by many threads: one of them checks the file
 * when a check is due, the others use the current secret.
 */
final class SecretFile implements Supplier<String> {

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The file's attributes; a mounted secret rotates when a new file replaces the old one. */
    private record Look(
            FileTime modified, long size, @Nullable Object key) {}

    private record Read(Look look, String secret) {}

    private final Path file;
    private final LongSupplier nanoTime;
    private final AtomicLong lookedNanos;
    private volatile Read read;

    SecretFile(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
        this.lookedNanos = new AtomicLong(nanoTime.getAsLong());
        try {
            this.read = read(look());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the secret's file " + file + " cannot be read: check its path and who may read it", e);
        }
        if (read.secret.isEmpty()) {
            throw new IllegalArgumentException("the secret's file " + file + " is blank: put the secret into it");
        }
    }

    @Override
    public String get() {
        long now = nanoTime.getAsLong();
        long looked = lookedNanos.get();
        if (now - looked >= LOOK_EVERY_NANOS && lookedNanos.compareAndSet(looked, now)) {
            refresh();
        }
        return read.secret;
    }

    private void refresh() {
        try {
            Look look = look();
            if (!look.equals(read.look)) {
                Read next = read(look);
                if (!next.secret.isEmpty()) {
                    read = next;
                }
            }
        } catch (IOException e) {
            // the file is being replaced: keep the current secret; the next check may find the new one
        }
    }

    private Look look() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Look(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private Read read(Look look) throws IOException {
        return new Read(look, Credential.trimmed(Files.readString(file)));
    }
}
