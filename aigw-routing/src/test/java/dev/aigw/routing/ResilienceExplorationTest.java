package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * Whole routers on virtual time, each made and driven by a seed, with several callers at once and a provider that runs
 * into every trouble: breakers, retries, hedges, cooldowns and broken streams meet in many orders. Whatever happens,
 * the promises below are kept. A failure names its seed; run that one with {@code -Daigw.seed=<seed>}.
 */
class ResilienceExplorationTest {

    private static final int SEEDS = 1_500;

    @Test
    void promisesAreKeptWhateverHappens() {
        Long only = Long.getLong("aigw.seed");
        Map<String, Integer> seen = new HashMap<>();
        for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
            try {
                new World(seed).run(seen);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Daigw.seed=" + seed, e);
            }
        }
        if (only == null) {
            assertThat(seen.keySet())
                    .as("the exploration is wide enough to mean something: " + seen)
                    .contains(
                            "answered", "hedged", "recovered", "fell back", "cooled down", "cancelled", "closed early")
                    .contains("forgotten", "hung", "refused by an own limit", "retry budget spent")
                    .contains("DEADLINE", "STREAM_INTERRUPTED", "INVALID_REQUEST", "RATE_LIMITED", "LIMIT_EXCEEDED");
        }
    }

    /** One router, its callers, and what is watched. */
    private static final class World implements RouterListener {

        private final Random random;
        private final VirtualEnvironment environment;
        private final List<ChaosAdapter> adapters = new ArrayList<>();
        private final Map<String, Long> heldUntil = new HashMap<>();
        private final Map<String, Integer> starts = new HashMap<>();
        private final Map<String, Integer> ends = new HashMap<>();
        private final Map<String, Integer> limits = new HashMap<>();
        private final Map<String, Integer> underWay = new HashMap<>();
        private final Map<CallContext, Integer> outcomes = new HashMap<>();
        private final Map<String, Integer> seen = new HashMap<>();
        private final List<String> violations = new ArrayList<>();
        private final Map<String, Integer> retries = new HashMap<>();
        private final Map<String, Integer> committed = new HashMap<>();
        private final int maxAttempts;
        private final boolean patient;
        private final int budgetTokens;
        private final double budgetRatio;
        private final ModelRouter router;

        World(long seed) {
            random = new Random(seed);
            environment = new VirtualEnvironment(seed);
            maxAttempts = 3 + random.nextInt(3); // each fallback model can be reached
            patient = random.nextInt(3) == 0;
            budgetTokens = random.nextBoolean() ? 4 : 100;
            budgetRatio = random.nextBoolean() ? 0.25 : 1;
            ChaosAdapter chaos = new ChaosAdapter(environment, random, random.nextDouble());
            adapters.add(chaos);
            ModelRouter.Builder builder = ModelRouter.builder()
                    .environment(environment)
                    .provider(chaos)
                    .listener(this)
                    .meter(Meters.inMemory())
                    .streamRecovery(pick(StreamRecovery.values()))
                    .timeouts(timeouts(patient))
                    .retry(RetryPolicy.builder()
                            .maxAttempts(maxAttempts)
                            .budget(budgetTokens, budgetRatio)
                            .deadlineShare(patient ? 1 : 0.5)
                            .build())
                    .breaker(BreakerPolicy.builder()
                            .failureThreshold(1 + random.nextInt(2), 2)
                            .delay(Duration.ofMillis(200 + random.nextInt(2_000)))
                            .maxEjectedShare(random.nextDouble())
                            .build());
            if (random.nextBoolean()) {
                builder.hedge(HedgePolicy.builder()
                        .delay(Duration.ofMillis(1 + random.nextInt(200)))
                        .maxHedges(1 + random.nextInt(2))
                        .budget(1)
                        .build());
            }
            if (random.nextInt(3) == 0) {
                int requests = 1 + random.nextInt(4);
                builder.limits(Limits.builder()
                        .limit(
                                "own",
                                limit -> limit.requests(requests)
                                        .per(Window.rolling(Duration.ofSeconds(1 + random.nextInt(5))))
                                        .by(Dimension.DEPLOYMENT))
                        .build());
            }
            int models = 1 + random.nextInt(3);
            for (int i = 0; i < models; i++) {
                int index = i;
                builder.model("m" + i, model -> {
                    int deployments = 1 + random.nextInt(3);
                    for (int k = 0; k < deployments; k++) {
                        int j = k;
                        boolean prefill = random.nextBoolean();
                        int limit = random.nextInt(5);
                        int waiting = random.nextInt(3);
                        model.deployment(deployment(index, j), deployment -> {
                            if (prefill) {
                                deployment.capabilities(Capability.PREFILL);
                            }
                            if (limit > 0) {
                                limits.put(deployment(index, j), limit);
                                deployment.concurrency(
                                        ConcurrencyLimit.fixed(limit).queue(waiting, Duration.ofSeconds(1)));
                            }
                        });
                    }
                    if (index + 1 < models && random.nextBoolean()) {
                        model.fallback("m" + (index + 1));
                    }
                });
            }
            router = builder.build();
        }

        /** Returns timeouts of the router; patient ones leave it to the deadline to end an attempt that hangs. */
        private static Timeouts timeouts(boolean patient) {
            Timeouts.Builder timeouts = Timeouts.builder();
            return patient
                    ? timeouts.attempt(Duration.ofMinutes(10))
                            .firstEvent(Duration.ofMinutes(10))
                            .idle(Duration.ofMinutes(10))
                            .build()
                    : timeouts.attempt(Duration.ofMillis(1_500))
                            .firstEvent(Duration.ofMillis(1_000))
                            .idle(Duration.ofMillis(800))
                            .build();
        }

        private static String deployment(int model, int number) {
            return "chaos/" + model + "-" + number;
        }

        private <T> T pick(T[] values) {
            return values[random.nextInt(values.length)];
        }

        private void saw(String what) {
            seen.merge(what, 1, Integer::sum);
        }

        void run(Map<String, Integer> everSeen) {
            environment.simulate(() -> {
                int callers = 1 + random.nextInt(5);
                for (int i = 0; i < callers; i++) {
                    int number = i;
                    environment.executor().execute(() -> {
                        for (int j = 0; j < 4; j++) {
                            call("q" + number + "-" + j);
                        }
                    });
                }
            });
            environment.advance(Duration.ofMinutes(1)); // past the deadline of each stream that was forgotten
            assertThat(violations).isEmpty();
            assertThat(starts).as("every attempt that began has ended, once").isEqualTo(ends);
            assertThat(outcomes.values()).as("exactly one outcome a call").allMatch(count -> count == 1);
            for (ChaosAdapter adapter : adapters) {
                assertThat(adapter.openStreams()).as("open streams").isZero();
            }
            router.snapshot()
                    .models()
                    .forEach(model -> model.deployments()
                            .forEach(deployment -> assertThat(deployment.inFlight())
                                    .as(deployment.id())
                                    .isZero()));
            long metered = router.snapshot().usage().byDeployment().values().stream()
                    .mapToLong(totals -> totals.attempts())
                    .sum();
            assertThat(metered)
                    .as("attempts accounted for")
                    .isEqualTo(
                            starts.values().stream().mapToInt(Integer::intValue).sum());
            router.close();
            seen.forEach((what, count) -> everSeen.merge(what, count, Integer::sum));
        }

        private void call(String question) {
            Duration total = Duration.ofMillis(50 + random.nextInt(patient ? 20_000 : 6_000));
            Cancellation cancellation = new Cancellation();
            CallOptions options = CallOptions.builder()
                    .timeouts(Timeouts.builder().total(total).build())
                    .cancellation(cancellation)
                    .build();
            if (random.nextInt(6) == 0) {
                environment.schedule(Duration.ofMillis(random.nextInt(2_000)).toNanos(), cancellation::cancel);
            }
            long start = environment.nanoTime();
            String expected = String.join("", ChaosAdapter.answer(question));
            try {
                ask(ChatRequest.of("m0", question), options, expected);
            } catch (GatewayException e) {
                saw(e.kind().name());
                if (e.kind() == ErrorKind.CANCELLED) {
                    saw("cancelled");
                    assertThat(cancellation.isCancelled()).isTrue();
                }
                if (e.partial() instanceof ChatResponse partial) {
                    assertThat(expected).startsWith(partial.text());
                }
                assertThat(e.route().attempts().size())
                        .as("each failed attempt is reported")
                        .isGreaterThanOrEqualTo((int) Arrays.stream(e.getSuppressed())
                                .filter(earlier -> ((GatewayException) earlier).subject() != FailureSubject.DEPLOYMENT)
                                .count());
            }
            assertThat(environment.nanoTime() - start)
                    .as("nanoseconds of a call with a deadline")
                    .isLessThanOrEqualTo(total.toNanos());
        }

        private void ask(ChatRequest request, CallOptions options, String expected) {
            switch (random.nextInt(8) == 0 ? 3 : random.nextInt(3)) {
                case 3 -> {
                    ChatStream forgotten = router.stream(request, options);
                    if (random.nextBoolean()) {
                        forgotten.next();
                    }
                    saw("forgotten");
                }
                case 0 -> answered(router.chat(request, options), expected);
                case 1 -> {
                    try {
                        answered(environment.join(router.chatAsync(request, options)), expected);
                    } catch (CompletionException e) {
                        throw (GatewayException) e.getCause();
                    }
                }
                default -> {
                    boolean early = random.nextInt(8) == 0;
                    try (ChatStream stream = router.stream(request, options)) {
                        if (early) {
                            stream.next();
                            saw("closed early");
                            return;
                        }
                        answered(stream.response(), expected);
                    }
                }
            }
        }

        private void answered(ChatResponse response, String expected) {
            saw("answered");
            assertThat(response.text()).isEqualTo(expected);
            Route route = response.route();
            if (!route.model().equals("m0")) {
                saw("fell back");
            }
            if (route.attempts().stream().anyMatch(attempt -> attempt.errorKind() == ErrorKind.STREAM_INTERRUPTED)) {
                saw("recovered");
            }
        }

        @Override
        public void onEvent(RouterEvent event) {
            if (event instanceof RouterEvent.CallEnded ended) {
                onCallEnd(ended.call());
            } else if (event instanceof RouterEvent.AttemptStarted sent) {
                onAttemptStart(sent.call(), sent.attempt());
            } else if (event instanceof RouterEvent.AttemptEnded over) {
                onAttemptEnd(over.call(), over.attempt(), over.end());
            } else if (event instanceof RouterEvent.Retried retried) {
                onRetry(retried.call().model(), retried.failure());
            } else if (event instanceof RouterEvent.CooldownStarted begun) {
                if (begun.kind() == ErrorKind.LIMIT_EXCEEDED) {
                    violations.add(begun.deployment() + " cools down because of the router's own limit");
                }
                unavailable(begun.deployment(), begun.duration());
            } else if (event instanceof RouterEvent.BreakerChanged changed && changed.to() == BreakerState.OPEN) {
                unavailable(changed.deployment(), changed.duration());
            }
        }

        private void unavailable(String deployment, Duration duration) {
            saw("cooled down");
            heldUntil.merge(deployment, environment.nanoTime() + duration.toNanos(), Math::max);
        }

        private void onAttemptStart(CallContext call, AttemptContext attempt) {
            starts.merge(call.id(), 1, Integer::sum);
            if (starts.get(call.id()) > maxAttempts) {
                violations.add("attempt " + starts.get(call.id()) + " of at most " + maxAttempts);
            }
            if (attempt.number() > 1 && starts.get(call.id()) > ends.getOrDefault(call.id(), 0) + 1) {
                saw("hedged");
            }
            if (heldUntil.getOrDefault(attempt.deployment(), 0L) > environment.nanoTime()) {
                violations.add(attempt.deployment() + " was asked while it cooled down");
            }
            int now = underWay.merge(attempt.deployment(), 1, Integer::sum);
            if (now > limits.getOrDefault(attempt.deployment(), Integer.MAX_VALUE)) {
                violations.add(attempt.deployment() + " has " + now + " attempts under way");
            }
            environment.takeTurns();
        }

        private void onRetry(String model, GatewayException failure) {
            if (failure.subject() == FailureSubject.DEPLOYMENT) {
                saw("refused by an own limit");
                return; // nothing was sent
            }
            if (failure.kind() == ErrorKind.TIMEOUT) {
                return; // maybe the caller's own impatience, which takes nothing from the budget
            }
            int made = retries.merge(model, 1, Integer::sum);
            double allowed = budgetTokens / 2.0 + budgetRatio * committed.getOrDefault(model, 0);
            if (made > allowed + 1) {
                violations.add(made + " retries of " + model + ", whose budget allows " + allowed);
            }
            if (made >= budgetTokens / 2) {
                saw("retry budget spent");
            }
        }

        private void onAttemptEnd(CallContext call, AttemptContext attempt, End end) {
            if (end.outcome() == Outcome.SUCCESS || end.firstContentNanos() > 0) {
                committed.merge(call.model(), 1, Integer::sum);
            }
            if (end.outcome() == Outcome.FAILED && end.failure().kind() == ErrorKind.DEADLINE) {
                saw("hung");
            }
            ends.merge(call.id(), 1, Integer::sum);
            underWay.merge(attempt.deployment(), -1, Integer::sum);
        }

        private void onCallEnd(CallContext call) {
            outcomes.merge(call, 1, Integer::sum);
        }
    }
}
