package dev.aigw.routing.transform.mustache;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.aigw.routing.transform.PromptEngine;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Prompts in Mustache: {@code {{name}}}, sections {@code {{#items}}…{{/items}}}, inverted ones {@code {{^items}}…},
 * comments {@code {{! … }}}, and prompts included by {@code {{> name@version}}}.
 *
 * <p>There is no code in it: no lambdas, no methods or fields of objects, only maps and lists. Nothing is escaped for
 * HTML: {@code {{name}}} and {@code {{{name}}}} are the same. A name without a value is an error; a variable that is
 * optional and has none is empty. A section is left out for {@code false}, null, an empty text and an empty list.
 * Thread-safe.
 */
public final class MustacheEngine implements PromptEngine {

    /** Creates an engine. */
    public MustacheEngine() {}

    @Override
    public Compiled compile(String text, UnaryOperator<String> partials) {
        Map<String, String> included = new LinkedHashMap<>();
        Mustache.Compiler compiler = Mustache.compiler()
                .escapeHTML(false)
                .strictSections(true)
                .nullValue("")
                .emptyStringIsFalse(true)
                .withCollector(new PlainCollector())
                .withLoader(name -> new StringReader(included.getOrDefault(name, "")));
        return new Text(compile(compiler, text, partials, included, new LinkedHashSet<>()), included, compiler);
    }

    /** Compiles a text, and all that it includes, so that what is missing is known now. */
    private static Template compile(
            Mustache.Compiler compiler,
            String text,
            UnaryOperator<String> partials,
            Map<String, String> included,
            Set<String> path) {
        Template template;
        try {
            template = compiler.compile(text);
        } catch (MustacheException e) {
            throw new IllegalArgumentException(
                    (path.isEmpty() ? "" : "in what it includes by " + path + ", ") + e.getMessage(), e);
        }
        Names names = new Names(any -> false);
        template.visit(names);
        if (names.openTag && !text.contains("{{=")) {
            throw new IllegalArgumentException((path.isEmpty() ? "" : "in what it includes by " + path + ", ")
                    + "a tag that begins with {{ does not end with }}");
        }
        for (String name : names.includes) {
            if (!path.add(name)) {
                throw new IllegalArgumentException("it includes itself, by " + path);
            }
            included.put(name, partials.apply(name));
            compile(compiler, included.get(name), partials, included, path);
            path.remove(name);
        }
        return template;
    }

    /** A compiled text with all that it includes. */
    private record Text(Template template, Map<String, String> included, Mustache.Compiler compiler)
            implements Compiled {

        @Override
        public Set<String> names(Predicate<String> opensScope) {
            Names names = new Names(opensScope);
            template.visit(names);
            Set<String> seen = new TreeSet<>();
            while (!seen.containsAll(names.includes)) {
                for (String name : Set.copyOf(names.includes)) {
                    if (seen.add(name)) {
                        compiler.compile(included.getOrDefault(name, "")).visit(names);
                    }
                }
            }
            return names.variables;
        }

        @Override
        public String render(Map<String, @Nullable Object> values) {
            try {
                return template.execute(values);
            } catch (MustacheException.Context e) {
                throw new IllegalArgumentException("\"" + e.key + "\" in line " + e.lineNo + " has no value", e);
            } catch (MustacheException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    /** Collects the names in a text. */
    private static final class Names implements Mustache.Visitor {

        final Set<String> variables = new TreeSet<>();
        final Set<String> includes = new LinkedHashSet<>();
        boolean openTag;
        private final Predicate<String> opensScope;

        Names(Predicate<String> opensScope) {
            this.opensScope = opensScope;
        }

        private void add(String name) {
            int dot = name.indexOf('.');
            String root = dot < 0 ? name : name.substring(0, dot);
            if (!root.isEmpty() && !root.equals("this") && !root.startsWith("-")) {
                variables.add(root);
            }
        }

        @Override
        public void visitText(String text) {
            openTag |= text.contains("{{");
        }

        @Override
        public void visitVariable(String name) {
            add(name);
        }

        @Override
        public boolean visitInclude(String name) {
            includes.add(name);
            return false;
        }

        @Override
        public boolean visitParent(String name) {
            includes.add(name);
            return false;
        }

        @Override
        public boolean visitSection(String name) {
            add(name);
            return !opensScope.test(name);
        }

        @Override
        public boolean visitInvertedSection(String name) {
            add(name);
            return true;
        }
    }
}
