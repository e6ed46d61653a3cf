package dev.aigw.routing.transform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The prompts in the files of a folder. A refresh reads all of them or changes nothing. Safe for use by many threads.
 */
final class PromptFolder implements PromptRegistry {

    private static final String SUFFIX = ".prompt";
    private static final long MOST_BYTES = 1 << 20;

    private final Path folder;
    private final @Nullable Duration every;
    private volatile PromptTable table;

    PromptFolder(Path folder, @Nullable Duration every) {
        if (every != null && (every.isNegative() || every.isZero())) {
            throw new IllegalArgumentException("the prompts are read every " + every + ": use a positive duration");
        }
        this.folder = folder;
        this.every = every;
        this.table = read(folder);
    }

    private static PromptTable read(Path folder) {
        List<Path> files = new ArrayList<>();
        collect(folder, files);
        return new PromptTable(files.stream().map(file -> prompt(folder, file)).toList());
    }

    /** Hidden files and folders are left out: a mounted volume keeps its older contents in such. */
    private static void collect(Path folder, List<Path> files) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".")) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    collect(entry, files);
                } else if (name.endsWith(SUFFIX)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the prompts of " + folder + " cannot be read", e);
        }
    }

    private static PromptTemplate prompt(Path folder, Path file) {
        String path =
                folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(path + " is larger than 1 MiB: a prompt is a text of some pages");
            }
            return named(path, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the prompt " + path + " cannot be read", e);
        }
    }

    /** Returns the prompt of a file, by the name and the version in its path or in its first lines. */
    static PromptTemplate named(String path, String text) {
        String stem = path.endsWith(SUFFIX) ? path.substring(0, path.length() - SUFFIX.length()) : path;
        int at = stem.lastIndexOf('@');
        PromptFile file = new PromptFile(path, text);
        String name = file.header("name");
        String version = file.header("version");
        if (at < 0 && version == null) {
            throw new IllegalArgumentException(path + " has no version: name it " + stem + "@1" + SUFFIX
                    + ", or begin it with a line \"version: 1\"");
        }
        String ofPath = at < 0 ? stem : stem.substring(0, at);
        return file.read(at >= 0 || name == null ? ofPath : name, at >= 0 ? stem.substring(at + 1) : given(version));
    }

    private static String given(@Nullable String version) {
        return version == null ? "" : version;
    }

    @Override
    public @Nullable PromptTemplate find(String name, @Nullable String version) {
        return table.find(name, version);
    }

    @Override
    public void refresh() {
        table = read(folder);
    }

    @Override
    public @Nullable Duration interval() {
        return every;
    }

    /** Returns the folder. */
    @Override
    public String toString() {
        return "PromptFolder{" + folder + "}";
    }
}
