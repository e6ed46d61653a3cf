package dev.aigw.routing.guard.screening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.guard.Guards;
import dev.aigw.routing.guard.Inspections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The guards of this package in a router. */
class ScreeningTest {

    private static final Caller ADA =
            Caller.builder().tenant("acme").user("ada").build();

    private static ModelRouter router(FakeProvider provider, Guards guards) {
        return ModelRouter.builder().provider(provider).guards(guards).build();
    }

    private static void assertRejected(ThrowingCallable call) {
        GatewayException failure = catchThrowableOfType(GatewayException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
    }

    @Test
    void numbersOfAPredictionAreCheckedThoughTheyAreNoTexts() {
        FieldCheck check = FieldCheck.builder()
                .field("age", field -> field.integer().range(0, 130))
                .build();
        FakeProvider provider = FakeProvider.builder("fake")
                .predict(request -> PredictResponse.of(Map.of()))
                .build();
        try (ModelRouter router = router(provider, Guards.builder().input(check).build())) {
            router.predict(PredictRequest.of("fake/m", Map.of("age", 40)));
            assertRejected(() -> router.predict(PredictRequest.of("fake/m", Map.of("age", 400))));
            assertRejected(() -> router.predict(PredictRequest.of("fake/m", Map.of())));
        }
    }

    @Test
    void tensorsAreCheckedBeforeTheyAreSent() {
        FakeProvider provider = FakeProvider.builder("fake")
                .infer(request ->
                        InferenceResponse.builder().outputs(request.inputs()).build())
                .build();
        try (ModelRouter router = router(
                provider, Guards.builder().input(TensorCheck.builder().build()).build())) {
            router.infer(InferenceRequest.of("fake/m", Tensor.ofFloats("x", new float[] {1})));
            assertRejected(() ->
                    router.infer(InferenceRequest.of("fake/m", Tensor.ofFloats("x", new float[] {Float.NaN}))));
        }
    }

    @Test
    void aWordThatIsCutByAStreamIsReplacedInTime() {
        DenyList list = DenyList.builder("names")
                .entries(List.of(DenyEntry.word("blue heron"), DenyEntry.word("ass")))
                .action(GuardAction.REDACT)
                .replacement("*")
                .build();
        FakeProvider provider = FakeProvider.builder("fake")
                .chunks("I am assisting the Blue Heron, a blueish heron, an ass".split(""))
                .build();
        try (ModelRouter router = router(provider, Guards.builder().output(list).build());
                ChatStream stream = router.stream(ChatRequest.of("fake/m", "x"))) {
            StringBuilder seen = new StringBuilder();
            int first = -1;
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta delta) {
                    first = first < 0 ? delta.text().length() : first;
                    seen.append(delta.text());
                }
            }
            assertThat(seen).hasToString("I am assisting the *, a blueish heron, an *");
            assertThat(first).isLessThan(5);
        }
    }

    @Test
    void whatGuardsRejectedCountsAsRefusalsOfTheCaller() {
        CallerAnomalies anomalies = CallerAnomalies.builder().refusals(3).build();
        DenyList list =
                DenyList.builder("list").entry(DenyEntry.word("forbidden")).build();
        FakeProvider provider = FakeProvider.builder("fake").reply("fine").build();
        CallOptions options = CallOptions.builder().caller(ADA).build();
        try (ModelRouter router =
                router(provider, Guards.builder().input(anomalies).input(list).build())) {
            for (int i = 0; i < 3; i++) {
                assertRejected(() -> router.chat(ChatRequest.of("fake/m", "forbidden"), options));
            }
        }

        assertThat(anomalies.check(Inspections.input(ADA, "now something else")).findings())
                .extracting(GuardFinding::rule)
                .containsExactly("refusals");
    }
}
