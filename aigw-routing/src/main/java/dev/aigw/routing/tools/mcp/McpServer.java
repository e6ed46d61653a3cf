package dev.aigw.routing.tools.mcp;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.tools.ToolHints;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server: where it is, and which of its tools may be used. Immutable.
 *
 * <pre>{@code
 * McpServer files = McpServer.stdio("npx", "-y", "@modelcontextprotocol/server-filesystem", "/data")
 *     .allow("read_file", "list_directory")
 *     .build();
 * McpServer docs = McpServer.http("https://example.org/mcp")
 *     .header("Authorization", () -> "Bearer " + tokens.current())
 *     .timeout(Duration.ofSeconds(10))
 *     .build();
 * }</pre>
 */
public final class McpServer {

    private final Supplier<McpClientTransport> transport;
    private final String place;
    private final Set<String> allowed;
    private final Set<String> denied;
    private final boolean trusted;
    private final boolean optional;
    private final Duration timeout;
    private final Duration connectTimeout;

    private McpServer(Builder builder) {
        this.transport = builder.transport();
        this.place = builder.place;
        this.allowed = Set.copyOf(builder.allowed);
        this.denied = Set.copyOf(builder.denied);
        this.trusted = !builder.untrusted;
        this.optional = builder.optional;
        this.timeout = builder.timeout;
        this.connectTimeout = builder.connectTimeout;
    }

    /**
     * Starts a server that runs as a child process and speaks by its standard input and output.
     *
     * <p>The child gets no variables of this process but those that programs need to run, such as {@code PATH} and
     * {@code HOME}, so that it does not see the keys of vendors. What it writes to its standard error is logged at
     * debug level. At the end its input is closed; if it does not end then, it is told to, and at last killed, with its
     * own children.
     */
    public static Builder stdio(String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        return new Builder("the command " + command, line, null, null);
    }

