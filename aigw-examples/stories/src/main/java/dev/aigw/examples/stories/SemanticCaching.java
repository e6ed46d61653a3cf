package dev.aigw.examples.stories;

import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.cache.semantic.SemanticCache;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Finds a threshold for a semantic cache. A real model embeds pairs of a help desk's questions, half of which mean the
 * same and half of which only look alike. For each threshold, the table shows how many of the hits would be right
 * (precision) and how many of the pairs with the same meaning would hit (recall). Then a router answers with the chosen
 * threshold. Do the same with your own questions and embedder before you trust a threshold.
 */
public final class SemanticCaching {

    private static final double CHOSEN = 0.85;

    /** Two questions, and whether one answer serves both. */
    private record Pair(String one, String other, boolean same) {}

    private static final List<Pair> PAIRS = List.of(
            same("How do I reset my password?", "I forgot my password, how can I set a new one?"),
            same("How do I cancel my subscription?", "What do I have to do to end my subscription?"),
            same("When will my order arrive?", "When can I expect my order to be delivered?"),
            same("How can I change my delivery address?", "I want to change the address my parcel goes to."),
            same("Do you ship to Switzerland?", "Is delivery to Switzerland possible?"),
            same("Where can I find my invoice?", "How do I get the invoice for my order?"),
            same("Can I pay by credit card?", "Do you accept credit cards?"),
            same("How do I return an item?", "What is the procedure for sending an article back?"),
            same("What are your opening hours?", "When are you open?"),
            same("How do I contact support?", "How can I reach the support team?"),
            same("Is my data stored in Europe?", "Do you keep my data on servers in Europe?"),
            same("How do I delete my account?", "Please tell me how to remove my account."),
            other("How do I reset my password?", "How do I reset my device?"),
            other("How do I cancel my subscription?", "How do I renew my subscription?"),
            other("When will my order arrive?", "When was my order placed?"),
            other("How can I change my delivery address?", "How can I change my email address?"),
            other("Do you ship to Switzerland?", "Do you ship to Sweden?"),
            other("Where can I find my invoice?", "Where can I find my voucher?"),
            other("Can I pay by credit card?", "Can I pay by bank transfer?"),
            other("How do I return an item?", "How do I exchange an item?"),
            other("What are your opening hours?", "What are your opening hours on public holidays?"),
            other("How do I contact support?", "How do I contact sales?"),
            other("Is my data stored in Europe?", "Is my data shared with partners in Europe?"),
            other("How do I delete my account?", "How do I create an account?"));

    private SemanticCaching() {}

    private static Pair same(String one, String other) {
        return new Pair(one, other, true);
    }

    private static Pair other(String one, String other) {
        return new Pair(one, other, false);
    }

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        LocalModel model = LocalModel.load();
        Table table = new Table(">threshold", ">hits", ">precision", ">recall");
        for (int percent = 60; percent <= 95; percent += 5) {
            row(table, model, percent / 100.0);
        }
        table.print(out);
        out.println();
        ask(model, out);
    }

    private static void row(Table table, LocalModel model, double threshold) {
        int hits = 0;
        int right = 0;
        int same = 0;
        for (Pair pair : PAIRS) {
            List<float[]> vectors = model.embed(List.of(pair.one(), pair.other()));
            boolean hit = LocalModel.similarity(vectors.get(0), vectors.get(1)) >= threshold;
            hits += hit ? 1 : 0;
            right += hit && pair.same() ? 1 : 0;
            same += pair.same() ? 1 : 0;
        }
        table.row(share(threshold), hits, hits == 0 ? "-" : share((double) right / hits), share((double) right / same));
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.2f", share);
    }

    private static void ask(LocalModel model, PrintStream out) {
        SemanticCache semantic = SemanticCache.builder()
                .embedder(model::embed)
                .embedderTimeout(Duration.ofMinutes(1)) // a model in this JVM is slow on a busy machine
                .threshold(CHOSEN)
                .build();
        FakeProvider desk =
                FakeProvider.builder("desk").reply("Yes, within a week.").build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(desk)
                .model("help", help -> help.deployment("desk/any"))
                .feature(semantic)
                .build()) {
            for (String question : List.of(
                    "Do you ship to Switzerland?", "Do you also ship to Switzerland?", "Do you repair old bicycles?")) {
                ChatResponse answer = router.chat("help", question);
                boolean cached = answer.route().source() == Route.Source.CACHE;
                out.println("  " + question + " -> "
                        + (cached ? answer.route().warnings().get(0) : "the model answered"));
            }
        }
    }
}
