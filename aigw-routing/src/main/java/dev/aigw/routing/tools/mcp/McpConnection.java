package dev.aigw.routing.tools.mcp;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DurationText;
import dev.aigw.routing.tools.ToolOutput;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The session with one server: begun when it is first needed, begun again when it was lost, and its tools as the server
 * last listed them. Safe for use by many threads.
 */
final class McpConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(McpConnection.class);

    /** A result that violates the server's own schema is still what the model should read. */
    private static final JsonSchemaValidator ANY_RESULT =
            (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid("");

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(6);

    /** For how long an optional server that cannot be reached is not asked again. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** A session and the tools of its server. */
    private static final class Session {
        private final McpAsyncClient client;
        private final Sinks.Empty<Void> lost = Sinks.empty();
        private volatile boolean isLost;
        private volatile @Nullable List<McpSchema.Tool> tools;

        Session(McpClientTransport transport, McpServer server, Runnable changed) {
            if (transport instanceof StdioTransport stdio) {
                stdio.onLost(this::lose);
            }
            client = McpClient.async(new WatchedTransport(transport))
                    .clientInfo(
                            McpSchema.Implementation.builder("aigw", "0.1.0").build())
                    .requestTimeout(server.timeout().plusSeconds(5)) // the tool's own comes first
                    .initializationTimeout(server.connectTimeout())
                    .jsonSchemaValidator(ANY_RESULT)
                    .toolsChangeConsumer(now -> Mono.fromRunnable(() -> {
                        tools = List.copyOf(now);
                        changed.run();
                    }))
                    .build();
        }

        Mono<McpSchema.CallToolResult> call(McpSchema.CallToolRequest request) {
            return whileOpen(client.callTool(request));
        }

        void lose(String reason) {
            isLost = true;
            lost.tryEmitError(new IOException(reason));
        }

        /** Returns the work, which fails as soon as the session is lost. */
        <T> Mono<T> whileOpen(Mono<T> work) {
            return Mono.firstWithSignal(work, lost.asMono().then(Mono.never()));
        }
    }

    private final String name;
    private final McpServer server;
    private final Consumer<String> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Session session;
    private volatile boolean closed;
    private volatile @Nullable Long askAgainNanos;
    private boolean checked;

    McpConnection(String name, McpServer server, Consumer<String> listener) {
        this.name = name;
        this.server = server;
        this.listener = listener;
    }

    String name() {
        return name;
    }

    McpServer server() {
        return server;
    }

    /**
     * Returns the tools that may be used, as the server last listed them; none while an optional server cannot be
     * reached.
     *
     * @throws GatewayException of kind CONNECTION if the server cannot be reached
     * @throws IllegalStateException if the first list lacks a tool that is allowed by name
     */
    List<McpSchema.Tool> tools() {
        if (!server.isOptional()) {
            return offered();
        }
        Long later = askAgainNanos;
        if (later != null && later - System.nanoTime() > 0) {
            return List.of();
        }
        try {
            List<McpSchema.Tool> tools = offered();
            askAgainNanos = null;
            return tools;
        } catch (GatewayException unreachable) {
            if (unreachable.kind() != ErrorKind.CONNECTION) {
                throw unreachable;
            }
            askAgainNanos = System.nanoTime() + PAUSE.toNanos();
            LOG.warn("the tools of an optional MCP server are left out: {}", unreachable.getMessage());
            return List.of();
        }
    }

    private List<McpSchema.Tool> offered() {
        Session current = session();
        List<McpSchema.Tool> known = current.tools;
        if (known == null) {
            known = list(current);
        }
        checkAllowed(known);
        return known.stream().filter(tool -> server.offers(tool.name())).toList();
    }

    private List<McpSchema.Tool> list(Session current) {
        List<McpSchema.Tool> listed = List.copyOf(await(current.whileOpen(current.client.listTools()), "list its tools")
                .tools());
        current.tools = listed;
        return listed;
    }

    private void checkAllowed(List<McpSchema.Tool> tools) {
        lock.lock();
        try {
            Set<String> missing = new HashSet<>(server.allowed());
            tools.forEach(tool -> missing.remove(tool.name()));
            if (!checked && !missing.isEmpty()) {
                throw new IllegalStateException("the MCP server " + name + " has no tool named "
                        + String.join(", ", missing) + ", which allow(…) names; it has "
                        + String.join(
                                ", ", tools.stream().map(McpSchema.Tool::name).toList()));
            }
            checked = true;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the list of tools, so that the server is asked again. */
    void refresh() {
        Session current = session;
        if (current != null) {
            current.tools = null;
        }
    }

    /** Returns the server's instructions for the model, or null. */
    @Nullable
    String instructions() {
        return session().client.getServerInstructions();
    }

    /** Calls a tool; cancelling it, as a future, stops waiting. */
    CompletionStage<ToolOutput> call(String tool, Map<String, Object> arguments) {
        McpSchema.CallToolRequest request =
                McpSchema.CallToolRequest.builder(tool).arguments(arguments).build();
        Session first = session();
        return first.call(request)
                .onErrorResume(
                        McpConnection::isUnknownSession,
                        refused -> Mono.defer(() -> {
                                    LOG.debug("a new session with the MCP server {} is begun", name);
                                    first.isLost = true;
                                    return session().call(request);
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                .map(McpContent::of)
                .onErrorMap(this::explain)
                .toFuture();
    }

    /** Returns whether the server refused a request because it does not know the session: then it ran no tool. */
    private static boolean isUnknownSession(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof McpTransportSessionNotFoundException) {
                return true;
            }
        }
        return false;
    }

    private Throwable explain(Throwable failure) {
        return failure instanceof McpError error
                ? error
                : GatewayException.builder(
                                ErrorKind.CONNECTION, "the MCP server " + name + " failed: " + failure.getMessage())
                        .cause(failure)
                        .build();
    }

    private Session session() {
        Session current = session;
        if (current != null && !current.isLost) {
            return current;
        }
        lock.lock();
        try {
            current = session;
            if (current != null && !current.isLost) {
                return current;
            }
            if (closed) {
                throw new IllegalStateException("the tools of the MCP server " + name + " are closed");
            }
            if (current != null) {
                session = null;
                close(current);
            }
            Session begun = new Session(server.newTransport(), server, () -> listener.accept(name));
            try {
                await(begun.whileOpen(begun.client.initialize()), "begin a session");
            } catch (Throwable failure) {
                close(begun);
                throw failure;
            }
            session = begun;
            return begun;
        } finally {
            lock.unlock();
        }
    }

    private <T> T await(Mono<T> work, String what) {
        Duration most = server.connectTimeout();
        CompletableFuture<T> future = work.toFuture();
        try {
            T value = future.get(most.toMillis(), TimeUnit.MILLISECONDS);
            if (value == null) {
                throw failure(what, "it answered nothing", null);
            }
            return value;
        } catch (InterruptedException interrupted) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "interrupted while the MCP server " + name + " was to " + what)
                    .cause(interrupted)
                    .build();
        } catch (TimeoutException late) {
            future.cancel(true);
            throw failure(what, "it timed out after " + DurationText.of(most), late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw failure(what, String.valueOf(McpError.findRootCause(cause).getMessage()), cause);
        }
    }

    private GatewayException failure(String what, String why, @Nullable Throwable cause) {
        return GatewayException.builder(
                        ErrorKind.CONNECTION,
                        "the MCP server " + name + " (" + server.place() + ") was to " + what + ": " + why)
                .cause(cause)
                .build();
    }

    @Override
    public void close() {
        Session last;
        lock.lock();
        try {
            closed = true;
            last = session;
            session = null;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.lose("the tools are closed");
            close(last);
        }
    }

    private void close(Session ended) {
        try {
            ended.client.closeGracefully().toFuture().get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unclean) {
            LOG.debug("the MCP server {} did not close in order", name, unclean);
        }
    }
}
