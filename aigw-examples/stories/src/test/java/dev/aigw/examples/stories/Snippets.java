package dev.aigw.examples.stories;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles the Java code on the pages, all of it in one run of the compiler.
 *
 * <p>A block that declares a public type is compiled as it is, so it must have all its imports. In any other block,
 * types and methods that come first are members of a class, and what follows is the body of a method of that class. The
 * types of this project and of the JDK's usual packages are imported, a {@code ModelRouter router} and a
 * {@code ChatRequest request} are there, and so is what the page gives in a comment: {@code <!-- given: Path file;
 * -->}. A block that begins with a dot continues {@code ModelRouter.builder()}.
 */
final class Snippets {

    private static final List<String> JDK = List.of(
            "java.io",
            "java.math",
            "java.net",
            "java.nio.charset",
            "java.nio.file",
            "java.time",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.util.stream");

    /** What has the name of a type of the JDK's packages. */
    private static final String OURS = "import dev.aigw.routing.access.Authenticator; ";

    private static final Pattern EXPORTS = Pattern.compile("(?m)^\\s*exports ([\\w.]+);");
    private static final Pattern GIVEN = Pattern.compile("(?s)<!-- given: (.*?) -->");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("(?m)^public (?:final |abstract |sealed )*(?:class|record|interface|enum) (\\w+)");
    private static final Pattern IMPORTS = Pattern.compile("(?m)\\A(?:import [^\\n]*\\n|\\n)+");
    private static final Pattern MEMBERS = Pattern.compile(
            "(?:"
                    + "(?:@\\w[^\\n]*\\n|/\\*\\*.*?\\*/\\n|//[^\\n]*\\n)*"
                    + "(?:(?:private |static |final |abstract |sealed |non-sealed )*(?:class|record|interface|enum) |static )"
                    + "(?:[^\\n]*(?:\\{}|;)\\n|.*?\\n}\\n)"
                    + "\\n*)*",
            Pattern.DOTALL);

    private final String imports;
    private final Pages pages;

    /** A block as a class to compile. */
    static final class Unit extends SimpleJavaFileObject {

        private final Pages.Block block;
        private final String name;
        private final String source;

        private Unit(Pages.Block block, String name, String source) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.block = block;
            this.name = name;
            this.source = source;
        }

        /** Returns the block it was made from. */
        Pages.Block block() {
            return block;
        }

        /** Returns the full name of its class. */
        String className() {
            return name;
        }

        /** Returns it with some of its code replaced, which must be there. */
        Unit replacing(String code, String replacement) {
            if (!source.contains(code)) {
                throw new AssertionError(block.page() + ":" + block.line() + " has no " + code);
            }
            return new Unit(block, name, source.replace(code, replacement));
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }

    private Snippets(Pages pages, String imports) {
        this.pages = pages;
        this.imports = imports;
    }

    static Snippets of(Pages pages) throws IOException {
        List<String> packages = new ArrayList<>(JDK);
        for (Path module : Pages.files("module-info.java")) {
            EXPORTS.matcher(Files.readString(module)).results().forEach(line -> packages.add(line.group(1)));
        }
        return new Snippets(
                pages,
                OURS + packages.stream().map(name -> "import " + name + ".*; ").collect(Collectors.joining()));
    }

    /** Returns the Java blocks of all pages but those of other libraries, as classes. */
    List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        for (Pages.Block block : pages.blocks("java")) {
            if (!block.note().startsWith("theirs")) {
                units.add(unit(block, "page" + units.size()));
            }
        }
        return units;
    }

    /** The lines of the source are those of the block: what is added, is added within lines. */
    private Unit unit(Pages.Block block, String folder) {
        String code = block.code();
        Matcher type = PUBLIC_TYPE.matcher(code);
        if (type.find()) {
            return new Unit(block, folder + "." + type.group(1), "package " + folder + "; " + code);
        }
        int imported = end(IMPORTS, code, 0);
        int members = end(MEMBERS, code, imported);
        String statements = code.substring(members);
        String start = statements.startsWith(".") ? "ModelRouter.builder()" : "";
        return new Unit(
                block,
                folder + ".Snippet",
                "package " + folder + "; " + imports + code.substring(0, imported)
                        + "@SuppressWarnings(\"all\") class Snippet { ModelRouter router; ChatRequest request; "
                        + given(block.page()) + code.substring(imported, members)
                        + "void run() throws Exception { " + start + statements + (start.isEmpty() ? "" : ".build();")
                        + "}}");
    }

    private String given(Path page) {
        return GIVEN.matcher(pages.texts().get(page))
                .results()
                .map(given -> given.group(1).replaceAll("\\s+", " ") + " ")
                .collect(Collectors.joining());
    }

    private static int end(Pattern pattern, String code, int from) {
        Matcher matcher = pattern.matcher(code).region(from, code.length());
        return matcher.lookingAt() ? matcher.end() : from;
    }

    /** Compiles into {@code folder}, and returns what the compiler refuses, by page and line. */
    static List<String> compile(List<Unit> units, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        StringWriter out = new StringWriter();
        List<String> options = List.of(
                "-proc:none",
                "--release",
                "17",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-d",
                folder.toString());
        boolean done = compiler.getTask(out, null, found, options, null, units).call();
        List<String> errors = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> error : found.getDiagnostics()) {
            if (error.getKind() == Diagnostic.Kind.ERROR) {
                errors.add(
                        error.getSource() instanceof Unit unit
                                ? unit.block.page() + ":" + (unit.block.line() + error.getLineNumber() - 1) + ": "
                                        + error.getMessage(Locale.ROOT)
                                : error.toString());
            }
        }
        if (!done && errors.isEmpty()) {
            errors.add("the compiler failed: " + out);
        }
        return errors;
    }
}
