package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what an adapter sends: everything in a request must be sent, or reported as not sent by a failure of kind
 * {@link ErrorKind#UNSUPPORTED} or a warning.
 */
final class RequestChecks {

    private static final Set<ChatFeature> NEVER_SENT = EnumSet.of(ChatFeature.FOREIGN_PART, ChatFeature.FOREIGN_TOOL);

    private final ProviderAdapter adapter;
    private final String model;
    private final SentRequests server;
    private final @Nullable RequestReader reader;
    private final Set<ChatFeature> unreported;
    private final FeatureSamples samples;

    /**
     * Creates checks.
     *
     * @param adapter the adapter, which sends to {@code server}
     * @param model the vendor's id of a model
     * @param server answers each request and records the last one
     * @param unreported the features that need not be reported
     * @param reader reads requests back, or null
     */
    RequestChecks(
            ProviderAdapter adapter,
            String model,
            SentRequests server,
            Set<ChatFeature> unreported,
            @Nullable RequestReader reader) {
        this.adapter = adapter;
        this.model = model;
        this.server = server;
        this.unreported = unreported;
        this.reader = reader;
        this.samples = new FeatureSamples(reader);
    }

    /** The result of sending a request. */
    private record Result(SentRequests.@Nullable Sent sent, List<String> reports) {}

    /** Checks that a plain question and its model arrive without a report. */
    void question() {
        SentRequests.Sent sent = plain(FeatureSamples.plain());
        assertThat(sent.contains(model))
                .as("the model %s must be sent, in the URL or the body, but this was sent: %s", model, sent)
                .isTrue();
        assertThat(sent.contains(FeatureSamples.QUESTION))
                .as("the text of the question must be sent, but this was sent: %s", sent)
                .isTrue();
        assertReadsBack(FeatureSamples.plain(), sent);
    }

    /**
     * Checks that requests for a stream and for a whole answer differ, but have the same model and question.
     *
     * @param byHeader whether the header {@code Accept} alone may ask for it
     */
    void stream(boolean byHeader) {
        SentRequests.Sent whole = plain(FeatureSamples.plain());
        server.forget(true);
        try (ChatStream stream =
                adapter.call(ChatRequest.CHAT_STREAM, FeatureSamples.plain(), new ReportingAttempt(model))) {
            assertThat(stream).isNotNull();
        }
        SentRequests.Sent streamed = server.last();
        boolean asked = byHeader ? !streamed.accept().equals(whole.accept()) : !streamed.saysTheSame(whole);
        assertThat(asked)
                .as(
                        "a stream must be requested by the URL or the body (or by the header Accept, if"
                                + " streamsByHeader() is true), but this was sent: %s",
                        streamed)
                .isTrue();
        assertThat(streamed.contains(FeatureSamples.QUESTION) && streamed.contains(model))
                .as(
                        "the model and the question must be sent in a request for a stream, but this was sent: %s",
                        streamed)
                .isTrue();
        assertReadsBack(FeatureSamples.plain(), streamed);
    }

    /** Checks that a feature is sent or reported. Returns whether it was sent without a report. */
    boolean feature(ChatFeature feature) {
        FeatureSamples.Sample sample = samples.of(feature);
        if (sample == null) {
            return false;
        }
        Result result = send(sample.request());
        if (!result.reports().isEmpty()) {
            return false;
        }
        if (unreported.contains(feature)) {
            return false;
        }
        SentRequests.Sent sent = Objects.requireNonNull(result.sent(), "what is not reported was sent");
        assertThat(NEVER_SENT.contains(feature))
                .as(
                        "%s belongs to another vendor: drop it with attempt.warn(…), or fail with UNSUPPORTED. Sent: %s",
                        feature, sent)
                .isFalse();
        for (String mark : sample.marks()) {
            assertThat(sent.contains(mark))
                    .as("%s", lost(feature, "\"" + mark + "\" is not in", sent))
                    .isTrue();
        }
        if (sample.without() != null) {
            Result without = send(sample.without());
            assertThat(without.sent() != null && sent.saysTheSame(without.sent()))
                    .as("%s", lost(feature, "it makes no difference to", sent))
                    .isFalse();
        }
        assertReadsBack(sample.request(), sent);
        return true;
    }

    private static String lost(ChatFeature feature, String fault, SentRequests.Sent sent) {
        return feature + " is lost silently: " + fault + " what was sent. Send it; or report it, by a failure of"
                + " kind UNSUPPORTED before anything is sent or by attempt.warn(…); or, when the vendor does it by"
                + " itself, name it in unreported(). Sent: " + sent;
    }

    /** Checks that any mixture of the features that are sent one by one is sent completely. */
    void mixtures(int count) {
        RequestReader vendor = reader;
        if (vendor == null) {
            return;
        }
        Set<ChatFeature> sent = EnumSet.noneOf(ChatFeature.class);
        for (ChatFeature feature : ChatFeature.values()) {
            if (feature(feature)) {
                sent.add(feature);
            }
        }
        for (int seed = 0; seed < count; seed++) {
            ChatRequest request = new RandomChats(sent, vendor, new Random(seed)).request();
            Result result = send(request);
            if (result.reports().isEmpty() && result.sent() != null) {
                assertReadsBack(request, result.sent());
            }
        }
    }

    private SentRequests.Sent plain(ChatRequest request) {
        Result result = send(request);
        assertThat(result.reports()).as("reports on a plain question").isEmpty();
        return Objects.requireNonNull(result.sent(), "what is not reported was sent");
    }

    private Result send(ChatRequest request) {
        server.forget(false);
        ReportingAttempt attempt = new ReportingAttempt(model);
        try {
            ChatResponse response = adapter.call(ChatRequest.CHAT, request, attempt);
            List<String> reports = new ArrayList<>(attempt.warnings());
            reports.addAll(response.warnings());
            return new Result(server.last(), reports);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw new AssertionError("a request that cannot be sent must fail as UNSUPPORTED, not as " + e, e);
            }
            assertThat(server.isEmpty())
                    .as("nothing of a request that is refused as UNSUPPORTED may be sent: %s", e.getMessage())
                    .isTrue();
            return new Result(null, List.of(String.valueOf(e.getMessage())));
        }
    }

    private void assertReadsBack(ChatRequest request, SentRequests.Sent sent) {
        RequestReader vendor = reader;
        if (vendor != null) {
            ChatRequest read;
            try {
                read = vendor.read(SentJson.of(sent.body()), this::answer);
            } catch (RuntimeException e) {
                throw new AssertionError("the request reader cannot read what was sent: " + sent, e);
            }
            assertThat(ChatFacts.of(read, vendor.blur()))
                    .as("what is read back from what was sent: %s", sent)
                    .isEqualTo(ChatFacts.of(request, vendor.blur()));
        }
    }

    /** Returns the parts of an answer as the adapter reads it from a reply. */
    private List<ContentPart> answer(String reply) {
        return server.replying(
                reply,
                () -> adapter.call(ChatRequest.CHAT, FeatureSamples.plain(), new ReportingAttempt(model))
                        .message()
                        .parts());
    }
}
