package dev.aigw.examples.ecosystem;

import java.io.File;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The jars that this JVM was started with. */
final class Libraries {

    private static final double MIB = 1024 * 1024;

    private Libraries() {}

    /**
     * Prints them with their sizes.
     *
     * @throws IllegalStateException if those of other projects weigh more than the system property {@code most.mib}
     */
    static void print() {
        List<File> others = new ArrayList<>();
        List<File> ours = new ArrayList<>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            Stream.of(System.getProperty(property, "").split(File.pathSeparator))
                    .map(File::new)
                    .filter(File::isFile)
                    .forEach(jar -> (jar.getName().startsWith("aigw-") ? ours : others).add(jar));
        }
        others.sort(Comparator.comparing(File::getName));
        double weight = weight(others);
        System.out.printf(
                Locale.ROOT,
                "%s on Java %s: %d jars of other projects, %.2f MiB; ours %.2f MiB%n",
                System.getProperty("project"),
                Runtime.version().feature(),
                others.size(),
                weight,
                weight(ours));
        others.forEach(jar -> System.out.printf(Locale.ROOT, "    %9d  %s%n", jar.length(), jar.getName()));
        double most = Double.parseDouble(System.getProperty("most.mib", "1000"));
        if (weight > most) {
            throw new IllegalStateException("other projects' jars weigh " + weight + " MiB, more than " + most);
        }
    }

    private static double weight(List<File> jars) {
        return jars.stream().mapToLong(File::length).sum() / MIB;
    }
}
