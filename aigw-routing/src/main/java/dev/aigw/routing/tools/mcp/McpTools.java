package dev.aigw.routing.tools.mcp;

import dev.aigw.api.GatewayException;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolHints;
import dev.aigw.routing.tools.ToolSource;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tools of MCP servers, for any model.
 *
 * <pre>{@code
 * try (McpTools mcp = McpTools.builder()
 *     .server("files", McpServer.stdio("npx", "-y", "@modelcontextprotocol/server-filesystem", "/data").build())
 *     .server("docs", McpServer.http("https://example.org/mcp").deny("delete_page").build())
 *     .build()) {
 *   ToolLoop loop = ToolLoop.builder(router)
 *       .tools(mcp)
 *       .approve(request -> !request.hints().mayDestroy())
 *       .build();
 *   System.out.println(loop.run("assistant", "Which files mention Oslo?").text());
 * }
 * }</pre>
 *
 * <p>A session begins when its tools are first needed, and begins again when it was lost: when the child process has
 * ended, or an HTTP server no longer knows it. A call that a lost session may have carried out is not repeated; the
 * model reads that it failed. Lists of tools are kept until the server says that they have changed, or
 * {@link #refresh()}.
 *
 * <p>Names are those of the servers where all vendors take them and no two are the same; otherwise characters are
 * replaced by {@code _}, a name of two servers' tools gets its server's before it, as in {@code docs_search}, and one
 * of more than 64 characters is cut, with a hash behind it: {@link #origin}.
 *
 * <p>A model reads texts, resources and images (PNG, JPEG, GIF, WebP) of results; of anything else, what it is.
 *
 * <p>Tools of others are untrusted input: their descriptions and results may try to direct the model. Allow what is
 * needed, and approve what has effects.
 *
 * <p>Safe for use by many threads. Closing it ends the sessions and the child processes.
 */
public final class McpTools implements ToolSource, AutoCloseable {

    /**
     * Where a tool comes from.
     *
     * @param server the name that its server was given here
     * @param tool the name that it has there
     */
    public record Origin(String server, String tool) {}

    /** A list of tools, and what it was made from. */
    private record Listed(List<List<McpSchema.Tool>> from, List<Tool> tools, Map<String, Origin> origins) {}

    private final List<McpConnection> connections;
    private final boolean prefixed;
    private volatile @Nullable Listed listed;

    private McpTools(Builder builder) {
        List<McpConnection> made = new ArrayList<>();
        Consumer<String> listener = builder.listener == null ? name -> {} : builder.listener;
        builder.servers.forEach((name, server) -> made.add(new McpConnection(name, server, listener)));
        this.connections = List.copyOf(made);
        this.prefixed = builder.prefixed;
    }

    /** Starts without servers. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the tools of all servers, of now.
     *
     * @throws GatewayException of kind CONNECTION if a server cannot be reached
     * @throws IllegalStateException if a server's first list lacks a tool that is allowed by name, or this is closed
     */
    @Override
    public List<Tool> tools() {
        return listed().tools();
    }

    private Listed listed() {
        List<List<McpSchema.Tool>> now = new ArrayList<>();
        for (McpConnection connection : connections) {
            now.add(connection.tools());
        }
        Listed known = listed;
        if (known == null || !known.from.equals(now)) {
            known = list(now);
            listed = known;
        }
        return known;
    }

    private Listed list(List<List<McpSchema.Tool>> now) {
        List<ToolNames.Origin> all = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            for (McpSchema.Tool tool : now.get(i)) {
                all.add(new ToolNames.Origin(connections.get(i).name(), tool.name()));
            }
        }
        List<String> names = ToolNames.fit(all, prefixed);
        List<Tool> tools = new ArrayList<>();
        Map<String, Origin> origins = new LinkedHashMap<>();
        for (int i = 0; i < now.size(); i++) {
            for (McpSchema.Tool tool : now.get(i)) {
                String name = names.get(tools.size());
                tools.add(tool(name, connections.get(i), tool));
                origins.put(name, new Origin(connections.get(i).name(), tool.name()));
            }
        }
        return new Listed(now, List.copyOf(tools), Map.copyOf(origins));
    }

    private static Tool tool(String name, McpConnection connection, McpSchema.Tool tool) {
        String own = tool.name();
        return Tool.of(name, described(tool), schema(tool.inputSchema()), arguments -> connection.call(own, arguments))
                .withTimeout(connection.server().timeout())
                .withHints(connection.server().trust(hints(tool.annotations())));
    }

    private static String described(McpSchema.Tool tool) {
        String description = tool.description();
        if (description != null && !description.isBlank()) {
            return description;
        }
        return tool.title() == null ? tool.name() : tool.title();
    }

    /** Returns the schema as an object with properties, which vendors require and servers may leave out. */
    private static Map<String, Object> schema(@Nullable Map<String, Object> schema) {
        Map<String, Object> fitting = schema == null ? new LinkedHashMap<>() : new LinkedHashMap<>(schema);
        fitting.remove("$schema");
        fitting.put("type", "object");
        fitting.putIfAbsent("properties", Map.of());
        return fitting;
    }

    private static ToolHints hints(McpSchema.@Nullable ToolAnnotations annotations) {
        return annotations == null
                ? ToolHints.NONE
                : new ToolHints(
                        annotations.readOnlyHint(),
                        annotations.destructiveHint(),
                        annotations.idempotentHint(),
                        annotations.openWorldHint());
    }

    /** Returns where a tool comes from, by the name that models know it by, or null if it is not one of these. */
    public @Nullable Origin origin(String tool) {
        Listed known = listed;
        return known == null ? null : known.origins.get(tool);
    }

    /**
     * Returns what servers say about the use of their tools, by the name of the server, for a system message; those
     * that say nothing are left out.
     *
     * @throws GatewayException of kind CONNECTION if a server cannot be reached
     */
    public Map<String, String> instructions() {
        Map<String, String> instructions = new LinkedHashMap<>();
        for (McpConnection connection : connections) {
            if (connection.server().isOptional() && connection.tools().isEmpty()) {
                continue;
            }
            String text = connection.instructions();
            if (text != null && !text.isBlank()) {
                instructions.put(connection.name(), text);
            }
        }
        return instructions;
    }

    /** Forgets the lists of tools, so that the servers are asked again when they are next needed. */
    public void refresh() {
        connections.forEach(McpConnection::refresh);
    }

    /** Ends all sessions and child processes; closing again does nothing. */
    @Override
    public void close() {
        connections.forEach(McpConnection::close);
    }

    /** Returns the servers' names. */
    @Override
    public String toString() {
        return "McpTools{"
                + String.join(
                        ", ", connections.stream().map(McpConnection::name).toList()) + "}";
    }

    /**
     * Builds {@link McpTools}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final Map<String, McpServer> servers = new LinkedHashMap<>();
        private boolean prefixed;
        private @Nullable Consumer<String> listener;

        private Builder() {}

        /**
         * Adds a server.
         *
         * @param name your name for it, which may come before its tools' names
         */
        public Builder server(String name, McpServer server) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("the name of an MCP server is blank: give one such as \"files\"");
            }
            if (servers.putIfAbsent(name, Objects.requireNonNull(server, "server")) != null) {
                throw new IllegalStateException("server \"" + name + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /** Puts the server's name before each tool's, not only where two servers' tools have the same. */
        public Builder prefixed() {
            if (prefixed) {
                throw new IllegalStateException("prefixed is set twice: remove one of the two");
            }
            prefixed = true;
            return this;
        }

        /**
         * Sets what gets the name of a server whose list of tools has changed, by the server's notification. It runs in
         * a thread of the SDK, so it must return quickly.
         */
        public Builder listener(Consumer<String> listener) {
            if (this.listener != null) {
                throw new IllegalStateException("listener is set twice: remove one of the two");
            }
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the tools; nothing connects yet.
         *
         * @throws IllegalStateException if there is no server
         */
        public McpTools build() {
            if (servers.isEmpty()) {
                throw new IllegalStateException("there is no server: add one with server(name, …)");
            }
            return new McpTools(this);
        }
    }
}
