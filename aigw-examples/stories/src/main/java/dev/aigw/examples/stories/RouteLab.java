package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.rollout.Canary;
import dev.aigw.routing.route.Acceptance;
import dev.aigw.routing.route.Bandit;
import dev.aigw.routing.route.Routes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Simulates a cascade, a canary and a bandit. The models are made up, so the numbers show how the choices work and not
 * what they save you.
 */
final class RouteLab {

    private static final long SEED = 20_261_126;
    private static final int CALLS = 4_000;

    private RouteLab() {}

    /** The accuracy and cost of a way to answer. */
    record Outcomes(double rightPercent, double dollars) {}

    /**
     * A small model is right on 98 % of the easy questions and 30 % of the hard ones, and somewhat less sure when it is
     * wrong; a large one, fifteen times as expensive, is right on 97 %. Three in ten questions are hard.
     */
    static Map<String, Outcomes> cascade() {
        ModelSelector cascade =
                Routes.cascade().first("small", Acceptance.confident(0.8)).last("large");
        Map<String, Outcomes> ways = new LinkedHashMap<>();
        Outcomes small = ask(Routes.rules().otherwise("small"));
        Outcomes large = ask(Routes.rules().otherwise("large"));
        Outcomes both = ask(cascade);
        ways.put("small alone", small);
        ways.put("large alone", large);
        ways.put("cascade", both);
        ways.put("as good at random", mixed(small, large, both.rightPercent));
        return ways;
    }

    /**
     * Returns the cost of sending calls to the large model at random, with the share that gives as many right answers.
     */
    private static Outcomes mixed(Outcomes small, Outcomes large, double rightPercent) {
        double share = Math.min(1, (rightPercent - small.rightPercent) / (large.rightPercent - small.rightPercent));
        return new Outcomes(
                small.rightPercent + share * (large.rightPercent - small.rightPercent),
                small.dollars + share * (large.dollars - small.dollars));
    }

    private static Outcomes ask(ModelSelector selector) {
        SplittableRandom chance = new SplittableRandom(SEED);
        TokenMeter meter = Meters.inMemory();
        int right = 0;
        try (ModelRouter router = ModelRouter.builder()
                .provider(ProviderAdapter.builder("simulated")
                        .chat((request, attempt) -> answer(request, attempt.model(), chance))
                        .build())
                .model(
                        "small",
                        model -> model.deployment("simulated/small", at -> at.price(Price.usdPerMillion("0.2", "0.8"))))
                .model(
                        "large",
                        model -> model.deployment("simulated/large", at -> at.price(Price.usdPerMillion("3", "12"))))
                .model("assistant", model -> model.route(selector))
                .meter(meter)
                .build()) {
            SplittableRandom questions = new SplittableRandom(SEED + 1);
            for (int i = 0; i < CALLS; i++) {
                String question = questions.nextInt(10) < 3 ? "hard" : "easy";
                right += router.chat("assistant", question).text().equals("right") ? 1 : 0;
            }
        }
        BigDecimal cost = Objects.requireNonNull(meter.ledger().total().cost().amount());
        return new Outcomes(100.0 * right / CALLS, cost.doubleValue() * 1_000 / CALLS);
    }

    private static ChatResponse answer(ChatRequest request, String model, RandomGenerator chance) {
        boolean hard = request.lastUserText().equals("hard");
        double competence = model.equals("large") ? 0.97 : hard ? 0.3 : 0.98;
        boolean right = chance.nextDouble() < competence;
        double sureness = Math.max(0.05, Math.min(0.99, (right ? 0.9 : 0.75) + 0.1 * chance.nextGaussian()));
        return ChatResponse.builder()
                .text(right ? "right" : "wrong")
                .logprobs(new Logprobs(List.of(new Logprobs.Token("answer", Math.log(sureness), List.of()))))
                .usage(TokenUsage.of(400, 200))
                .build();
    }

    /**
     * Returns the median number of calls that a new version serves until it is rolled back, over a hundred rollouts
     * that begin at 5 %. The old version fails in 2 % of its calls.
     */
    static Map<String, Double> canary() {
        Map<String, Double> calls = new LinkedHashMap<>();
        calls.put("fails always", medianServed(1));
        calls.put("fails in 30 %", medianServed(0.3));
        calls.put("fails in 10 %", medianServed(0.1));
        return calls;
    }

