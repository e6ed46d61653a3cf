package dev.aigw.examples.stories;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.UsageLedger;
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
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The main example: answers questions about aigw through a router, over real HTTP, with a real model that runs in this
 * process.
 *
 * <p>Three local services serve the model {@code guide}; one of them refuses every other call before the first token.
 * Vendors whose key or address is in the environment answer too, see {@link Vendor}. Arguments: one or more questions,
 * {@code --file FILE} with one per line, or {@code -} to read them from standard input; without arguments, some
 * built-in questions. After fewer than four questions it asks more without showing the answers, so that the tables at
 * the end are not empty.
 */
public final class Ask {

    private static final String USAGE = "Give a question as argument, --file FILE with one question per line, or - to"
            + " read them from standard input.";
    private static final int ENOUGH_TO_SHOW = 4;
    private static final List<String> DEFAULT_QUESTIONS = List.of(
            "What happens when a provider fails?",
            "How do I see what a call costs?",
            "When is a reply answered from the cache?",
            "What if a stream breaks in the middle?",
            "How do I use several API keys?",
            "How do I write my own provider?",
            "Can I set a timeout?",
            "What happens when a provider fails?");

    private static final Price EXAMPLE_PRICE = Price.usdPerMillion("0.10", "0.40");
    private static final Price EXAMPLE_PRICE_OF_SHAKY = Price.usdPerMillion("0.05", "0.20");

    private final PrintStream out;
    private final List<Vendor> vendors;
    private final Table routes = new Table("call", "question", "model", "source", "attempts", ">tokens");

    private Ask(PrintStream out, List<Vendor> vendors) {
        this.out = out;
        this.vendors = vendors;
    }

