package dev.aigw.routing.transform;

import dev.aigw.api.chat.Message;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prompt with variables: a name, a version, and the texts of messages. Immutable.
 *
 * <p>Its texts are templates of the {@link PromptEngine}, such as Mustache. Most teams keep one as a file:
 *
 * <pre>
 * # support@3.prompt: comments and variables first, then the messages
 * description: Answers a customer's question.
 * variable product: text, trusted
 * variable language: text, trusted, default English
 * variable question: text, untrusted
 * --- system
 * You answer questions of {{product}}'s customers, in {{language}}.
 * --- user
 * {{question}}
 * </pre>
 *
 * <p>A line {@code variable name:} has, separated by commas, a type ({@code text} by default, {@code number},
 * {@code integer}, {@code boolean}, {@code list} or {@code map}), {@code trusted} or {@code untrusted} (the default),
 * {@code optional}, and last {@code default} with a value. A line {@code --- role} begins a message of a
 * {@code system}, a {@code user} or an {@code assistant}; blank lines around its text are dropped. A line of the text
 * that would begin with {@code ---} begins with {@code \---}. {@code name} and {@code version} may stand among the
 * first lines, for files whose names don't have them.
 */
public final class PromptTemplate {

    /**
     * A message of a template.
     *
     * @param role whose message it is: system, user or assistant
     * @param text the template of its text
     */
    public record Part(Message.Role role, String text) {
        /** Checks the role. */
        public Part {
            Objects.requireNonNull(text, "text");
            if (role == Message.Role.TOOL) {
                throw new IllegalArgumentException("a prompt has no messages of tools: use system, user or assistant");
            }
        }

        /** Leaves the text out. */
        @Override
        public String toString() {
            return "Part{" + role + ", " + text.length() + " chars}";
        }
    }

    private final String name;
    private final PromptVersion version;
    private final String description;
    private final Map<String, PromptVariable> variables;
    private final List<Part> parts;

    private PromptTemplate(Builder builder) {
        this.name = builder.name;
        this.version = builder.version;
        this.description = builder.description == null ? "" : builder.description;
        this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(builder.variables));
        this.parts = List.copyOf(builder.parts);
    }

    /**
     * Starts a prompt.
     *
     * @param name letters, digits, {@code _}, {@code -}, {@code .} and {@code /}
     * @param version letters, digits, {@code .}, {@code _} and {@code -}, such as {@code 3} or {@code 2026-11-30}
     * @throws IllegalArgumentException if one has another form
     */
    public static Builder builder(String name, String version) {
        return new Builder(name, version);
    }

    /**
     * Returns the prompt of a text in the form of a file.
     *
     * @param name the prompt's name
     * @param version the prompt's version
     * @throws IllegalArgumentException if the text has another form; the message names the line
     */
    public static PromptTemplate parse(String name, String version, String text) {
        return new PromptFile(name + "@" + version, text).read(name, version);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the version. */
    public String version() {
        return version.text();
    }

    PromptVersion ordered() {
        return version;
    }

    /** Returns name and version, as in {@code support@3}. */
    public String id() {
        return name + "@" + version.text();
    }

    /** Returns what it is for; empty by default. */
    public String description() {
        return description;
    }

    /** Returns the variables, in the order in which they were added. */
    public List<PromptVariable> variables() {
        return List.copyOf(variables.values());
    }

    Map<String, PromptVariable> byName() {
        return variables;
    }

    /** Returns the messages. */
    public List<Part> parts() {
        return parts;
    }

    /** Returns whether values of users, documents or tools may be in it. */
    boolean takesUntrusted() {
        return variables.values().stream().anyMatch(each -> each.origin() == PromptVariable.Origin.UNTRUSTED);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PromptTemplate that
                && name.equals(that.name)
                && version.equals(that.version)
                && description.equals(that.description)
                && variables.equals(that.variables)
                && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, version, parts);
    }

    /** Returns name and version; content stays out of logs. */
    @Override
    public String toString() {
        return "PromptTemplate{" + id() + "}";
    }

    static void checkName(String name) {
        boolean good = !name.isEmpty()
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_-./".indexOf(c) >= 0));
        if (!good) {
            throw new IllegalArgumentException("\"" + name
                    + "\" is no name of a prompt: use letters of ASCII, digits, _, -, . and /, such as support/refund");
        }
    }

    /**
     * Builds a {@link PromptTemplate}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String name;
        private final PromptVersion version;
        private @Nullable String description;
        private final Map<String, PromptVariable> variables = new LinkedHashMap<>();
        private final List<Part> parts = new ArrayList<>();

        private Builder(String name, String version) {
            checkName(name);
            this.name = name;
            this.version = new PromptVersion(version);
        }

        /** Sets what it is for; empty by default. */
        public Builder description(String description) {
            once.check(0, "description");
            this.description = Objects.requireNonNull(description, "description");
            return this;
        }

        /**
         * Adds a variable.
         *
         * @throws IllegalArgumentException if there is one of that name
         */
        public Builder variable(PromptVariable variable) {
            if (variables.putIfAbsent(variable.name(), variable) != null) {
                throw new IllegalArgumentException(
                        "prompt " + name + ": variable \"" + variable.name() + "\" is declared twice: remove one");
            }
            return this;
        }

        /** Adds a system message. */
        public Builder system(String text) {
            return message(Message.Role.SYSTEM, text);
        }

        /** Adds a user's message. */
        public Builder user(String text) {
            return message(Message.Role.USER, text);
        }

        /** Adds an answer, as an example. */
        public Builder assistant(String text) {
            return message(Message.Role.ASSISTANT, text);
        }

        /** Adds a message. */
        public Builder message(Message.Role role, String text) {
            parts.add(new Part(role, text));
            return this;
        }

        /**
         * Returns the prompt.
         *
         * @throws IllegalArgumentException if it has no messages
         */
        public PromptTemplate build() {
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("prompt " + name + "@" + version.text()
                        + " has no messages: add one, in a file after a line \"--- system\" or \"--- user\"");
            }
            return new PromptTemplate(this);
        }
    }
}
