package dev.aigw.examples.stories;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.Price;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPolling;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has many questions answered as a batch, at half the price: one process submits it and ends, another one waits for the
 * answers and reads them. The vendor is a fake in memory; with a key of OpenAI, Anthropic, Gemini or Mistral only the
 * provider differs.
 */
public final class Batching {

    private static final Map<String, String> REVIEWS = new TreeMap<>(Map.of(
            "review-1", "The kettle boils fast and looks good.",
            "review-2", "It leaks. I sent it back.",
            "review-3", "Fine for the price, but the lid is loose."));

    private Batching() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        FakeBatches vendor = new FakeBatches().endAfterPolls(3).fail("review-2", ErrorKind.CONTENT_FILTERED);
        try {
            Path file = Files.createTempFile("batch", ".txt");
            try {
                submit(vendor, file, out);
                collect(vendor, file, out);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first process. */
    private static void submit(FakeBatches vendor, Path file, PrintStream out) throws IOException {
        try (ModelRouter router = router(vendor, Meters.inMemory())) {
            BatchRequest.Builder batch = BatchRequest.builder("judge");
            REVIEWS.forEach((id, text) -> batch.chat(id, ChatRequest.of("judge", "Is this praise? " + text)));
            BatchHandle handle = router.batches().submit(batch.build());
            Files.writeString(file, handle.text());
            out.println("submitted " + handle.size() + " questions to " + handle.deployment());
        }
    }

    /** The second process, which knows the file and nothing else. */
    private static void collect(FakeBatches vendor, Path file, PrintStream out) throws IOException {
        TokenMeter meter = Meters.inMemory();
        try (ModelRouter router = router(vendor, meter)) {
            BatchHandle handle = BatchHandle.parse(Files.readString(file));
            BatchStatus end = router.batches()
                    .await(
                            handle,
                            BatchPolling.builder()
                                    .interval(Duration.ofMillis(10))
                                    .onStatus(status -> out.println("  " + status))
                                    .build());
            Map<String, BatchResult> byId = new TreeMap<>();
            try (BatchResults results = router.batches().results(handle)) {
                results.forEach(result -> byId.put(result.id(), result));
                Files.writeString(file, results.handle().text()); // so that nobody meters them again
            }
            byId.forEach((id, result) -> out.println(id + ": "
                    + (result.succeeded()
                            ? result.chat().text()
                            : "failed with "
                                    + (result.failure() == null
                                            ? ""
                                            : result.failure().kind()))));
            out.println(end.succeeded() + " of " + end.total() + " answered, for "
                    + meter.ledger().total().cost() + " instead of twice that");
        }
    }

    private static ModelRouter router(FakeBatches vendor, TokenMeter meter) {
        return ModelRouter.builder()
                .provider(FakeProvider.builder("vendor")
                        .reply("unused")
                        .batches(vendor)
                        .build())
                .model(
                        "judge",
                        judge -> judge.deployment(
                                "vendor/some-model",
                                deployment -> deployment.price(
                                        Price.usdPerMillion("2", "8").tier(Price.BATCH, "0.5"))))
                .meter(meter)
                .build();
    }
}
