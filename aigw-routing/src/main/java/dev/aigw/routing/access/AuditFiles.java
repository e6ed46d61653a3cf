package dev.aigw.routing.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of one audit log: the one that is written, and beside it the full ones, whose names end in growing numbers.
 * A full file is renamed once and never again.
 */
final class AuditFiles {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int MOST_DIGITS = 9;

    private AuditFiles() {}

    /** Returns the full files, the oldest first. */
    static List<Path> full(Path file) throws IOException {
        List<Path> full = new ArrayList<>();
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return full;
        }
        try (Stream<Path> siblings = Files.list(folder)) {
            siblings.filter(each -> number(file, each) > 0).forEach(full::add);
        }
        full.sort(Comparator.comparingInt(each -> number(file, each)));
        return full;
    }

    /** Returns all files, the oldest first. */
    static List<Path> all(Path file) throws IOException {
        List<Path> all = full(file);
        if (Files.exists(file)) {
            all.add(file);
        }
        return all;
    }

    /** Returns the name under which the present file is put away once it is full. */
    static Path next(Path file) throws IOException {
        List<Path> full = full(file);
        int last = full.isEmpty() ? 0 : number(file, full.get(full.size() - 1));
        return file.resolveSibling(file.getFileName() + "." + (last + 1));
    }

    /** Returns the number of a full file, or 0 if it is none of this log. */
    private static int number(Path file, Path other) {
        String prefix = file.getFileName() + ".";
        String name = other.getFileName().toString();
        if (!name.startsWith(prefix) || name.length() > prefix.length() + MOST_DIGITS) {
            return 0;
        }
        String digits = name.substring(prefix.length());
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : 0;
    }

    /** Creates the file unless it exists. Only its owner may read and write it, where the file system knows owners. */
    static void create(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        if (hasOwners(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createFile(file);
        }
    }

    /** Gives the file the permissions of the one before it: somebody may have let a log shipper read that. */
    static void permit(Path file, Path before) throws IOException {
        if (hasOwners(file)) {
            Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(before));
        }
    }

    private static boolean hasOwners(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
