package dev.aigw.routing.tools.mcp;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The test server behind streamable HTTP, which can forget its sessions, as one that was deployed anew does. */
final class HttpTestServer implements AutoCloseable {

    final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final Server jetty = new Server();
    private final ServerConnector connector = new ServerConnector(jetty);
    private final AtomicReference<HttpServletStreamableServerTransportProvider> provider = new AtomicReference<>();
    private final AtomicReference<McpSyncServer> server = new AtomicReference<>();

    HttpTestServer() throws Exception {
        connector.setHost("localhost");
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        HttpServlet servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws ServletException, IOException {
                @Nullable String authorization = request.getHeader("Authorization");
                authorizations.add(String.valueOf(authorization));
                provider.get().service(request, response);
            }
        };
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        jetty.setHandler(context);
        deploy();
        jetty.start();
    }

    String url() {
        return "http://localhost:" + connector.getLocalPort() + "/mcp";
    }

    McpSyncServer server() {
        return server.get();
    }

    /** Begins again without the sessions of before. */
    void deploy() {
        HttpServletStreamableServerTransportProvider transport = HttpServletStreamableServerTransportProvider.builder()
                .jsonMapper(TestServer.JSON)
                .mcpEndpoint("/mcp")
                .build();
        provider.set(transport);
        server.set(McpServer.sync(transport)
                .jsonMapper(TestServer.JSON)
                .jsonSchemaValidator(TestServer.ANY)
                .strictToolNameValidation(false)
                .serverInfo("test", "1")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .tools(List.copyOf(TestServer.tools(server)))
                .build());
    }

    @Override
    public void close() throws Exception {
        server.get().close();
        jetty.stop();
    }
}
