package dev.aigw.examples.stories;

import dev.aigw.api.Credential;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.conversation.ContextWindow;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One conversation with tools moves between accounts, vendors and models. Its answers carry reasoning that only the
 * account or model that made it can read: the conversation stays there while it can, and {@code explain} beforehand and
 * the reply's warnings afterwards say what a move loses. {@link SigningVendors} plays the vendors, and refuses foreign
 * reasoning as they do.
 */
public final class Moving {

    private static final ToolSpec WEATHER =
            ToolSpec.function("weather", "Tells the weather of a city", Map.of("type", "object"));

    private final PrintStream out;
    private final SigningVendors vendors;
    private final ModelRouter router;
    private final List<Message> messages = new ArrayList<>();

    private Moving(PrintStream out, SigningVendors vendors, ModelRouter router) {
        this.out = out;
        this.vendors = vendors;
        this.router = router;
    }

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (SigningVendors vendors = SigningVendors.start();
                ModelRouter router = router(vendors)) {
            new Moving(out, vendors, router).play();
        }
    }

    private static ModelRouter router(SigningVendors vendors) {
        return ModelRouter.builder()
                .provider(OpenAiAdapter.builder()
                        .responsesApi(true)
                        .baseUrl(vendors.url("openai"))
                        .build())
                .provider(AnthropicAdapter.builder()
                        .apiKey("key-of-claude")
                        .baseUrl(vendors.url("anthropic"))
                        .build())
                .provider(GeminiAdapter.builder()
                        .apiKey("key-of-google")
                        .baseUrl(vendors.url("gemini"))
                        .build())
                .provider(BedrockAdapter.builder()
                        .apiKey("key-of-aws")
                        .baseUrl(vendors.url("bedrock"))
                        .build())
                .model(
                        "assistant",
                        model -> model.deployment(
                                        "openai/gpt-6.2-sol",
                                        deployment -> deployment.credentials(
                                                Credential.of("sk-the-key-of-acme")
                                                        .account("acme"),
                                                Credential.of("sk-the-key-of-labs")
                                                        .account("labs")))
                                .strategy(RoutingStrategies.roundRobin())
                                .fallback("claude"))
                .model("claude", model -> model.deployment("anthropic/claude-opus-5-5"))
                .build();
    }

    private void play() {
        out.println("1. Two keys take turns, but a conversation stays at the account that can read its reasoning.");
        turn("assistant", "What is the weather in Oslo?");
        turn("assistant", "What is the weather in Rome?");
        turn("assistant", "What is the weather in Ulm?");
        out.println();

        out.println("2. That account is down: the other one answers, without the reasoning.");
        vendors.down("openai", "acme", true);
        explain("assistant");
        turn("assistant", "What is the weather in Bern?");
        out.println();

        out.println("3. Both are down: Claude takes over, and finishes its tool loop although OpenAI is back.");
        vendors.down("openai", "labs", true);
        ChatResponse half = ask("assistant", "What is the weather in Nice?");
        vendors.down("openai", "acme", false);
        vendors.down("openai", "labs", false);
        messages.add(answerTools("assistant", half).message());
        out.println();

        out.println("4. The conversation goes to Google, to Amazon, and back to a smaller model of OpenAI.");
        turn("gemini/gemini-3.8-flash", "What is the weather in Kiel?");
        turn("bedrock/eu.anthropic.claude-haiku-5-5", "What is the weather in Graz?");
        turn("openai/gpt-6-luna", "What is the weather in Linz?");
        out.println();

        out.println("5. Back at the first model, the beginning is cut off: what was before reasoning has changed.");
        turn("assistant", "What is the weather in Pisa?");
        ContextWindow window = ContextWindow.builder(240).answerTokens(20).build();
        ChatRequest trimmed = window.trim(request("assistant", "What is the weather in Bonn?"))
                .request();
        out.println("  " + messages.size() + " messages become "
                + trimmed.messages().size());
        print(router.chat(trimmed));
    }

    private ChatRequest request(String model, String question) {
        messages.add(Message.user(question));
        return request(model);
    }

    private ChatRequest request(String model) {
        return ChatRequest.builder(model).messages(messages).tool(WEATHER).build();
    }

    private void turn(String model, String question) {
        ChatResponse reply = answerTools(model, ask(model, question));
        messages.add(reply.message());
    }

    private ChatResponse ask(String model, String question) {
        ChatResponse reply = router.chat(request(model, question));
        print(reply);
        return reply;
    }

    private ChatResponse answerTools(String model, ChatResponse asking) {
        messages.add(asking.message());
        for (ToolCall call : asking.toolCalls()) {
            messages.add(Message.toolResult(call, "snow"));
        }
        ChatResponse reply = router.chat(request(model));
        print(reply);
        return reply;
    }

    private void explain(String model) {
        router.explain(request(model))
                .steps()
                .forEach(step -> step.candidates()
                        .forEach(candidate -> candidate
                                .losses()
                                .forEach(loss -> out.println("  before: " + candidate.deployment() + " " + loss))));
    }

    private void print(ChatResponse reply) {
        for (SigningVendors.Seen seen : vendors.seen()) {
            out.println("  " + seen.vendor() + " (" + seen.account() + ", " + seen.model() + ") got "
                    + seen.signatures().size() + (seen.signatures().size() == 1 ? " signed part" : " signed parts")
                    + (seen.refused() ? ", and refused them" : ""));
        }
        reply.route().warnings().forEach(warning -> out.println("    after: " + warning));
    }
}
