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
        for (Path sibling : siblings(file)) {
            int number = number(file, sibling);
            if (number > 0 && sibling.equals(named(file, number))) {
                full.add(sibling);
            }
        }
        full.sort(Comparator.comparingInt(each -> number(file, each)));
        return full;
    }

    private static List<Path> siblings(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> siblings = Files.list(folder)) {
            return siblings.map(each -> file.resolveSibling(each.getFileName())).toList();
        }
    }

    private static Path named(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
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
        int last = 0;
        for (Path sibling : siblings(file)) {
            last = Math.max(last, number(file, sibling));
        }
        return named(file, last + 1);
    }

    /** Returns the number of a full file, which somebody may have compressed since, or 0 if it is none of this log. */
    private static int number(Path file, Path other) {
        String prefix = file.getFileName() + ".";
        String name = other.getFileName().toString();
        if (!name.startsWith(prefix)) {
            return 0;
        }
        int end = name.indexOf('.', prefix.length());
        String digits = name.substring(prefix.length(), end < 0 ? name.length() : end);
        boolean isNumber = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(digits) : 0;
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
