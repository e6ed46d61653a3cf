package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.guard.Guards;
import dev.aigw.routing.guard.sensitive.EntityType;
import dev.aigw.routing.guard.sensitive.SensitiveData;
import dev.aigw.routing.guard.sensitive.Treatment;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Personal data stays in the house: the vendor's model sees pseudonyms, the caller sees its own text, and a tool gets
 * the true values. A local model may see everything.
 */
public final class PrivacyMasking {

    private static final String QUESTION =
            "I am Ada Byron, ada@example.org, IBAN DE89 3704 0044 0532 0130 00. Why was 4111 1111 1111 1111 refused?";

    private final PrintStream out;
    private final FakeProvider vendor;
    private final ModelRouter router;

    private PrivacyMasking(PrintStream out, FakeProvider vendor, ModelRouter router) {
        this.out = out;
        this.vendor = vendor;
        this.router = router;
    }

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        FakeProvider vendor =
                FakeProvider.builder("vendor").answer(PrivacyMasking::answer).build();
        SensitiveData sensitive = SensitiveData.builder()
                .personalData()
                .names(List.of("Ada Byron"))
                .treat(EntityType.CARD, Treatment.keepLast(4))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(vendor)
                .model("assistant", model -> model.deployment("vendor/large"))
                .model("local", model -> model.deployment("vendor/local"))
                .guards(Guards.builder()
                        .input(sensitive, scope -> scope.name("privacy").exceptModels("local"))
                        .build())
                .build()) {
            PrivacyMasking story = new PrivacyMasking(out, vendor, router);
            story.chat();
            story.stream();
            story.turns();
            story.tool();
            story.callers();
            story.local();
        }
    }

    /** Repeats what it was told, in small letters; calls a tool if it may. */
    private static ChatResponse answer(ChatRequest request) {
        String asked = request.lastUserText();
        Message last = request.messages().get(request.messages().size() - 1);
        if (last.role() == Message.Role.TOOL) {
            return ChatResponse.of("Done.");
        }
        if (asked.startsWith("Write to ")) {
            return ChatResponse.builder()
                    .part(new ToolCall("1", "mail", "{\"to\": \"" + asked.substring(9) + "\"}"))
                    .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                    .build();
        }
        return ChatResponse.of("You wrote: " + asked.toLowerCase(Locale.ROOT));
    }

    private String sent() {
        ChatRequest request = (ChatRequest)
                vendor.attempts().get(vendor.attempts().size() - 1).request();
        return request.messages().get(request.messages().size() - 1).text();
    }

    private void chat() {
        out.println("1. what the model sees, and what the caller gets");
        ChatResponse reply = router.chat("assistant", QUESTION);
        out.println("  asked:    " + QUESTION);
        out.println("  sent:     " + sent());
        out.println("  answered: " + reply.text());
        out.println("  found:    "
                + reply.route().verdicts().stream()
                        .map(verdict -> verdict.rule())
                        .sorted()
                        .toList());
    }

    private void stream() {
        out.println("2. a stream is restored as it arrives");
        StringBuilder answer = new StringBuilder();
        try (ChatStream stream = router.stream(ChatRequest.of("assistant", "Mail ada@example.org today."))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta delta) {
                    answer.append(delta.text());
                }
            }
        }
        out.println("  answered: " + answer);
    }

    private void turns() {
        out.println("3. the prefix of a conversation stays as it was, so that prompt caches survive");
        ChatRequest first = ChatRequest.of("assistant", "My address is ada@example.org.");
        ChatResponse reply = router.chat(first);
        String before = sent();
        router.chat(first.toBuilder()
                .message(reply.message())
                .user("And my phone is +44 20 7946 0018.")
                .build());
        ChatRequest second = (ChatRequest)
                vendor.attempts().get(vendor.attempts().size() - 1).request();
        out.println("  turn 1:   " + before);
        out.println("  turn 2:   " + second.messages().get(0).text() + " … "
                + second.messages().get(2).text());
    }

    private void tool() {
        out.println("4. a tool gets the true value, and its result is masked again");
        ChatRequest request = ChatRequest.of("assistant", "Write to ada@example.org");
        ChatResponse reply = router.chat(request);
        ToolCall call = reply.toolCalls().get(0);
        out.println("  tool:     " + call.name() + call.arguments());
        router.chat(request.toBuilder()
                .message(reply.message())
                .message(Message.toolResult(call, "ada@example.org is on holiday"))
                .build());
        ChatRequest sent = (ChatRequest)
                vendor.attempts().get(vendor.attempts().size() - 1).request();
        out.println("  result:   "
                + ((ContentPart.ToolResult) sent.messages().get(2).parts().get(0)).text());
    }

    private void callers() {
        out.println("5. two callers never share a pseudonym");
        for (String tenant : List.of("acme", "birch")) {
            router.chat(
                    ChatRequest.of("assistant", "ada@example.org"),
                    CallOptions.builder().caller(Caller.ofTenant(tenant)).build());
            out.println("  " + tenant + ": " + sent());
        }
    }

    private void local() {
        out.println("6. a local model sees everything");
        router.chat("local", "I am ada@example.org");
        out.println("  sent:     " + sent());
    }
}
