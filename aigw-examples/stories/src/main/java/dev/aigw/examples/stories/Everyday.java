package dev.aigw.examples.stories;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.conversation.Conversation;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Eight programs that an application needs in its first week, each of fewer than 25 lines: memory, an answer streamed
 * to a browser, tools, pictures, batches of embeddings, an answer as a record, a fallback, and a limit per tenant. The
 * vendor is a fake; with a key, {@code OpenAiAdapter.builder().apiKey(key).build()} takes its place.
 */
public final class Everyday {

    /** What the tool is asked for. */
    record City(String name) {}

    /** What the model makes of a review. */
    record Verdict(String reason, int stars) {}

    private static final byte[] PNG =
            Objects.requireNonNull(Media.ofUrl("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
                            + "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
                    .bytes());

    private Everyday() {}

    /** Runs all of them. */
    public static void main(String[] args) throws IOException, InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException, InterruptedException {
        memory(FakeProvider.builder("openai").answer(Everyday::remember).build(), out);
        browser(
                FakeProvider.builder("openai")
                        .reply("Light is scattered.\nBlue most.")
                        .build(),
                out);
        tools(FakeProvider.builder("openai").answer(Everyday::useTool).build(), out);
        pictures(FakeProvider.builder("openai").answer(Everyday::look).build(), out);
        embeddings(FakeProvider.builder("openai").reply("unused").build(), out);
        record(
                FakeProvider.builder("openai")
                        .reply("{\"reason\":\"late\",\"stars\":2}")
                        .build(),
                out);
        fallback(
                FakeProvider.builder("openai").fail(ErrorKind.OVERLOADED).build(),
                FakeProvider.builder("anthropic").reply("I can help.").build(),
                out);
        tenants(FakeProvider.builder("openai").reply("Fine.").build(), out);
    }

    /** A chat that remembers, is stored as JSON, and goes on in another process. */
    static void memory(ProviderAdapter vendor, PrintStream out) {
        try (ModelRouter router = ModelRouter.builder()
                .provider(vendor)
                .model("assistant", model -> model.deployment("openai/gpt-6.1-terra"))
                .build()) {
            Conversation conversation =
                    Conversation.builder().system("Be brief.").maxMessages(40).build();
            conversation.ask(router, "assistant", "My name is Ann.");
            String stored = conversation.toJson();

            Conversation later = Conversation.fromJson(stored);
            later.user("What is my name?");
            ChatResponse answer = router.chat(later.request("assistant"));
            later.add(answer);
            out.println("memory:     " + answer.text());
        }
    }

    /** An answer that a browser reads as server-sent events; a browser that leaves stops the model. */
    static void browser(ProviderAdapter vendor, PrintStream out) throws IOException, InterruptedException {
        try (ModelRouter router = ModelRouter.builder().provider(vendor).build()) {
            String received = askOverHttp(exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                try (ChatStream stream = router.stream("openai/gpt-6.1-terra", "Why is the sky blue?");
                        OutputStream body = exchange.getResponseBody()) {
                    for (ChatEvent event : stream) {
                        if (event instanceof ChatEvent.TextDelta delta) {
                            String data = JsonMapper.installed().write(delta.text()); // has no line breaks
                            body.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
                            body.flush();
                        }
                    }
                }
            });
            out.println("browser:    " + received.replace("\n\n", "  ").trim());
        }
    }

    /** A question that the model answers by a tool of the application. */
    static void tools(ProviderAdapter vendor, PrintStream out) {
        try (ModelRouter router = ModelRouter.builder().provider(vendor).build()) {
            ToolLoop loop = ToolLoop.builder(router)
                    .tools(Tool.of("weather", "The weather of a city", City.class, city -> "snow in " + city.name()))
                    .maxRounds(5)
                    .build();
            out.println("tools:      "
                    + loop.run("openai/gpt-6.1-terra", "How is Oslo?").text());
        }
    }