    /** Answers and exits; the exit code is 0, or 2 if there is nothing to ask. */
    public static void main(String[] args) {
        int code = run(List.of(args), System.in, System.out, System.getenv(), LocalModel::load);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Answers, and returns the exit code; {@code model} loads the local model when there is something to ask. */
    static int run(
            List<String> args,
            InputStream in,
            PrintStream out,
            Map<String, String> environment,
            Supplier<LocalModel> model) {
        if (args.equals(List.of("--help"))) {
            out.println(USAGE);
            return 0;
        }
        List<String> questions;
        try {
            questions = questions(args, in);
        } catch (NoSuchFileException e) {
            out.println("Cannot read the questions: there is no file " + e.getFile() + ". " + USAGE);
            return 2;
        } catch (IOException e) {
            out.println("Cannot read the questions: " + e.getMessage() + ". " + USAGE);
            return 2;
        }
        if (questions.isEmpty()) {
            out.println("There is no question. " + USAGE);
            return 2;
        }
        new Ask(out, Vendor.in(environment)).answer(questions, model.get());
        return 0;
    }

    private static List<String> questions(List<String> args, InputStream in) throws IOException {
        List<String> lines;
        if (args.isEmpty()) {
            return DEFAULT_QUESTIONS;
        } else if (args.equals(List.of("-"))) {
            lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        } else if (args.get(0).equals("--file") && args.size() == 2) {
            lines = Files.readAllLines(Path.of(args.get(1)));
        } else if (args.get(0).startsWith("-")) {
            throw new IOException("\"" + String.join(" ", args) + "\" is not understood");
        } else {
            // exec splits at spaces; a question mark ends a question
            lines = List.of(String.join(" ", args).split("(?<=\\?)\\s+", -1));
        }
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private void answer(List<String> questions, LocalModel model) {
        Guide guide = Guide.load(model);
        try (LocalModelService one = LocalModelService.start("local-1", model);
                LocalModelService two = LocalModelService.start("local-2", model);
                LocalModelService shaky = LocalModelService.start(
                        "local-shaky",
                        model,
                        call -> call % 2 == 1 ? LocalModelService.Fault.OVERLOADED : LocalModelService.Fault.NONE);
                ModelRouter router = router(one, two, shaky)) {
            introduce(guide);
            for (String question : questions) {
                List<Passage> passages = passages(router, guide, question);
                ask(router, "guide", question, passages, out);
                for (Vendor vendor : vendors) {
                    ask(router, vendor.name(), question, passages, out);
                }
            }
            if (questions.size() < ENOUGH_TO_SHOW) {
                out.println();
                out.println(
                        "For the tables below, the local services now answer some more questions, and yours again;");
                out.println("these answers are not shown.");
                List<String> more = new ArrayList<>(DEFAULT_QUESTIONS);
                more.addAll(questions);
                for (String question : more) {
                    ask(router, "guide", question, passages(router, guide, question), silent());
                }
            }
            report(router.snapshot());
        }
    }

    private void introduce(Guide guide) {
        out.println("Local: all-MiniLM-L6-v2 (384 dimensions) finds and quotes the nearest of " + guide.size()
                + " passages of this");
        out.println("project's guide. It runs in this process behind three HTTP services on 127.0.0.1, and writes no");
        out.println("text of its own. The service local-shaky refuses every other call. Prices are examples.");
        if (vendors.isEmpty()) {
            out.println("Not local: nothing. No vendor's key or address is in the environment.");
        }
        for (Vendor vendor : vendors) {
            out.println("Not local: " + vendor.upstream() + " at " + vendor.where()
                    + " gets your questions and the passages found.");
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
        for (Vendor vendor : vendors) {
            builder.provider(vendor.adapter());
            builder.model(vendor.name(), model -> model.deployment(vendor.upstream()));
        }
        return builder.model(
                        "guide",
                        model -> model.deployment(
                                        "local-shaky/minilm",
                                        deployment -> deployment.weight(3).price(EXAMPLE_PRICE_OF_SHAKY))
                                .deployment("local-1/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                                .deployment("local-2/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                                .strategy(RoutingStrategies.weighted()))
                .model(
                        "meaning",
                        model -> model.deployment("local-1/minilm", deployment -> deployment.price(EXAMPLE_PRICE))
                                .deployment("local-2/minilm", deployment -> deployment.price(EXAMPLE_PRICE)))
                .cache(Caches.inMemory()
                        .maximumEntries(1_000)
                        .timeToLive(Duration.ofMinutes(10))
                        .build())
                .meter(Meters.inMemory())
                .build();
    }

    private static List<Passage> passages(ModelRouter router, Guide guide, String question) {
        return guide.nearest(router.embed("meaning", question).vector(0));
    }

    private void ask(ModelRouter router, String name, String question, List<Passage> passages, PrintStream to) {
        to.println();
        to.println(question + "  (" + name + ")");
        WordWrap text = new WordWrap(to);
        try (ChatStream stream = router.stream(Guide.request(name, question, passages))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta delta) {
                    text.print(delta.text());
                }
            }
            text.end();
            boolean spent = stream.route().source() == Route.Source.MODEL;
            row(question, stream.route(), spent ? stream.response().usage().totalTokens() : 0);
        } catch (GatewayException e) {
            text.end();
            to.println("  failed with " + e.kind() + ": " + e.getMessage());
            row(question, e.route(), 0);
        }
    }

    private void row(String question, Route route, long tokens) {
        List<String> attempts = new ArrayList<>();
        for (Route.Attempt attempt : route.attempts()) {
            attempts.add(attempt.deployment() + " "
                    + (attempt.errorKind() == null ? "ok" : attempt.errorKind()) + " "
                    + attempt.duration().toMillis() + " ms");
        }
        routes.row(
                route.callId(),
                question.length() <= 40 ? question : question.substring(0, 37) + "...",
                route.model(),
                route.source(),
                attempts.isEmpty() ? "-" : String.join(" -> ", attempts),
                tokens);
    }

    private void report(RouterSnapshot snapshot) {
        out.println();
        out.println("Routes (an attempt's time is up to its first content; the calls between are embeddings):");
        routes.print(out);
        out.println();
        out.println("Usage and cost by model and deployment (example prices; failed attempts included):");
        Table usage = new Table("model", "deployment", ">attempts", ">failed", ">tokens", "cost");
        snapshot.usage().rows().stream()
                .sorted(Comparator.comparing(UsageLedger.Row::model).thenComparing(UsageLedger.Row::deployment))
                .forEach(row -> usage.row(cells(row.model(), row.deployment(), row.sum())));
        usage.row(cells("total", "", snapshot.usage().total()));
        usage.print(out);
        ResultCache.Stats cache = snapshot.cache();
        if (cache != null) {
            out.println();
            out.println("Cache: " + cache.hits() + " hits, " + cache.misses() + " misses.");
        }
    }

    private static Object[] cells(String model, String deployment, UsageLedger.Sum sum) {
        String cost = sum.cost() + (sum.unpriced() > 0 ? ", and " + sum.unpriced() + " attempts of unknown price" : "");
        return new Object[] {
            model, deployment, sum.attempts(), sum.failed(), sum.usage().totalTokens(), cost
        };
    }

    private static PrintStream silent() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
