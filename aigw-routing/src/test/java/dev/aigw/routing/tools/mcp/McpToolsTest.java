package dev.aigw.routing.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolHints;
import dev.aigw.routing.tools.ToolLoop;
import dev.aigw.routing.tools.ToolOutcome;
import dev.aigw.routing.tools.ToolRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tools of real MCP servers: one in a child process, one behind HTTP. */
class McpToolsTest {

    /** A child that several tests share, because a JVM takes its time to start. */
    private static final McpTools SHARED =
            of(child().environment("MY_TOKEN", "x").build());

    @AfterAll
    static void closeTheSharedChild() {
        SHARED.close();
    }

    private static McpServer.Builder child() {
        return McpServer.stdio(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                TestServer.class.getName());
    }

    private static McpTools of(McpServer server) {
        return McpTools.builder().server("test", server).build();
    }

    /** Has a scripted model call the tools, and returns the outcomes. */
    private static List<ToolOutcome> call(McpTools mcp, ToolCall... calls) {
        return run(mcp, calls).rounds().get(0).outcomes();
    }

    private static ToolRun run(McpTools mcp, ToolCall... calls) {
        FakeProvider fake = FakeProvider.builder("fake")
                .reply(ChatResponse.builder().parts(List.of(calls)).build())
                .reply("done")
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/x"))
                .build()) {
            return ToolLoop.builder(router).tools(mcp).build().run(ChatRequest.of("m", "Well?"));
        }
    }

    private static ToolCall call(String tool) {
        return new ToolCall(tool, tool, "");
    }

    private static String text(List<ToolOutcome> outcomes) {
        return outcomes.get(0).result().text();
    }

    private static Tool tool(McpTools mcp, String name) {
        return mcp.tools().stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---------------------------------------------------------------------------------------------------------- stdio

    @Test
    void theToolsOfAChildProcessAreCalled() {
        List<ToolOutcome> outcomes = call(
                SHARED,
                new ToolCall("1", "echo", "{\"text\":\"hi\"}"),
                call("structured"),
                call("nothing"),
                call("fails"),
                call("files_read_text"));

        assertThat(outcomes)
                .extracting(outcome -> outcome.result().text())
                .containsExactly("echo hi", "{\"degrees\":19}", "(no content)", "no such row", "read");
        assertThat(outcomes.get(3).status()).isEqualTo(ToolOutcome.Status.FAILED);
        assertThat(SHARED.origin("files_read_text")).isEqualTo(new McpTools.Origin("test", "files/read.text"));
        assertThat(SHARED.instructions()).containsEntry("test", "Ask for echoes.");
    }

    @Test
    void argumentsThatAreNoObjectAreNotSent() {
        ToolOutcome outcome = call(SHARED, new ToolCall("1", "echo", "[1]")).get(0);

        assertThat(outcome.status()).isEqualTo(ToolOutcome.Status.BAD_ARGUMENTS);
    }

    @Test
    void imagesAndResourcesBecomePartsThatVendorsTake() {
        List<ToolOutcome> outcomes = call(SHARED, call("image"), call("resource"));

        List<ContentPart> parts = outcomes.get(0).result().content();
        assertThat(parts).filteredOn(ContentPart.Image.class::isInstance).hasSize(1);
        assertThat(outcomes.get(0).result().text())
                .contains("a picture", "<svg/>", "[image/tiff, 4 bytes]", "[audio/wav, 5 bytes]");
        assertThat(outcomes.get(1).result().text())
                .contains("[resource file:///a.txt]", "content of a", "[resource file:///b.txt, b, the other file]");
    }

    @Test
    void aChildSeesNoVariablesButItsOwn() {
        List<String> names = List.of(text(call(SHARED, call("variables"))).split(","));

        assertThat(names).contains("MY_TOKEN", "PATH");
        assertThat(names)
                .isSubsetOf("MY_TOKEN", "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TMPDIR");
    }

    @Test
    void aListThatHasChangedIsThatOfTheNextRun() throws InterruptedException {
        CountDownLatch changed = new CountDownLatch(1);
        try (McpTools mcp = McpTools.builder()
                .server("test", child().build())
                .listener(server -> changed.countDown())
                .build()) {
            assertThat(mcp.tools()).extracting(Tool::name).doesNotContain("grown");
            call(mcp, call("grows"));
            assertThat(changed.await(2, TimeUnit.MINUTES)).isTrue();

            assertThat(mcp.tools()).extracting(Tool::name).contains("grown");
            assertThat(text(call(mcp, call("grown")))).isEqualTo("grown");
        }
    }

    @Test
    void aChildThatEndsFailsItsCallAtOnceAndIsStartedAgain() {
        try (McpTools mcp = of(child().build())) {
            ToolOutcome outcome = call(mcp, call("exits")).get(0);

            assertThat(outcome.status()).isEqualTo(ToolOutcome.Status.FAILED);
            assertThat(outcome.result().text()).contains("the MCP server test failed", "ended");
            assertThat(text(call(mcp, new ToolCall("1", "echo", "{\"text\":\"again\"}"))))
                    .isEqualTo("echo again");
        }
    }

    @Test
    void closingEndsTheChild() {
        McpTools mcp = of(child().build());
        long pid = Long.parseLong(text(call(mcp, call("process"))));
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        mcp.close();

        process.ifPresent(
                handle -> handle.onExit().orTimeout(60, TimeUnit.SECONDS).join());
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive)).isNotEqualTo(Optional.of(true));
        assertThatThrownBy(mcp::tools).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        mcp.close();
    }

    @Test
    void aToolThatHangsTimesOutAndTheServerIsUsedFurther() {
        try (McpTools mcp = of(child().timeout(Duration.ofSeconds(1)).build())) {
            mcp.tools();
            assertThat(text(call(mcp, call("hangs")))).isEqualTo("The tool hangs timed out after 1 s.");
        }
    }

    @Test
    void aCommandThatDoesNotExistIsNamed() {
        try (McpTools mcp = of(McpServer.stdio("no-such-command-at-all").build())) {
            GatewayException failure = catchThrowableOfType(GatewayException.class, mcp::tools);

            assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(failure).hasMessageContaining("the MCP server test (the command no-such-command-at-all)");
        }
    }

    @Test
    void aProgramThatIsNoServerFailsAtOnce() {
        try (McpTools mcp = of(McpServer.stdio("true").build())) {
            GatewayException failure = catchThrowableOfType(GatewayException.class, mcp::tools);

            assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(failure).hasMessageContaining("the process");
        }
    }

    // ----------------------------------------------------------------------------------------------------------- HTTP

    @Test
    void toolsHaveSchemasAndHints() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = of(McpServer.http(server.url()).build());
                McpTools untrusted = of(McpServer.http(server.url()).untrusted().build())) {
            assertThat(tool(mcp, "nothing").spec().parameters()).containsKeys("type", "properties");
            assertThat(tool(mcp, "deletes").spec().description()).isEqualTo("deletes");
            assertThat(tool(mcp, "deletes").hints()).isEqualTo(new ToolHints(false, true, false, true));
            assertThat(tool(mcp, "looks").hints().mayDestroy()).isFalse();
            assertThat(tool(mcp, "echo").hints().mayDestroy()).isTrue();
            assertThat(tool(untrusted, "looks").hints()).isEqualTo(ToolHints.NONE);
        }
    }

    @Test
    void onlyAllowedToolsAreOffered() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = of(McpServer.http(server.url())
                        .allow("echo", "looks")
                        .deny("looks")
                        .build());
                McpTools wrong = of(McpServer.http(server.url()).allow("eco").build())) {
            assertThat(mcp.tools()).extracting(Tool::name).containsExactly("echo");
            assertThat(text(call(mcp, call("exits")))).startsWith("There is no tool named exits.");
            assertThatThrownBy(wrong::tools)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no tool named eco")
                    .hasMessageContaining("echo");
        }
    }

    @Test
    void aListIsAskedForAnewAfterRefresh() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = of(McpServer.http(server.url()).build())) {
            assertThat(mcp.tools()).extracting(Tool::name).contains("looks");
            server.server().removeTool("looks");
            mcp.refresh();

            assertThat(mcp.tools()).extracting(Tool::name).doesNotContain("looks");
        }
    }

    @Test
    void theToolsOfAnHttpServerAreCalledWithItsHeaders() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = of(McpServer.http(server.url())
                        .header("Authorization", () -> "Bearer " + tokens.incrementAndGet())
                        .build())) {
            assertThat(text(call(mcp, new ToolCall("1", "echo", "{\"text\":\"hi\"}"))))
                    .isEqualTo("echo hi");
            assertThat(server.authorizations).contains("Bearer 1", "Bearer 2").doesNotContain("null");
            assertThat(mcp.toString()).doesNotContain("Bearer");
        }
    }

    @Test
    void aSessionThatTheServerForgotIsBegunAnew() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = of(McpServer.http(server.url()).build())) {
            assertThat(text(call(mcp, new ToolCall("1", "echo", "{\"text\":\"one\"}"))))
                    .isEqualTo("echo one");
            server.deploy();

            assertThat(text(call(mcp, new ToolCall("1", "echo", "{\"text\":\"two\"}"))))
                    .isEqualTo("echo two");
            assertThat(text(call(mcp, new ToolCall("1", "echo", "{\"text\":\"three\"}"))))
                    .isEqualTo("echo three");
        }
    }

    @Test
    void aServerThatCannotBeReachedIsNamedWithoutItsSecrets() {
        try (McpTools mcp =
                of(McpServer.http("http://localhost:1/mcp?key=secret").build())) {
            GatewayException failure = catchThrowableOfType(GatewayException.class, mcp::tools);

            assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(failure).hasMessageContaining("the MCP server test (http://localhost)");
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void toolsOfEqualNamesOnTwoServersAreToldApart() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = McpTools.builder()
                        .server(
                                "one",
                                McpServer.http(server.url())
                                        .allow("echo", "looks")
                                        .build())
                        .server(
                                "two",
                                McpServer.http(server.url()).allow("echo").build())
                        .build()) {
            assertThat(mcp.tools()).extracting(Tool::name).containsExactly("one_echo", "looks", "two_echo");
            assertThat(mcp.origin("two_echo")).isEqualTo(new McpTools.Origin("two", "echo"));
            assertThat(text(call(mcp, new ToolCall("1", "two_echo", "{\"text\":\"hi\"}"))))
                    .isEqualTo("echo hi");
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> McpTools.builder().build()).hasMessageContaining("server(name, …)");
        assertThatThrownBy(() -> McpServer.http("ftp://x")).hasMessageContaining("https://example.org/mcp");
        assertThatThrownBy(
                        () -> McpServer.http("http://x").environment("a", "b").build())
                .hasMessageContaining("stdio");
        assertThatThrownBy(() -> McpServer.stdio("x").header("a", "b").build()).hasMessageContaining("http");
    }

    @Test
    void anOptionalServerThatCannotBeReachedIsLeftOut() throws Exception {
        try (HttpTestServer server = new HttpTestServer();
                McpTools mcp = McpTools.builder()
                        .server(
                                "down",
                                McpServer.http("http://localhost:1/mcp")
                                        .optional()
                                        .build())
                        .server("up", McpServer.http(server.url()).allow("echo").build())
                        .build()) {
            assertThat(mcp.tools()).extracting(Tool::name).containsExactly("echo");
            assertThat(mcp.instructions()).isEmpty();
        }
    }
}
