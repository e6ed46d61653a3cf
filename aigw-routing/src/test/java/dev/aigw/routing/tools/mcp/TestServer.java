package dev.aigw.routing.tools.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

/** A real MCP server, of the SDK's, with tools that show what servers do; {@link #main} speaks by standard input. */
final class TestServer {

    static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new ObjectMapper());
    static final JsonSchemaValidator ANY = (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid("");

    private static final Map<String, Object> NO_ARGUMENTS = Map.of("type", "object");
    private static final Map<String, Object> TEXT =
            Map.of("type", "object", "properties", Map.of("text", Map.of("type", "string")));

    private TestServer() {}

    /** Runs until the standard input ends. */
    public static void main(String[] arguments) throws InterruptedException {
        System.err.println("a line for the log");
        System.out.println("a line that is no message");
        AtomicReference<McpSyncServer> self = new AtomicReference<>();
        self.set(McpServer.sync(new StdioServerTransportProvider(JSON))
                .jsonMapper(JSON)
                .jsonSchemaValidator(ANY)
                .strictToolNameValidation(false)
                .serverInfo("test", "1")
                .instructions("Ask for echoes.")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .tools(tools(self))
                .build());
        new CountDownLatch(1).await(); // the provider ends the process with its input
    }

    static List<SyncToolSpecification> tools(AtomicReference<McpSyncServer> self) {
        List<SyncToolSpecification> tools = new ArrayList<>();
        tools.add(tool(
                "echo",
                TEXT,
                (exchange, call) -> text("echo " + call.arguments().get("text"))));
        tools.add(tool(
                "image",
                NO_ARGUMENTS,
                (exchange, call) -> CallToolResult.builder()
                        .content(List.of(
                                McpSchema.TextContent.builder("a picture").build(),
                                image("image/png", "png"),
                                image("image/svg+xml", "<svg/>"),
                                image("image/tiff", "tiff"),
                                McpSchema.AudioContent.builder(base64("sound"), "audio/wav")
                                        .build()))
                        .isError(false)
                        .build()));
        tools.add(tool(
                "resource",
                NO_ARGUMENTS,
                (exchange, call) -> CallToolResult.builder()
                        .content(List.of(
                                McpSchema.EmbeddedResource.builder(
                                                McpSchema.TextResourceContents.builder("file:///a.txt", "content of a")
                                                        .build())
                                        .build(),
                                McpSchema.ResourceLink.builder()
                                        .name("b")
                                        .uri("file:///b.txt")
                                        .description("the other file")
                                        .build()))
                        .isError(false)
                        .build()));
        tools.add(tool(
                "structured",
                NO_ARGUMENTS,
                (exchange, call) -> CallToolResult.builder()
                        .content(List.of())
                        .structuredContent(Map.of("degrees", 19))
                        .isError(false)
                        .build()));
        tools.add(tool(
                "nothing",
                NO_ARGUMENTS,
                (exchange, call) -> CallToolResult.builder()
                        .content(List.of())
                        .isError(false)
                        .build()));
        tools.add(tool(
                "fails",
                NO_ARGUMENTS,
                (exchange, call) -> CallToolResult.builder()
                        .content(List.of(
                                McpSchema.TextContent.builder("no such row").build()))
                        .isError(true)
                        .build()));
        tools.add(tool("hangs", NO_ARGUMENTS, (exchange, call) -> {
            await(new CountDownLatch(1));
            return text("never");
        }));
        tools.add(tool("exits", NO_ARGUMENTS, (exchange, call) -> {
            Runtime.getRuntime().halt(3);
            return text("never");
        }));
        tools.add(tool(
                "variables",
                NO_ARGUMENTS,
                (exchange, call) ->
                        text(String.join(",", new TreeSet<>(System.getenv().keySet())))));
        tools.add(tool(
                "process",
                NO_ARGUMENTS,
                (exchange, call) -> text(String.valueOf(ProcessHandle.current().pid()))));
        tools.add(tool("grows", NO_ARGUMENTS, (exchange, call) -> {
            self.get().addTool(tool("grown", NO_ARGUMENTS, (inner, later) -> text("grown")));
            return text("more");
        }));
        tools.add(tool("files/read.text", NO_ARGUMENTS, (exchange, call) -> text("read")));
        tools.add(new SyncToolSpecification(
                McpSchema.Tool.builder("deletes", NO_ARGUMENTS)
                        .annotations(new McpSchema.ToolAnnotations("Deletes", false, true, false, true, null))
                        .build(),
                (exchange, call) -> text("deleted")));
        tools.add(new SyncToolSpecification(
                McpSchema.Tool.builder("looks", NO_ARGUMENTS)
                        .description("Looks.")
                        .annotations(new McpSchema.ToolAnnotations("Looks", true, false, true, false, null))
                        .build(),
                (exchange, call) -> text("seen")));
        return tools;
    }

    static SyncToolSpecification tool(
            String name,
            Map<String, Object> schema,
            BiFunction<McpSyncServerExchange, McpSchema.CallToolRequest, CallToolResult> code) {
        return new SyncToolSpecification(
                McpSchema.Tool.builder(name, schema)
                        .description("Does " + name + ".")
                        .build(),
                code);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder()
                .content(List.of(McpSchema.TextContent.builder(text).build()))
                .isError(false)
                .build();
    }

    private static Content image(String type, String content) {
        return McpSchema.ImageContent.builder(base64(content), type).build();
    }

    private static String base64(String content) {
        return Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
    }
}
