package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedBatchTest extends RouterHarness {

    private final FakeBatches vendor = new FakeBatches();

    GuardedBatchTest() {
        super(3);
    }

    private ModelRouter router(Guards guards) {
        return builder(fake().reply("plain").batches(vendor).build())
                .model("m", model -> model.deployment("fake/up"))
                .guards(guards)
                .build();
    }

    private static BatchRequest batch(String... questions) {
        BatchRequest.Builder batch = BatchRequest.builder("m");
        for (String question : questions) {
            batch.chat(question, ChatRequest.of("m", question));
        }
        return batch.build();
    }

    private List<BatchResult> results(ModelRouter router, BatchHandle handle) {
        vendor.end(BatchStatus.State.COMPLETED);
        List<BatchResult> read = new ArrayList<>();
        try (BatchResults results = router.batches().results(handle)) {
            results.forEach(read::add);
        }
        return read;
    }

    @Test
    void oneBadItemRejectsTheBatchBeforeItIsSent() {
        ModelRouter router =
                router(Guards.builder().input(Words.blocking("bad")).build());

        assertThat(failure(() -> router.batches().submit(batch("good", "bad"))).kind())
                .isEqualTo(ErrorKind.GUARD_REJECTED);
    }

    @Test
    void whatIsMaskedInABatchStaysMaskedInItsResultsWithAWarning() {
        ModelRouter router = router(Guards.builder().input(Words.masking("Ada")).build());

        BatchHandle handle = router.batches().submit(batch("I am Ada"));

        assertThat(handle.warnings())
                .containsExactly("what guards replaced in the requests stays replaced in the results of the batch");
        assertThat(results(router, handle))
                .singleElement()
                .satisfies(result -> assertThat(result.chat().text()).isEqualTo("answer to I am [WORD_1]"));
    }

    @Test
    void resultsPassTheGuardsOnReplies() {
        ModelRouter router = router(Guards.builder()
                .output(Words.blocking("bad"))
                .output(Words.redacting("red"))
                .build());

        List<BatchResult> results = results(router, router.batches().submit(batch("good", "bad", "red")));

        assertThat(results).hasSize(3).allSatisfy(result -> {
            switch (result.id()) {
                case "good" -> assertThat(result.chat().text()).isEqualTo("answer to good");
                case "red" -> {
                    assertThat(result.chat().text()).isEqualTo("answer to ***");
                    assertThat(result.chat().route().verdicts()).hasSize(1);
                }
                default -> {
                    assertThat(result.failure().kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
                    assertThat(result.failure().route().verdicts()).hasSize(1);
                }
            }
        });
    }
}
