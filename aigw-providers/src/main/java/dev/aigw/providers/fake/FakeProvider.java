package dev.aigw.providers.fake;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A provider that answers from a script, for tests of a router's configuration. It needs no network and records every
 * attempt.
 *
 * <pre>{@code
 * FakeProvider fake = FakeProvider.builder("fake")
 *     .model("big", script -> script.fail(ErrorKind.RATE_LIMITED).reply("back again"))
 *     .reply("any other model")
 *     .build();
 * // ... calls through a router that has fake as its provider
 * assertThat(fake.attempts()).hasSize(2);
 * assertThat(fake.openStreams()).isZero();
 * }</pre>
 *
 * <p>The attempt's timeouts apply as with a real provider: a step that takes longer fails with
 * {@link ErrorKind#TIMEOUT} or {@link ErrorKind#DEADLINE}. Waiting goes through a {@link Waiter}. Safe for use by many
 * threads; attempts get their steps in order of arrival.
 */
public final class FakeProvider implements ProviderAdapter {

    private final String name;
    private final Waiter waiter;
    private final @Nullable FakeBatches batches;
    private final Play defaultPlay;
    private final Map<String, Play> plays;
    private final Map<Operation<?, ?>, Function<ModelRequest, ? extends ModelReply>> functions;

    private final Object lock = new Object();
    private final List<SeenAttempt> attempts = new ArrayList<>();
    private TokenUsage served = TokenUsage.NONE;
    private final AtomicInteger openStreams = new AtomicInteger();

    private FakeProvider(Builder builder) {
        this.name = builder.name;
        this.waiter = builder.waiter == null ? Waiter.REAL_TIME : builder.waiter;
        this.batches = builder.batches;
        this.defaultPlay = new Play(builder.steps());
        this.plays = new HashMap<>();
        builder.models.forEach((model, script) -> plays.put(model, new Play(script.steps())));
        this.functions = new HashMap<>(builder.functions);
        functions.putIfAbsent(EmbeddingRequest.EMBED, request -> Answers.embed((EmbeddingRequest) request));
        functions.putIfAbsent(RerankRequest.RERANK, request -> Answers.rerank((RerankRequest) request));
        functions.putIfAbsent(ModerationRequest.MODERATE, request -> Answers.moderate((ModerationRequest) request));
        functions.putIfAbsent(ImageRequest.GENERATE_IMAGE, request -> MadeUpMedia.images((ImageRequest) request));
        functions.putIfAbsent(
                TranscriptionRequest.TRANSCRIBE, request -> MadeUpMedia.transcribe((TranscriptionRequest) request));
        functions.putIfAbsent(SpeechRequest.SPEAK, request -> MadeUpMedia.speak((SpeechRequest) request));
    }

    /** Starts a provider of this name. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || functions.containsKey(operation);
    }

    @Override
    public @Nullable BatchSupport batches() {
        return batches;
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        Credential credential = attempt.credential();
        SeenAttempt seen = new SeenAttempt(
                attempt.model(),
                operation,
                request,
                attempt.deployment(),
                credential == null ? null : credential.id(),
                attempt.number());
        synchronized (lock) {
            attempts.add(seen);
        }
        if (!supports(operation)) {
            throw GatewayException.builder(
                            ErrorKind.UNSUPPORTED,
                            "the fake provider does not know the operation \"" + operation
                                    + "\": give it a function with operation(...), infer(...) or predict(...)")
                    .provider(name)
                    .deployment(attempt.deployment())
                    .build();
        }
        return operation.replyType().cast(perform(operation, request, attempt));
    }

    private ModelReply perform(Operation<?, ?> operation, ModelRequest request, AttemptContext attempt) {
        Step step = plays.getOrDefault(attempt.model(), defaultPlay).next();
        Cancellation.Linked stop = Cancellation.childOf(attempt.cancellation());
        Patience patience = new Patience(name, waiter, attempt, stop.cancellation());
        boolean opened = false;
        try {
            patience.awaitSinceStart(step.delayNanos(), attempt.timeouts().attempt(), "the attempt");
            if (step instanceof Step.Failure scripted) {
                throw patience.copy(scripted.failure());
            }
            if (step instanceof Step.Hang) {
                patience.awaitSinceStart(Long.MAX_VALUE, attempt.timeouts().attempt(), "the attempt");
            }
            if (operation.equals(ChatRequest.CHAT_STREAM)) {
                ChatStream stream = stream(step, (ChatRequest) request, attempt, patience, stop);
                opened = true;
                return stream;
            }
            ModelReply reply = operation.equals(ChatRequest.CHAT)
                    ? chat(step, (ChatRequest) request, attempt, patience)
                    : Objects.requireNonNull(functions.get(operation)).apply(request);
            serve(reply.usage());
            return reply;
        } finally {
            if (!opened) {
                stop.close();
            }
        }
    }

    private static ChatResponse chat(Step step, ChatRequest request, AttemptContext attempt, Patience patience) {
        if (step instanceof Step.Answer scripted) {
            return scripted.answer().apply(request);
        }
        Step.Events scripted = (Step.Events) step;
        ChatAccumulator accumulator = new ChatAccumulator();
        for (ChatEvent event : scripted.events()) {
            patience.awaitSinceStart(scripted.paceNanos(), attempt.timeouts().attempt(), "the attempt");
            accumulator.add(event);
        }
        if (scripted.stall()) {
            patience.awaitSinceStart(Long.MAX_VALUE, attempt.timeouts().attempt(), "the attempt");
        }
        if (scripted.failure() != null) {
            throw patience.copy(scripted.failure());
        }
        return accumulator.toResponse();
    }

    private ChatStream stream(
            Step step, ChatRequest request, AttemptContext attempt, Patience patience, Cancellation.Linked stop) {
        ChatStream replay = null;
        Step.Events events;
        if (step instanceof Step.Answer scripted) {
            replay = ChatStream.replay(scripted.answer().apply(request));
            events = new Step.Events(0, scripted.paceNanos(), List.of(), null, false);
        } else {
            events = (Step.Events) step;
        }
        ChatEventSource source = replay == null ? new ListSource(events.events()) : replay.source();
        openStreams.incrementAndGet();
        FakeStream stream = new FakeStream(source, events, attempt.timeouts(), patience, stop, usage -> {
            openStreams.decrementAndGet();
            serve(usage);
        });
        return replay == null ? ChatStream.of(stream) : ChatStream.of(stream, replay.mapper());
    }

    private void serve(TokenUsage usage) {
        synchronized (lock) {
            served = served.plus(usage);
        }
    }

    /** Returns every attempt seen, in the order of arrival. */
    public List<SeenAttempt> attempts() {
        synchronized (lock) {
            return List.copyOf(attempts);
        }
    }

    /** Returns the attempts seen for this upstream model, in the order of arrival. */
    public List<SeenAttempt> attempts(String model) {
        return attempts().stream().filter(seen -> seen.model().equals(model)).toList();
    }

    /** Returns how many streams were returned and have neither been closed nor read to their end. */
    public int openStreams() {
        return openStreams.get();
    }

    /** Returns the tokens of all replies; of streams, those reported before they were closed. */
    public TokenUsage servedTokens() {
        synchronized (lock) {
            return served;
        }
    }

    @Override
    public String toString() {
        return "FakeProvider{" + name + "}";
    }

    /** The steps of one script and the current position. */
    private static final class Play {

        private final List<Step> steps;
        private final AtomicInteger position = new AtomicInteger();

        Play(List<Step> steps) {
            this.steps = List.copyOf(steps);
        }

        Step next() {
            return steps.get(position.getAndUpdate(at -> Math.min(at + 1, steps.size() - 1)));
        }
    }

    private static final class ListSource implements ChatEventSource {

        private final List<ChatEvent> events;
        private int position;

        ListSource(List<ChatEvent> events) {
            this.events = events;
        }

        @Override
        public @Nullable ChatEvent next() {
            return position < events.size() ? events.get(position++) : null;
        }

        @Override
        public void close() {}
    }

    /**
     * Builds a {@link FakeProvider}. Its own script serves every model without a script by {@link #model}. Setting the
     * same thing twice throws {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder extends Script<Builder> {

        private final String name;
        private final SetOnce once = new SetOnce();
        private final Map<String, OfModel> models = new HashMap<>();
        private final Map<Operation<?, ?>, Function<ModelRequest, ? extends ModelReply>> functions = new HashMap<>();
        private @Nullable Waiter waiter;
        private @Nullable FakeBatches batches;

        private Builder(String name) {
            if (name.isBlank() || name.contains("/")) {
                throw new IllegalArgumentException(
                        "provider name is \"" + name + "\": give a name without '/', such as \"fake\"");
            }
            this.name = name;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Gives an upstream model its own script.
         *
         * @throws IllegalStateException if the model has one already
         */
        public Builder model(String model, Consumer<OfModel> script) {
            OfModel ofModel = new OfModel();
            script.accept(ofModel);
            if (models.putIfAbsent(model, ofModel) != null) {
                throw new IllegalStateException("the script of model \"" + model + "\" is set twice: write one script");
            }
            return this;
        }

        /** Sets how the provider waits; {@link Waiter#REAL_TIME} by default. */
        public Builder waiter(Waiter waiter) {
            once.check(0, "waiter");
            this.waiter = Objects.requireNonNull(waiter, "waiter");
            return this;
        }

        /**
         * Answers embeddings with {@code embed}; by default each text gets a unit vector of eight dimensions, or of as
         * many as the request asks for; equal texts get equal vectors.
         */
        public Builder embed(Function<EmbeddingRequest, EmbeddingResponse> embed) {
            return operation(EmbeddingRequest.EMBED, embed);
        }

        /**
         * Answers reranking with {@code rerank}; by default documents that share more words with the query come first.
         */
        public Builder rerank(Function<RerankRequest, RerankResponse> rerank) {
            return operation(RerankRequest.RERANK, rerank);
        }

        /** Answers moderation with {@code moderate}; by default nothing is flagged. */
        public Builder moderate(Function<ModerationRequest, ModerationResponse> moderate) {
            return operation(ModerationRequest.MODERATE, moderate);
        }

        /** Answers image requests with {@code images}; by default with PNGs of one transparent pixel. */
        public Builder generateImage(Function<ImageRequest, ImageResponse> images) {
            return operation(ImageRequest.GENERATE_IMAGE, images);
        }

        /** Answers transcription with {@code transcribe}; by default with the number of bytes received. */
        public Builder transcribe(Function<TranscriptionRequest, TranscriptionResponse> transcribe) {
            return operation(TranscriptionRequest.TRANSCRIBE, transcribe);
        }

        /** Answers speech requests with {@code speak}; by default with a silent WAV, 100 ms per word. */
        public Builder speak(Function<SpeechRequest, SpeechResponse> speak) {
            return operation(SpeechRequest.SPEAK, speak);
        }

        /** Answers tensor inference with {@code infer}; unsupported by default. */
        public Builder infer(Function<InferenceRequest, InferenceResponse> infer) {
            return operation(InferenceRequest.INFER, infer);
        }

        /** Answers predictions with {@code predict}; unsupported by default. */
        public Builder predict(Function<PredictRequest, PredictResponse> predict) {
            return operation(PredictRequest.PREDICT, predict);
        }

        /**
         * Answers any operation except chats with {@code answer}, which may throw a {@link GatewayException}.
         *
         * @throws IllegalStateException if the operation has a function already
         */
        public <Q extends ModelRequest, R extends ModelReply> Builder operation(
                Operation<Q, R> operation, Function<Q, R> answer) {
            if (operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM)) {
                throw new IllegalArgumentException("chats are answered by the script: use answer(...)");
            }
            Objects.requireNonNull(answer, "answer");
            Function<ModelRequest, R> function =
                    request -> answer.apply(operation.requestType().cast(request));
            if (functions.putIfAbsent(operation, function) != null) {
                throw new IllegalStateException("operation \"" + operation + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /** Sets the vendor that takes batches; none does by default. */
        public Builder batches(FakeBatches batches) {
            once.check(1, "batches");
            this.batches = Objects.requireNonNull(batches, "batches");
            return this;
        }

        /** Returns the provider. */
        public FakeProvider build() {
            return new FakeProvider(this);
        }
    }
}