    /**
     * Returns the share of rollouts, in percent, in which a version as good as the old one is rolled back by mistake.
     */
    static double goodTakenBack() {
        int takenBack = 0;
        for (int run = 0; run < 100; run++) {
            Canary canary = Canary.builder("new").minimumCalls(500).build();
            rollOut(canary, 0.02, run);
            takenBack += canary.state().phase() == Canary.Phase.ROLLED_BACK ? 1 : 0;
        }
        return takenBack;
    }

    private static double medianServed(double failing) {
        double[] served = new double[100];
        for (int run = 0; run < served.length; run++) {
            served[run] = rollOut(
                    Canary.builder("new").stages(5).minimumCalls(1_000_000).build(), failing, run);
        }
        Arrays.sort(served);
        return served[served.length / 2];
    }

    private static int rollOut(Canary canary, double failing, int run) {
        SplittableRandom chance = new SplittableRandom(SEED + run);
        int served = 0;
        for (int i = 0; i < 50_000 && canary.state().phase() == Canary.Phase.RUNNING; i++) {
            ModelSelector.Query query = query("user " + run + " " + i, chance);
            ModelSelector.Selection selection = canary.select(query);
            boolean isNew = selection != null;
            served += isNew ? 1 : 0;
            canary.ended(query, selection, end(chance.nextDouble() < (isNew ? failing : 0.02)));
        }
        return served;
    }

    private static ModelSelector.Query query(String user, RandomGenerator chance) {
        CallOptions options = CallOptions.builder()
                .caller(Caller.builder().user(user).build())
                .build();
        return ModelSelector.Query.builder(ChatRequest.of("assistant", "hi"))
                .callId(user)
                .options(options)
                .promptTokens(1)
                .now(Instant.EPOCH)
                .random(chance)
                .build();
    }

    private static End end(boolean failed) {
        return End.builder(failed ? Outcome.FAILED : Outcome.SUCCESS)
                .failure(failed ? GatewayException.of(ErrorKind.SERVER_ERROR, "simulated") : null)
                .durationNanos(1_000_000)
                .build();
    }

    /**
     * Returns the regret of not knowing the best of three models, liked in 80, 70 and 50 % of the calls: the sum over
     * 4,000 calls of the best one's mean minus the chosen one's.
     */
    static Map<String, Double> regret() {
        double[] liked = {0.5, 0.7, 0.8};
        Map<String, Double> lost = new LinkedHashMap<>();
        lost.put("by turns", CALLS * (0.8 - (0.5 + 0.7 + 0.8) / 3));
        lost.put("first 300, then best", exploreFirst(liked));
        lost.put("bandit", bandit(liked));
        return lost;
    }

    /** Asks each a hundred times, then always the one that was liked most. */
    private static double exploreFirst(double[] liked) {
        double lost = 0;
        int runs = 50;
        for (int run = 0; run < runs; run++) {
            SplittableRandom chance = new SplittableRandom(SEED + run);
            int best = 0;
            int most = -1;
            for (int arm = 0; arm < liked.length; arm++) {
                int likes = 0;
                for (int i = 0; i < 100; i++) {
                    likes += chance.nextDouble() < liked[arm] ? 1 : 0;
                }
                lost += 100 * (0.8 - liked[arm]);
                best = likes > most ? arm : best;
                most = Math.max(most, likes);
            }
            lost += (CALLS - 300) * (0.8 - liked[best]);
        }
        return lost / runs;
    }

    private static double bandit(double[] liked) {
        double lost = 0;
        int runs = 20;
        for (int run = 0; run < runs; run++) {
            SplittableRandom chance = new SplittableRandom(SEED + run);
            Bandit bandit = Bandit.builder().arm("0").arm("1").arm("2").build();
            for (int i = 0; i < CALLS; i++) {
                ModelSelector.Query query = query("call " + i, chance);
                ModelSelector.Selection selection = Objects.requireNonNull(bandit.select(query));
                double mean = liked[Integer.parseInt(selection.model())];
                lost += 0.8 - mean;
                bandit.ended(query, selection, end(false));
                bandit.feedback(query.callId(), chance.nextDouble() < mean ? 1 : 0);
            }
        }
        return lost / runs;
    }
}