    /**
     * Starts a server that is reached by streamable HTTP.
     *
     * @throws IllegalArgumentException if the URL is not one of HTTP or HTTPS
     */
    public static Builder http(String url) {
        URI uri = URI.create(url);
        if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
            throw new IllegalArgumentException(
                    "the server's URL is \"" + url + "\": use one such as" + " https://example.org/mcp");
        }
        return new Builder(uri.getScheme() + "://" + uri.getHost(), List.of(), uri, null);
    }

    /** Starts a server that is reached by a transport of the SDK or of your own; each connection makes one. */
    public static Builder of(Supplier<McpClientTransport> transport) {
        return new Builder("its transport", List.of(), null, Objects.requireNonNull(transport, "transport"));
    }

    McpClientTransport newTransport() {
        return transport.get();
    }

    /** Returns where it is, without what may be a secret. */
    String place() {
        return place;
    }

    boolean offers(String tool) {
        return (allowed.isEmpty() || allowed.contains(tool)) && !denied.contains(tool);
    }

    Set<String> allowed() {
        return allowed;
    }

    /** Returns the hints, or none if the server is not trusted with them. */
    ToolHints trust(ToolHints hints) {
        return trusted ? hints : ToolHints.NONE;
    }

    boolean isOptional() {
        return optional;
    }

    Duration timeout() {
        return timeout;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns where it is; secrets stay out of logs. */
    @Override
    public String toString() {
        return "McpServer{" + place + "}";
    }

    /**
     * Builds an {@link McpServer}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String place;
        private final List<String> command;
        private final @Nullable URI url;
        private final @Nullable Supplier<McpClientTransport> own;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, Supplier<String>> headers = new LinkedHashMap<>();
        private @Nullable Path directory;
        private Set<String> allowed = Set.of();
        private Set<String> denied = Set.of();
        private boolean untrusted;
        private boolean optional;
        private Duration timeout = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(30);

        private Builder(
                String place, List<String> command, @Nullable URI url, @Nullable Supplier<McpClientTransport> own) {
            this.place = place;
            this.command = List.copyOf(command);
            this.url = url;
            this.own = own;
        }

        /** Adds a variable to the child's environment, replacing one of that name. */
        public Builder environment(String name, String value) {
            environment.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Sets the child's working directory; this process's by default. */
        public Builder directory(Path directory) {
            once.check(0, "directory");
            this.directory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /** Adds a header to each HTTP request, replacing one of that name. */
        public Builder header(String name, String value) {
            Objects.requireNonNull(value, "value");
            return header(name, () -> value);
        }

        /** Adds a header whose value is asked for at each HTTP request, such as a token that expires. */
        public Builder header(String name, Supplier<String> value) {
            headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets the only tools that may be used, by the server's own names; all by default. A name that the server does
         * not have is a failure when its tools are first listed.
         */
        public Builder allow(String... tools) {
            once.check(1, "allow");
            allowed = new LinkedHashSet<>(List.of(tools));
            if (allowed.isEmpty()) {
                throw new IllegalArgumentException("allow names no tool: leave it out to use all of them");
            }
            return this;
        }

        /** Sets tools that may not be used, by the server's own names; none by default. */
        public Builder deny(String... tools) {
            once.check(2, "deny");
            denied = new LinkedHashSet<>(List.of(tools));
            return this;
        }

        /**
         * Ignores what the server says about its tools' effects: {@link dev.aigw.routing.tools.Tool#hints()} says
         * nothing then, and a rule that goes by them takes each tool as one that may destroy.
         */
        public Builder untrusted() {
            once.check(3, "untrusted");
            untrusted = true;
            return this;
        }

        /** Sets how long a call of a tool may take, 30 seconds by default. */
        public Builder timeout(Duration timeout) {
            once.check(4, "timeout");
            this.timeout = positive("timeout", timeout);
            return this;
        }

        /** Sets how long the start of a session and the list of tools may each take, 30 seconds by default. */
        public Builder connectTimeout(Duration timeout) {
            once.check(5, "connectTimeout");
            this.connectTimeout = positive("connectTimeout", timeout);
            return this;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " is " + value + ": use a positive duration");
            }
            return value;
        }

        /**
         * Leaves the server's tools out while it cannot be reached, with a warning in the log, and asks it again after
         * 30 seconds. By default a run that needs its tools fails.
         */
        public Builder optional() {
            once.check(6, "optional");
            optional = true;
            return this;
        }

        /**
         * Returns the server, to which nothing connects yet.
         *
         * @throws IllegalStateException if something is set that its transport has no use for
         */
        public McpServer build() {
            if (command.isEmpty() && (directory != null || !environment.isEmpty())) {
                throw new IllegalStateException(
                        "environment and directory are for a server that runs as a child process:"
                                + " use McpServer.stdio(…), or leave them out");
            }
            if (url == null && !headers.isEmpty()) {
                throw new IllegalStateException(
                        "headers are for a server that is reached by HTTP: use McpServer.http(…),"
                                + " or leave them out");
            }
            return new McpServer(this);
        }

        private Supplier<McpClientTransport> transport() {
            if (own != null) {
                return own;
            }
            URI address = url;
            if (address != null) {
                Map<String, Supplier<String>> sent = Map.copyOf(headers);
                Duration connect = connectTimeout;
                return () -> http(address, sent, connect);
            }
            Map<String, String> variables = Map.copyOf(environment);
            Path place = directory;
            return () -> new StdioTransport(new ChildProcess(command, variables, place), McpJsonDefaults.getMapper());
        }

        private static McpClientTransport http(URI url, Map<String, Supplier<String>> headers, Duration connect) {
            String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return HttpClientStreamableHttpTransport.builder(url.getScheme() + "://" + url.getRawAuthority())
                    .endpoint(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                    .connectTimeout(connect)
                    .addHttpRequestCustomizer((request, method, endpoint, body, context) ->
                            headers.forEach((name, value) -> request.setHeader(name, value.get())))
                    .build();
        }
    }
}