    /** Pictures from a file, from bytes and by URL. */
    static void pictures(ProviderAdapter vendor, PrintStream out) throws IOException {
        Path file = Files.createTempFile("picture", ".png");
        try (ModelRouter router = ModelRouter.builder().provider(vendor).build()) {
            Files.write(file, PNG);
            ChatResponse answer = router.chat(ChatRequest.builder("openai/gpt-6.1-terra")
                    .user("What are these?", Media.of(file), Media.of(PNG), Media.ofUrl("https://example.org/cat.jpg"))
                    .build());
            out.println("pictures:   " + answer.text());
        } finally {
            Files.delete(file);
        }
    }

    /** The vectors of many texts, in as many calls as the vendor needs. */
    static void embeddings(ProviderAdapter vendor, PrintStream out) {
        try (ModelRouter router = ModelRouter.builder().provider(vendor).build()) {
            List<String> texts = Stream.iterate(1, number -> number + 1)
                    .limit(5_000)
                    .map(number -> "text " + number)
                    .toList();
            List<float[]> vectors =
                    router.embed("openai/text-embedding-3-small", texts).embeddings();
            out.println("embeddings: " + vectors.size() + " vectors of " + vectors.get(0).length + " numbers");
        }
    }

    /** An answer as a record. */
    static void record(ProviderAdapter vendor, PrintStream out) {
        try (ModelRouter router = ModelRouter.builder().provider(vendor).build()) {
            Verdict verdict = router.chat(ChatRequest.builder("openai/gpt-6.1-terra")
                            .user("Judge: tasty, but an hour late.")
                            .responseFormat(ResponseFormat.schema(Verdict.class))
                            .build())
                    .as(Verdict.class);
            out.println("record:     " + verdict);
        }
    }

    /** Another vendor answers where the first cannot. */
    static void fallback(ProviderAdapter first, ProviderAdapter second, PrintStream out) {
        try (ModelRouter router = ModelRouter.builder()
                .provider(first)
                .provider(second)
                .model(
                        "assistant",
                        model -> model.deployment("openai/gpt-6.1-terra").fallback("assistant-2"))
                .model("assistant-2", model -> model.deployment("anthropic/claude-haiku-5-5"))
                .build()) {
            ChatResponse answer = router.chat("assistant", "Can you help?");
            out.println("fallback:   " + answer.text() + " (" + answer.route().deployment() + ")");
        }
    }

    /** Each tenant has two questions a minute. */
    static void tenants(ProviderAdapter vendor, PrintStream out) {
        Limits limits = Limits.builder()
                .limit(
                        "questions",
                        limit -> limit.requests(2)
                                .per(Window.rolling(Duration.ofMinutes(1)))
                                .by(Dimension.TENANT))
                .build();
        try (ModelRouter router =
                ModelRouter.builder().provider(vendor).limits(limits).build()) {
            for (String tenant : List.of("acme", "acme", "birch", "acme")) {
                Caller caller = Caller.builder().tenant(tenant).build();
                try {
                    router.as(caller).chat("openai/gpt-6.1-terra", "How are you?");
                    out.println("tenants:    " + tenant + " answered");
                } catch (GatewayException e) {
                    out.println("tenants:    " + tenant + " refused, " + e.kind());
                }
            }
        }
    }

    // What follows plays the vendor and the browser.

    private static ChatResponse remember(ChatRequest request) {
        boolean knows =
                request.messages().stream().anyMatch(message -> message.text().contains("Ann"));
        return ChatResponse.of(knows ? "You are Ann." : "Who are you?");
    }

    private static ChatResponse useTool(ChatRequest request) {
        Message last = request.messages().get(request.messages().size() - 1);
        return last.role() == Message.Role.TOOL
                ? ChatResponse.of(
                        "There is " + ((ContentPart.ToolResult) last.parts().get(0)).text())
                : ChatResponse.builder()
                        .part(new ToolCall("c1", "weather", "{\"name\":\"Oslo\"}"))
                        .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                        .build();
    }

    private static ChatResponse look(ChatRequest request) {
        long pictures = request.messages().get(0).parts().stream()
                .filter(ContentPart.Image.class::isInstance)
                .count();
        return ChatResponse.of("I see " + pictures + " pictures.");
    }

    /** Answers one request by {@code handler}, over HTTP, and returns what a client received. */
    private static String askOverHttp(HttpHandler handler) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ask", handler);
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ask");
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            server.stop(0);
        }
    }
}
