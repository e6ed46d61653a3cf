package dev.aigw.examples.stories;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@link FleetMember} in its own JVM, on this JVM's class path. Used by one thread. */
final class FleetProcess implements AutoCloseable {

    private static final long END_SECONDS = 10;

    private final String name;
    private final Process process;
    private final PrintWriter questions;
    private final BufferedReader answers;

    private FleetProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.questions = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a JVM; call {@link #awaitReady} before {@link #ask}. */
    static FleetProcess start(String name, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                FleetMember.class.getName()));
        command.addAll(List.of(args));
        try {
            return new FleetProcess(
                    name,
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a JVM", e);
        }
    }

    /** Returns this JVM's class path, which Maven keeps in a class loader when it runs a story itself. */
    static String classPath() {
        if (FleetProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs())
                    .map(FleetProcess::path)
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        return Path.of(URI.create(url.toString())).toString();
    }

    String name() {
        return name;
    }

    void awaitReady() {
        String line = answer();
        if (!line.equals(FleetMember.READY)) {
            throw new IllegalStateException(name + " says " + line);
        }
    }

    /** Asks as a tenant, and returns the outcome. */
    String ask(String tenant, String question) {
        begin(tenant, question);
        return answer();
    }

    /** Asks, and does not wait for the answer. */
    void begin(String tenant, String question) {
        questions.println(tenant + FleetMember.SEPARATOR + question);
    }

    /** Returns the deployments that cool down. */
    String cooling() {
        questions.println(FleetMember.COOLING);
        return answer();
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the JVM " + name + " has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once, whatever it is doing. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends it normally, or else at once. */
    @Override
    public void close() {
        questions.close();
        if (!awaitEnd()) {
            kill();
        }
    }
}
