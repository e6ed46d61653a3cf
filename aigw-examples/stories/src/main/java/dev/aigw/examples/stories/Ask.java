package dev.aigw.examples.stories;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The main job: answers questions about aigw through a router, over real HTTP, with a real model that runs in this
 * process.
 *
 * <p>Three local services stand behind the model {@code guide}; one of them refuses every other call before the first
 * token. With {@code OPENAI_API_KEY}, {@code ANTHROPIC_API_KEY} or {@code OLLAMA_BASE_URL} in the environment those
 * vendors answer too. Arguments: a question, {@code --file FILE} with one a line, or {@code -} to read them from
 * standard input; without any, a few questions of its own.
 */
public final class Ask {

    private static final List<String> DEFAULT_QUESTIONS = List.of(
            "What happens when a provider fails?",
            "How do I see what a call costs?",
            "When is a reply answered from the cache?",
            "What if a stream breaks in the middle?",
            "How do I use several API keys?",
            "Which adapters are there?",
            "Can I set a timeout?",
            "What happens when a provider fails?");

    private static final Price EXAMPLE_PRICE = Price.usdPerMillion("0.10", "0.40");

    private final PrintStream out;
    private final Map<String, String> environment;

    private Ask(PrintStream out, Map<String, String> environment) {
        this.out = out;
        this.environment = environment;
    }

