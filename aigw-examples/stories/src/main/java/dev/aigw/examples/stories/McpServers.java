package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolLoop;
import dev.aigw.routing.tools.ToolRun;
import dev.aigw.routing.tools.mcp.McpServer;
import dev.aigw.routing.tools.mcp.McpTools;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The tools of an MCP server, for any model: the server runs as a child process, and what may destroy is not approved.
 * The model is a script that searches and then wants to delete; the rest is the same with a real one.
 */
public final class McpServers {

    private McpServers() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try (ModelRouter router = ModelRouter.builder()
                        .provider(ProviderAdapter.builder("script")
                                .chat((request, attempt) -> answer(request))
                                .build())
                        .model("assistant", model -> model.deployment("script/notes"))
                        .build();
                McpTools mcp = McpTools.builder()
                        .server(
                                "notes",
                                McpServer.stdio(java, "-cp", FleetProcess.classPath(), NotesServer.class.getName())
                                        .build())
                        .build()) {
            out.println("tools:  " + mcp.tools().stream().map(Tool::name).toList());

            ToolLoop loop = ToolLoop.builder(router)
                    .tools(mcp)
                    .approve(request -> !request.hints().mayDestroy())
                    .build();
            ToolRun run = loop.run("assistant", "What about Oslo? Then forget it.");
            run.rounds()
                    .forEach(round -> round.outcomes()
                            .forEach(outcome -> out.println(outcome.call().name() + ": "
                                    + outcome.result().text())));
            out.println("answer: " + run.text());
        }
    }

    /** Searches first, then tries to delete, then answers. */
    private static ChatResponse answer(ChatRequest request) {
        List<Message> results = request.messages().stream()
                .filter(message -> message.role() == Message.Role.TOOL)
                .toList();
        if (results.size() == 2) {
            ContentPart.ToolResult found =
                    (ContentPart.ToolResult) results.get(0).parts().get(0);
            return ChatResponse.of("Your notes say: " + found.text() + ". I could not delete them.");
        }
        String tool = results.isEmpty() ? "search" : "delete";
        return ChatResponse.builder()
                .part(new ToolCall("call_" + tool, tool, "{\"word\":\"Oslo\"}"))
                .build();
    }
}
