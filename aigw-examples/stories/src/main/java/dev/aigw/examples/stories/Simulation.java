package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Simulates calls that arrive at random at replicas of a model, on virtual time: which replica a strategy chooses, and
 * how long each call takes. The same seed gives the same run. Not safe for use by several threads.
 */
final class Simulation {

    private static final double NANOS_PER_MILLI = 1e6;

    /** A call to make. */
    record Ask(String session, long promptTokens, int answerTokens) {}

    /** A finished call. */
    record Served(Ask ask, int replica, double latencyMillis) {}

    /** Draws the next call. */
    interface Asks {
        Ask next(RandomGenerator random);
    }

    /** Draws how long a replica works on a call. */
    interface Work {
        double millis(int replica, double nowMillis, RandomGenerator random);
    }

    private final List<Replica> replicas = new ArrayList<>();
    private final RoutingStrategy.Picker picker;
    private final View view;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Served> served = new ArrayList<>();
    private final SplittableRandom chance;
    private final Work work;
    private double nowMillis;
    private long sequence;

    /**
     * Creates replicas that work on {@code slots} calls at once; further calls wait there in order.
     *
     * @param cards the model card of each replica
     */
    Simulation(RoutingStrategy strategy, List<ModelCard> cards, int slots, Work work, long seed) {
        for (ModelCard card : cards) {
            replicas.add(new Replica("replica/" + replicas.size(), card, slots));
        }
        this.picker = strategy.bind(replicas);
        this.chance = new SplittableRandom(seed);
        this.view = new View(chance.split());
        this.work = work;
    }

    /**
     * Lets {@code calls} calls arrive, {@code gapMillis} apart on average, and returns them in the order of their end.
     */
    List<Served> run(int calls, double gapMillis, Asks asks) {
        double arrival = 0;
        for (int i = 0; i < calls; i++) {
            arrival += -Math.log(1 - chance.nextDouble()) * gapMillis;
            Ask ask = asks.next(chance);
            events.add(new Event(arrival, sequence++, () -> arrive(ask)));
        }
        for (Event event = events.poll(); event != null; event = events.poll()) {
            nowMillis = event.atMillis;
            event.action.run();
        }
        return served;
    }

    private void arrive(Ask ask) {
        view.ask = ask;
        int index = picker.pick(view);
        Replica replica = replicas.get(index);
        picker.began(index);
        replica.inFlight++;
        Job job = new Job(ask, index, nowMillis);
        if (replica.free > 0) {
            begin(job);
        } else {
            replica.waiting.add(job);
        }
    }

    private void begin(Job job) {
        replicas.get(job.index).free--;
        double end = nowMillis + work.millis(job.index, nowMillis, chance);
        events.add(new Event(end, sequence++, () -> end(job)));
    }

    private void end(Job job) {
        Replica replica = replicas.get(job.index);
        double latency = nowMillis - job.sinceMillis;
        replica.free++;
        replica.inFlight--;
        picker.ended(
                job.index,
                End.builder(Outcome.SUCCESS)
                        .durationNanos((long) (latency * NANOS_PER_MILLI))
                        .build(),
                view.nanoTime());
        served.add(new Served(job.ask, job.index, latency));
        Job next = replica.waiting.poll();
        if (next != null) {
            begin(next);
        }
    }

    /** Returns a percentile of the latencies, for a share from 0 to 1. */
    static double percentile(List<Served> served, double share) {
        double[] latencies =
                served.stream().mapToDouble(Served::latencyMillis).sorted().toArray();
        return latencies[Math.min(latencies.length - 1, (int) (share * latencies.length))];
    }

    /** Returns the calls of the busiest replica, relative to the average. */
    static double peakToMean(List<Served> served, int replicas) {
        int[] counts = new int[replicas];
        served.forEach(each -> counts[each.replica()]++);
        return Arrays.stream(counts).max().orElse(0) * (double) replicas / served.size();
    }

    private record Job(Ask ask, int index, double sinceMillis) {}

    private record Event(double atMillis, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Double.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private static final class Replica implements RoutingStrategy.Deployment {

        private final String id;
        private final ModelCard card;
        private final Queue<Job> waiting = new ArrayDeque<>();
        private int free;
        private int inFlight;

        Replica(String id, ModelCard card, int slots) {
            this.id = id;
            this.card = card;
            this.free = slots;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String provider() {
            return "replica";
        }

        @Override
        public String upstreamModel() {
            return "model";
        }

        @Override
        public double weight() {
            return 1;
        }

        @Override
        public @Nullable String region() {
            return null;
        }

        @Override
        public Set<String> tags() {
            return Set.of();
        }

        @Override
        public ModelCard card() {
            return card;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }

        @Override
        public double latencyNanos() {
            return 0;
        }
    }

    private final class View implements RoutingStrategy.Candidates {

        private final RandomGenerator random;
        private Ask ask = new Ask("", 0, 1);

        View(RandomGenerator random) {
            this.random = random;
        }

        @Override
        public int size() {
            return replicas.size();
        }

        @Override
        public boolean isEligible(int index) {
            return true;
        }

        @Override
        public RoutingStrategy.Deployment get(int index) {
            return replicas.get(index);
        }

        @Override
        public Operation<?, ?> operation() {
            return ChatRequest.CHAT;
        }

        @Override
        public ModelRequest request() {
            return ChatRequest.builder()
                    .model("model")
                    .user("A question")
                    .maxOutputTokens(ask.answerTokens())
                    .build();
        }

        @Override
        public CallOptions options() {
            return CallOptions.builder().sessionKey(ask.session()).build();
        }

        @Override
        public long promptTokens() {
            return ask.promptTokens();
        }

        @Override
        public long nanoTime() {
            return (long) (nowMillis * NANOS_PER_MILLI);
        }

        @Override
        public Instant time() {
            return Instant.EPOCH.plusNanos(nanoTime());
        }

        @Override
        public RandomGenerator random() {
            return random;
        }
    }
}
