package dev.aigw.routing.transform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where prompts are kept: files, resources, memory, or your own store, such as a database or a service. Safe for use by
 * many threads.
 *
 * <pre>{@code
 * PromptRegistry.folder(Path.of("prompts"), Duration.ofSeconds(30))
 * PromptRegistry.classpath(App.class, "prompts/support@3.prompt", "prompts/support@4.prompt")
 * PromptRegistry own = (name, version) -> database.prompt(name, version);
 * }</pre>
 */
@FunctionalInterface
public interface PromptRegistry {

    /**
     * Returns a prompt, or null if there is none. It is asked in each call that uses a prompt, so keep what is far away
     * in memory, and return equal prompts as the same object.
     *
     * @param version the version, or null for the latest
     */
    @Nullable
    PromptTemplate find(String name, @Nullable String version);

    /**
     * Reads the prompts again; does nothing by default. Calls see all prompts as they were before, or all new ones. If
     * it throws, the router logs it, and the prompts that are known stay in use.
     */
    default void refresh() {}

    /** Returns how often a router calls {@link #refresh}; null, the default, for never. */
    default @Nullable Duration interval() {
        return null;
    }

    /** Returns this registry, with {@code other} for what is missing here. */
    default PromptRegistry orElse(PromptRegistry other) {
        return new PromptRegistries(this, other);
    }

    /**
     * Returns the prompts in the files {@code name@version.prompt} of a folder and its subfolders, read once. The file
     * {@code billing/refund@2.prompt} is version 2 of the prompt {@code billing/refund}. Files whose names begin with a
     * dot are left out.
     *
     * @throws IllegalArgumentException if a file has another form; the message names the file and the line
     * @throws UncheckedIOException if one cannot be read
     * @see PromptTemplate
     */
    static PromptRegistry folder(Path folder) {
        return new PromptFolder(folder, null);
    }

    /**
     * Returns the prompts of a {@link #folder(Path)}, which a router reads again at an interval. If a file cannot be
     * read then, all prompts stay as they were, and the failure is logged.
     *
     * @throws IllegalArgumentException as {@link #folder(Path)} does, and if the interval is not positive
     */
    static PromptRegistry folder(Path folder, Duration every) {
        return new PromptFolder(folder, every);
    }

    /**
     * Returns the prompts in resources {@code name@version.prompt}. The folders of a resource's path are not part of
     * the name.
     *
     * @param anchor a class of the module that has the resources; paths are relative to its package, or begin with a
     *     slash
     * @throws IllegalArgumentException if there is no such resource, or it has another form
     */
    static PromptRegistry classpath(Class<?> anchor, String... resources) {
        List<PromptTemplate> prompts = new ArrayList<>();
        for (String resource : resources) {
            try (InputStream in = anchor.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalArgumentException("there is no resource " + resource + " for " + anchor.getName()
                            + ": a path is relative to the class, or begins with a slash");
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                prompts.add(PromptFolder.named(resource.substring(resource.lastIndexOf('/') + 1), text));
            } catch (IOException e) {
                throw new UncheckedIOException("the prompt " + resource + " cannot be read", e);
            }
        }
        return new PromptTable(prompts);
    }

    /**
     * Returns these prompts.
     *
     * @throws IllegalArgumentException if two have the same name and version
     */
    static PromptRegistry of(PromptTemplate... prompts) {
        return new PromptTable(List.of(prompts));
    }
}
