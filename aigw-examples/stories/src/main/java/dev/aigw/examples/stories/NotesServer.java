package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** An MCP server that has a few notes: it speaks by its standard input and output until the input ends. */
final class NotesServer {

    private static final List<String> NOTES =
            List.of("Oslo: meet Kari on Monday", "Rome: book the train", "Oslo: the museum opens at ten");

    private static final Map<String, Object> WORD = Map.of(
            "type", "object", "properties", Map.of("word", Map.of("type", "string")), "required", List.of("word"));

    private NotesServer() {}

    /** Serves. */
    public static void main(String[] args) throws InterruptedException {
        McpJsonMapper json = new JacksonMcpJsonMapper(new ObjectMapper());
        McpServer.sync(new StdioServerTransportProvider(json))
                .jsonMapper(json)
                .jsonSchemaValidator((schema, content) -> JsonSchemaValidator.ValidationResponse.asValid(""))
                .serverInfo("notes", "1")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .toolCall(
                        tool("search", "Returns the notes that contain a word.", true),
                        (exchange, call) -> text(search(call.arguments())))
                .toolCall(
                        tool("delete", "Deletes the notes that contain a word.", false),
                        (exchange, call) -> text("deleted"))
                .build();
        new CountDownLatch(1).await(); // the process ends with its input
    }

    private static McpSchema.Tool tool(String name, String description, boolean readOnly) {
        return McpSchema.Tool.builder(name, WORD)
                .description(description)
                .annotations(McpSchema.ToolAnnotations.builder()
                        .readOnlyHint(readOnly)
                        .destructiveHint(!readOnly)
                        .build())
                .build();
    }

    private static String search(Map<String, Object> arguments) {
        String word = String.valueOf(arguments.get("word"));
        return NOTES.stream().filter(note -> note.contains(word)).collect(Collectors.joining("; "));
    }

    private static McpSchema.CallToolResult text(String text) {
        return McpSchema.CallToolResult.builder(
                        List.of(McpSchema.TextContent.builder(text).build()))
                .isError(false)
                .build();
    }
}