    /** Answers and exits; the exit code is 0, or 2 if there is nothing to ask. */
    public static void main(String[] args) {
        int code = run(List.of(args), System.in, System.out, System.getenv());
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Answers, and returns the exit code. */
    static int run(List<String> args, InputStream in, PrintStream out, Map<String, String> environment) {
        List<String> questions;
        try {
            questions = questions(args, in);
        } catch (IOException e) {
            out.println("Cannot read the questions: " + e.getMessage() + ". Give a file with one question a line.");
            return 2;
        }
        if (questions.isEmpty()) {
            out.println("There is no question. Give one as argument, --file FILE, or - to read standard input.");
            return 2;
        }
        new Ask(out, environment).answer(questions);
        return 0;
    }

    private static List<String> questions(List<String> args, InputStream in) throws IOException {
        List<String> lines;
        if (args.isEmpty()) {
            return DEFAULT_QUESTIONS;
        } else if (args.get(0).equals("--file")) {
            if (args.size() != 2) {
                throw new IOException("--file needs one file name");
            }
            lines = Files.readAllLines(Path.of(args.get(1)));
        } else if (args.equals(List.of("-"))) {
            lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        } else {
            // exec splits at spaces; a question mark ends a question
            lines = List.of(String.join(" ", args).split("(?<=\\?)\\s+", -1));
        }
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private void answer(List<String> questions) {
        LocalModel model = LocalModel.load();
        Guide guide = Guide.load(model);
        try (LocalModelService one = LocalModelService.start("local-1", model);
                LocalModelService two = LocalModelService.start("local-2", model);
                LocalModelService shaky = LocalModelService.start(
                        "local-shaky",
                        model,
                        call -> call % 2 == 1 ? LocalModelService.Fault.OVERLOADED : LocalModelService.Fault.NONE);
                ModelRouter router = router(one, two, shaky)) {
            out.println(
                    "Local: all-MiniLM-L6-v2 (384 dimensions) finds and quotes passages of this project's guide; it runs");
            out.println(
                    "in this process behind three HTTP services on 127.0.0.1. It writes no text of its own. Prices are");
            out.println("examples. The service local-shaky refuses every other call.");
            List<String> models = new ArrayList<>(List.of("guide"));
            models.addAll(vendors().keySet());
            out.println(
                    "Not local: " + (models.size() == 1 ? "nothing; no vendor's key is in the environment." : models));
            Table routes = new Table("call", "model", "source", "attempts", ">tokens");
            for (String question : questions) {
                float[] meaning =
                        router.embed(EmbeddingRequest.of("meaning", question)).vector(0);
                List<Passage> passages = guide.nearest(meaning);
                for (String name : models) {
                    ask(router, name, question, passages, routes);
                }
            }
            report(router.snapshot(), routes);
        }
    }

    private ModelRouter router(LocalModelService... services) {
        ModelRouter.Builder builder = ModelRouter.builder();
        for (LocalModelService service : services) {
            builder.provider(OpenAiAdapter.builder()
                    .name(service.name())
                    .baseUrl(service.baseUrl())
                    .build());
        }
        if (environment.containsKey("OPENAI_API_KEY")) {
            builder.provider(OpenAiAdapter.builder()
                    .apiKey(environment.get("OPENAI_API_KEY"))
                    .build());
        }
        if (environment.containsKey("ANTHROPIC_API_KEY")) {
            builder.provider(AnthropicAdapter.builder()
                    .apiKey(environment.get("ANTHROPIC_API_KEY"))
                    .build());
        }
        String ollama = environment.get("OLLAMA_BASE_URL");
        if (ollama != null) {
            builder.provider(OpenAiAdapter.builder()
                    .name("ollama")
                    .baseUrl(ollama.replaceAll("/+$", "") + "/v1")
                    .build());
        }
        builder.model(
                "guide",
                model -> model.deployment(
                                "local-shaky/minilm",
                                deployment -> deployment.weight(3).price(EXAMPLE_PRICE))
                        .deployment("local-1/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                        .deployment("local-2/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                        .strategy(RoutingStrategies.weighted()));
        builder.model(
                "meaning",
                model -> model.deployment("local-1/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                        .deployment("local-2/minilm", deployment -> deployment.price(EXAMPLE_PRICE)));
        vendors().forEach((name, upstream) -> builder.model(name, model -> model.deployment(upstream)));
        return builder.cache(Caches.inMemory()
                        .maximumEntries(1_000)
                        .timeToLive(Duration.ofMinutes(10))
                        .build())
                .meter(Meters.inMemory())
                .build();
    }

    /** Returns the vendors' models to ask as well, by the name we give them. */
    private Map<String, String> vendors() {
        Map<String, String> vendors = new java.util.LinkedHashMap<>();
        if (environment.containsKey("OPENAI_API_KEY")) {
            vendors.put("openai", "openai/gpt-5-mini");
        }
        if (environment.containsKey("ANTHROPIC_API_KEY")) {
            vendors.put("anthropic", "anthropic/claude-haiku-4-5");
        }
        if (environment.containsKey("OLLAMA_BASE_URL")) {
            vendors.put("ollama", "ollama/" + environment.getOrDefault("OLLAMA_MODEL", "llama3.2"));
        }
        return vendors;
    }

    private void ask(ModelRouter router, String name, String question, List<Passage> passages, Table routes) {
        out.println();
        out.println(question + "  (" + name + ")");
        WordWrap text = new WordWrap(out);
        try (ChatStream stream = router.stream(Guide.request(name, question, passages))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta delta) {
                    text.print(delta.text());
                }
            }
            text.end();
            row(routes, stream.route(), stream.response().usage().totalTokens());
        } catch (GatewayException e) {
            text.end();
            out.println("  failed with " + e.kind() + ": " + e.getMessage());
            row(routes, e.route(), 0);
        }
    }

    private static void row(Table routes, Route route, long tokens) {
        List<String> attempts = new ArrayList<>();
        for (Route.Attempt attempt : route.attempts()) {
            attempts.add(attempt.deployment() + " "
                    + (attempt.errorKind() == null ? attempt.outcome() : attempt.errorKind()) + " "
                    + attempt.duration().toMillis() + " ms");
        }
        routes.row(
                route.callId(),
                route.model(),
                route.source(),
                attempts.isEmpty() ? "-" : String.join(" -> ", attempts),
                tokens);
    }

    private void report(RouterSnapshot snapshot, Table routes) {
        out.println();
        out.println("Routes (an attempt's time is up to its first content):");
        routes.print(out);
        out.println();
        out.println("Usage and cost by deployment (failed attempts included):");
        Table usage = new Table("deployment", ">attempts", ">failed", ">tokens", "cost");
        Map<String, UsageLedger.Sum> sums = snapshot.usage().byDeployment();
        sums.forEach((deployment, sum) -> usage.row(
                deployment,
                sum.attempts(),
                sum.failed(),
                sum.usage().totalTokens(),
                sum.unpriced() > 0 ? "no price known for " + sum.unpriced() : sum.cost()));
        usage.print(out);
        if (snapshot.cache() != null) {
            out.println();
            out.println("Cache: " + snapshot.cache().hits() + " hits, "
                    + snapshot.cache().misses() + " misses.");
        }
    }
}
