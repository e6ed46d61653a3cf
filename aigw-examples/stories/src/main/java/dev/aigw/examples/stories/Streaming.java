package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Reads one answer in three ways: in a blocking loop, by a listener, and through a {@link Flow.Publisher} with
 * backpressure. The model is local and real.
 */
public final class Streaming {

    private Streaming() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        LocalModel model = LocalModel.load();
        List<Passage> passages = List.of(new Passage(
                "Streams",
                "README.md",
                "A stream is read in a loop, by a listener, or as a publisher. Closing it closes the socket."));
        try (LocalModelService service = LocalModelService.start("local", model);
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder()
                                .name(service.name())
                                .baseUrl(service.baseUrl())
                                .build())
                        .model("guide", guide -> guide.deployment("local/minilm"))
                        .build()) {
            ChatRequest request = Guide.request("guide", "How can a stream be read?", passages);
            out.print("loop:      ");
            loop(router, request, out);
            out.print("listener:  ");
            listener(router, request, out);
            out.print("publisher: ");
            publisher(router, request, out);
        }
    }

    private static void loop(ModelRouter router, ChatRequest request, PrintStream out) {
        try (ChatStream stream = router.stream(request)) {
            for (ChatEvent event : stream) {
                print(event, out);
            }
            out.println("  (" + stream.response().usage().outputTokens() + " tokens)");
        }
    }

    private static void listener(ModelRouter router, ChatRequest request, PrintStream out) {
        CompletableFuture<ChatResponse> done = router.stream(request, CallOptions.DEFAULT, event -> print(event, out));
        out.println("  (" + done.join().usage().outputTokens() + " tokens)");
    }

    private static void publisher(ModelRouter router, ChatRequest request, PrintStream out) {
        Flow.Publisher<ChatEvent> events = router.publish(request);
        OneByOne subscriber = new OneByOne(out);
        events.subscribe(subscriber);
        out.println("  (" + subscriber.done.join() + " events, each requested)");
    }

    private static void print(ChatEvent event, PrintStream out) {
        if (event instanceof ChatEvent.TextDelta delta) {
            out.print(delta.text().replace('\n', ' '));
            out.flush();
        }
    }

    /** Requests the next event once it has printed one. */
    private static final class OneByOne implements Flow.Subscriber<ChatEvent> {

        final CompletableFuture<Integer> done = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final PrintStream out;
        private int events;

        OneByOne(PrintStream out) {
            this.out = out;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            given.request(1);
        }

        @Override
        public void onNext(ChatEvent event) {
            events++;
            print(event, out);
            subscription.join().request(1);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(events);
        }
    }
}
