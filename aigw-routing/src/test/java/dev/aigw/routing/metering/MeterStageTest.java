package dev.aigw.routing.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.StageLab;
import dev.aigw.routing.observe.CapturingLogger;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class MeterStageTest {

    private static final Price PRICE = Price.usdPerMillion("1", "10");

    /** Counts a token for every four characters. */
    private static final TokenCounter COUNTER = (text, model) -> (text.length() + 3) / 4;

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-25T00:00:00Z"));
    private static final ChatRequest QUESTION =
            ChatRequest.of("assistant", "123456789"); // 9 characters: 3 tokens, and 6 that frame them

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final StageLab lab = new StageLab(environment);
    private final CapturingLogger log = new CapturingLogger(Level.INFO);
    private final List<MeterRecord> records = new ArrayList<>();

    private final TokenMeter meter = new TokenMeter() {
        @Override
        public void record(MeterRecord record) {
            records.add(record);
        }

        @Override
        public UsageLedger ledger() {
            return UsageLedger.EMPTY;
        }
    };

    @Test
    void anAttemptIsRecordedOnceWithWhatIsKnownOfIt() {
        CallOptions options = CallOptions.builder()
                .caller(Caller.ofTenant("acme"))
                .tag("feature", "summary")
                .build();
        Hop call = lab.attempt(ChatRequest.CHAT, QUESTION, options, PRICE);
        stage(meter).apply(call);
        assertThat(records).as("before its end").isEmpty();
        call.call().switchTo(lab.model("a fallback that the call went on to"));
        ChatResponse reply =
                ChatResponse.builder().text("Hi").usage(TokenUsage.of(100, 20)).build();
        StageLab.end(
                call,
                End.builder(Outcome.SUCCESS)
                        .reply(reply)
                        .usage(reply.usage())
                        .durationNanos(5)
                        .build());

        MeterRecord record = only();
        assertThat(record.callId()).isEqualTo(call.call().id());
        assertThat(record.attempt()).isEqualTo(1);
        assertThat(record.operation()).isEqualTo("chat");
        assertThat(record.model()).isEqualTo("assistant");
        assertThat(record.caller()).isEqualTo(Caller.ofTenant("acme"));
        assertThat(record.tags()).containsEntry("feature", "summary");
        assertThat(record.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(record.usage()).isEqualTo(TokenUsage.of(100, 20));
        assertThat(record.cost()).isEqualTo(usd("0.0003"));
    }

    @Test
    void withoutAPriceTheCostIsUnknown() {
        Hop call = lab.attempt(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, null);
        stage(meter).apply(call);
        StageLab.end(
                call,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.of(1, 1))
                        .durationNanos(5)
                        .build());

        assertThat(only().cost()).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void aChatThatReportedNothingIsEstimated() {
        end(ChatRequest.CHAT, QUESTION, success(ChatResponse.of("12345"), 0));

        assertThat(only().usage()).isEqualTo(estimated().input(9).output(2).build());
        assertThat(only().cost()).isEqualTo(usd("0.000029"));
    }

    @Test
    void theTierThatServedIsChargedElseTheOneAskedFor() {
        Price tiered = PRICE.tier("flex", "0.5").tier("priority", "2");
        ChatRequest asked = QUESTION.toBuilder().serviceTier("priority").build();
        ChatResponse downgraded = ChatResponse.builder()
                .text("Hi")
                .usage(TokenUsage.of(100, 0))
                .serviceTier("flex")
                .build();
        Hop plain = lab.attempt(ChatRequest.CHAT, asked, CallOptions.DEFAULT, tiered);
        stage(meter).apply(plain);
        StageLab.end(
                plain,
                End.builder(Outcome.SUCCESS)
                        .reply(downgraded)
                        .usage(downgraded.usage())
                        .durationNanos(5)
                        .build());
        Hop streamed = lab.attempt(ChatRequest.CHAT_STREAM, asked, CallOptions.DEFAULT, tiered);
        stage(meter).apply(streamed);
        StageLab.end(
                streamed,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.of(100, 0))
                        .outputChars(9)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .build());
        Hop reported = lab.attempt(ChatRequest.CHAT_STREAM, asked, CallOptions.DEFAULT, tiered);
        stage(meter).apply(reported);
        StageLab.end(
                reported,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.of(100, 0))
                        .outputChars(9)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .serviceTier("flex")
                        .build());
        Hop useless = lab.attempt(ChatRequest.CHAT, asked, CallOptions.DEFAULT, tiered);
        stage(meter).apply(useless);
        GatewayException failure = GatewayException.builder(ErrorKind.MALFORMED_RESPONSE, "no schema")
                .partial(downgraded)
                .build();
        StageLab.end(
                useless,
                End.builder(Outcome.FAILED).failure(failure).durationNanos(5).build());

        assertThat(records)
                .extracting(record -> record.cost())
                .containsExactly(usd("0.00005"), usd("0.0002"), usd("0.00005"), usd("0.00005"));
    }

    @Test
    void aStreamThatReportedNothingIsEstimatedByTheCharactersDelivered() {
        end(ChatRequest.CHAT_STREAM, QUESTION, success(null, 41));

        assertThat(only().usage()).isEqualTo(estimated().input(9).output(11).build());
    }

    @Test
    void embeddingsThatReportedNothingAreEstimatedByTheirTexts() {
        end(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.of("embedder", "1234", "56789"),
                success(EmbeddingResponse.builder().build(), 0));

        assertThat(only().usage()).isEqualTo(estimated().input(3).build());
    }

    @Test
    void aReplyOfAnotherKindThatReportedNothingHasAnUnknownCost() {
        end(PredictRequest.PREDICT, PredictRequest.of("sentiment", "fine"), success(PredictResponse.of("good"), 0));

        assertThat(only().usage()).isEqualTo(TokenUsage.NONE);
        assertThat(only().cost()).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void aStreamClosedEarlyIsEstimatedByWhatCame() {
        end(
                ChatRequest.CHAT_STREAM,
                QUESTION,
                End.builder(Outcome.ABANDONED)
                        .outputChars(8)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .build());

        assertThat(only().usage()).isEqualTo(estimated().input(9).output(2).build());
        assertThat(only().outcome()).isEqualTo(Outcome.ABANDONED);
    }

    @Test
    void aStreamThatEndedEarlyCountsTheLargerOfReportAndEstimate() {
        end(
                ChatRequest.CHAT_STREAM,
                QUESTION,
                End.builder(Outcome.ABANDONED)
                        .usage(TokenUsage.of(7, 1))
                        .outputChars(40)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .build());
        assertThat(only().usage()).isEqualTo(estimated().input(7).output(10).build());

        records.clear();
        end(
                ChatRequest.CHAT_STREAM,
                QUESTION,
                End.builder(Outcome.ABANDONED)
                        .usage(TokenUsage.of(7, 10))
                        .outputChars(40)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .build());
        assertThat(only().usage()).isEqualTo(TokenUsage.of(7, 10));
    }

    @Test
    void aReportOfACompleteReplyIsNeverTouched() {
        end(
                ChatRequest.CHAT_STREAM,
                QUESTION,
                End.builder(Outcome.SUCCESS)
                        .usage(TokenUsage.of(7, 1))
                        .outputChars(4000)
                        .durationNanos(5)
                        .firstContentNanos(1)
                        .build());

        assertThat(only().usage()).isEqualTo(TokenUsage.of(7, 1));
    }

    @Test
    void aRefusedAttemptCostsNothing() {
        end(ChatRequest.CHAT, QUESTION, failed(ErrorKind.RATE_LIMITED, TokenUsage.NONE));

        assertThat(only().usage()).isEqualTo(TokenUsage.NONE);
        assertThat(only().cost()).isEqualTo(Cost.ZERO);
        assertThat(only().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aFailedAttemptThatReportedUsageCostsThat() {
        end(ChatRequest.CHAT, QUESTION, failed(ErrorKind.CONTENT_FILTERED, TokenUsage.of(10, 0)));

        assertThat(only().cost()).isEqualTo(usd("0.00001"));
    }

    @Test
    void anAttemptThatTimedOutOrWasAbandonedBeforeContentCostsItsPromptAndWhatIsGeneratedInTheTime() {
        end(ChatRequest.CHAT, QUESTION, failed(ErrorKind.TIMEOUT, TokenUsage.NONE));
        Hop stopped = lab.attempt(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, PRICE);
        stage(meter).apply(stopped);
        environment.advance(Duration.ofMillis(500));
        StageLab.end(stopped, End.builder(Outcome.ABANDONED).build());

        long prompt = TokenCounter.calibrated().countPrompt(QUESTION, "gpt-5-mini");
        assertThat(records)
                .extracting(MeterRecord::usage)
                .extracting(usage -> List.of(usage.inputTokens(), usage.outputTokens(), usage.provenance()))
                .containsExactly(List.of(prompt, 0L, Provenance.ESTIMATED), List.of(prompt, 50L, Provenance.ESTIMATED));
        assertThat(records)
                .allSatisfy(record -> assertThat(record.cost().isKnown()).isTrue());
    }

    @Test
    void whatTheMeterThrowsDoesNotReachTheCallAndIsLoggedOnceThenCounted() {
        TokenMeter broken = new TokenMeter() {
            @Override
            public void record(MeterRecord record) {
                throw new IllegalStateException("full");
            }

            @Override
            public UsageLedger ledger() {
                return UsageLedger.EMPTY;
            }
        };
        MeterStage stage = stage(broken);
        for (int i = 0; i < 10; i++) {
            Hop call = lab.attempt(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, PRICE);
            stage.apply(call);
            StageLab.end(call, success(ChatResponse.of("Hi"), 0));
        }

        assertThat(log.thrown).hasSize(1);
        assertThat(log.lines)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("WARN the token meter failed"),
                        line -> assertThat(line).contains("the token meter has failed 10 times"));
    }

    private MeterStage stage(TokenMeter meter) {
        return new MeterStage(meter, COUNTER, CLOCK, new FailureLog(log, "the token meter"));
    }

    private void end(Operation<?, ?> operation, ModelRequest request, End end) {
        Hop call = lab.attempt(operation, request, CallOptions.DEFAULT, PRICE);
        stage(meter).apply(call);
        StageLab.end(call, end);
    }

    private MeterRecord only() {
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static End success(ModelReply reply, long outputChars) {
        return End.builder(Outcome.SUCCESS)
                .reply(reply)
                .outputChars(outputChars)
                .durationNanos(5)
                .build();
    }

    private static End failed(ErrorKind kind, TokenUsage usage) {
        return End.builder(Outcome.FAILED)
                .usage(usage)
                .failure(GatewayException.of(kind, "no"))
                .durationNanos(5)
                .build();
    }

    private static TokenUsage.Builder estimated() {
        return TokenUsage.builder().provenance(Provenance.ESTIMATED);
    }

    private static Cost usd(String amount) {
        return Cost.usd(new BigDecimal(amount));
    }
}
