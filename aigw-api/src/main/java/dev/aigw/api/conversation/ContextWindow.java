package dev.aigw.api.conversation;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.token.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes conversations fit a model's context window: checks whether one fits, and if not, drops or summarizes its
 * beginning.
 *
 * <pre>{@code
 * ContextWindow window = ContextWindow.builder(128_000)
 *     .summary(router, "assistant-small")
 *     .build();
 * ChatResponse answer = router.chat(window.trim(request).request());
 * }</pre>
 *
 * <p>Trimming drops the oldest exchanges, each a question with everything up to the next one, and no more than
 * necessary, unless the conversation holds signed reasoning: some vendors leave that out when the conversation before
 * it has changed, and what is cached of a prompt ends where it changes. Then it drops in {@linkplain Builder#trimStep
 * steps}, so that the beginning stays the same for many turns. If the last exchange alone does not fit, its oldest
 * rounds of tool calls are dropped too, but never its question or its last round. System messages stay, and a tool call
 * and its result stay or are dropped together.
 *
 * <p>Immutable and safe for use by many threads, if its counter and summary are.
 */
public final class ContextWindow {

    /** The beginning of a summary in the conversation; the next summary includes and replaces it. */
    static final String SUMMARY = "Summary of the conversation so far:\n";

    private static final int FRAME_TOKENS = 16;
    private static final double BOUND_STEP = 0.25;

    private final long tokens;
    private final long answerTokens;
    private final TokenCounter counter;
    private final @Nullable Function<List<Message>, String> summary;
    private final int summaryTokens;
    private final @Nullable Double trimStep;

    private ContextWindow(Builder builder) {
        this.tokens = builder.tokens;
        this.answerTokens = builder.answerTokens == null ? 1_024 : builder.answerTokens;
        this.counter = builder.counter == null ? TokenCounter.calibrated() : builder.counter;
        this.summaryTokens = builder.summaryTokens == null ? 512 : builder.summaryTokens;
        this.trimStep = builder.trimStep;
        this.summary = builder.client == null
                ? builder.summary
                : new ModelSummary(builder.client, Objects.requireNonNull(builder.model), summaryTokens);
    }

    /**
     * Starts a window of this many tokens, prompt and answer together.
     *
     * @throws IllegalArgumentException if {@code tokens} is not positive
     */
    public static Builder builder(long tokens) {
        return new Builder(tokens);
    }

    /**
     * Returns the request that asks a model for a summary, for those who make that call themselves.
     *
     * @param messages what to summarize, an earlier summary included
     * @param tokens how long the summary may be
     */
    public static ChatRequest summaryRequest(String model, List<Message> messages, int tokens) {
        return ModelSummary.request(model, messages, tokens);
    }

    /** Returns the message that stands for a summary in a conversation. */
    public static Message summaryMessage(String summary) {
        return Message.system(SUMMARY + summary);
    }

    /** Returns whether the prompt and the longest answer that the request allows fit. */
    public boolean fits(ChatRequest request) {
        return fits(request, 0);
    }

    private boolean fits(ChatRequest request, long reserved) {
        return excess(request) + reserved <= 0;
    }

    /** Returns the tokens by which prompt and answer pass the window; negative for those that are free. */
    private long excess(ChatRequest request) {
        Integer maximum = request.maxOutputTokens();
        return counter.countPrompt(request, request.model()) + (maximum == null ? answerTokens : maximum) - tokens;
    }

    /** Returns the tokens to drop beyond the excess, so that a few more turns are cut at the same place. */
    private long slack(ChatRequest request, long reserved) {
        double share = trimStep != null ? trimStep : request.boundReasoning().isEmpty() ? 0 : BOUND_STEP;
        long step = (long) (tokens * share);
        return step == 0 ? 0 : Math.floorMod(-(excess(request) + reserved), step);
    }

    /**
     * A trimmed conversation.
     *
     * @param request the request, unchanged if it fitted
     * @param leftOut the dropped messages in order, including an earlier summary
     * @param summary the summary that replaces them, or null
     */
    public record Trimmed(
            ChatRequest request,
            List<Message> leftOut,
            @Nullable String summary) {

        /** Copies the list. */
        public Trimmed {
            leftOut = List.copyOf(leftOut);
        }
    }

    /**
     * Makes a conversation fit. A summary that does not fit is dropped too.
     *
     * @throws GatewayException of kind {@link ErrorKind#CONTEXT_TOO_LONG} if the messages that must stay do not fit; of
     *     any kind if the call for a summary fails
     */
    public Trimmed trim(ChatRequest request) {
        if (fits(request)) {
            return new Trimmed(request, List.of(), null);
        }
        List<Message> earlier = summary == null ? List.of() : select(request, true);
        ChatRequest base = earlier.isEmpty() ? request : with(request, select(request, false));
        History history = new History(base.messages());
        long reserved = summary == null ? 0 : summaryTokens + FRAME_TOKENS;
        History.Cut cut = shortest(base, history, reserved + slack(base, reserved));
        if (cut == null) {
            cut = shortest(base, history, reserved);
        }
        if (cut == null && reserved > 0) {
            cut = shortest(base, history, 0);
        }
        if (cut == null) {
            throw GatewayException.of(
                    ErrorKind.CONTEXT_TOO_LONG,
                    "the last exchange and the system messages alone do not fit " + tokens
                            + " tokens: shorten them, lower maxOutputTokens, or use a model with a larger window");
        }
        List<Message> leftOut = new ArrayList<>(earlier);
        leftOut.addAll(history.leftOut(cut));
        ChatRequest trimmed = with(base, history.kept(cut));
        if (summary == null) {
            return new Trimmed(trimmed, leftOut, null);
        }
        String text = summary.apply(List.copyOf(leftOut));
        ChatRequest whole = withSummary(trimmed, text);
        return fits(whole) ? new Trimmed(whole, leftOut, text) : new Trimmed(trimmed, leftOut, null);
    }

    private static List<Message> select(ChatRequest request, boolean summaries) {
        return request.messages().stream()
                .filter(message -> isSummary(message) == summaries)
                .toList();
    }

    /** Returns the smallest cut that makes it fit, or null. Larger cuts fit better, so a binary search finds it. */
    private History.@Nullable Cut shortest(ChatRequest request, History history, long reserved) {
        List<History.Cut> cuts = history.cuts();
        int low = 0;
        int high = cuts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fits(with(request, history.kept(cuts.get(middle))), reserved)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == cuts.size() ? null : cuts.get(low);
    }

    private static ChatRequest withSummary(ChatRequest trimmed, String text) {
        List<Message> messages = new ArrayList<>(trimmed.messages());
        int place = 0;
        while (place < messages.size() && messages.get(place).role() == Message.Role.SYSTEM) {
            place++;
        }
        messages.add(place, summaryMessage(text));
        return with(trimmed, messages);
    }

    static boolean isSummary(Message message) {
        return message.role() == Message.Role.SYSTEM && message.text().startsWith(SUMMARY);
    }

    private static ChatRequest with(ChatRequest request, List<Message> messages) {
        return request.toBuilder().messages(messages).build();
    }

    /**
     * Returns a stage that trims every chat and reports it in {@code reply.route().warnings()}.
     *
     * <pre>{@code
     * ModelRouter.builder().stage(Phase.TRANSFORM, window.stage())
     * }</pre>
     */
    public Stage stage() {
        return chain -> {
            if (!(chain.request() instanceof ChatRequest request)) {
                return chain.proceed(chain.request());
            }
            Trimmed trimmed = trim(request);
            if (!trimmed.leftOut().isEmpty()) {
                chain.call()
                        .warn(trimmed.leftOut().size() + " messages were "
                                + (trimmed.summary() == null ? "left out" : "summarized")
                                + ": the conversation did not fit " + tokens + " tokens");
            }
            return chain.proceed(trimmed.request());
        };
    }

    /** Builds a {@link ContextWindow}. Setting the same thing twice throws. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final long tokens;
        private @Nullable Long answerTokens;
        private @Nullable Integer summaryTokens;
        private @Nullable Double trimStep;
        private @Nullable TokenCounter counter;
        private @Nullable Function<List<Message>, String> summary;
        private @Nullable ModelClient client;
        private @Nullable String model;

        private Builder(long tokens) {
            if (tokens < 1) {
                throw new IllegalArgumentException("the window is " + tokens + " tokens; use a positive number");
            }
            this.tokens = tokens;
        }

        /** Sets the counter of tokens; {@link TokenCounter#calibrated()} by default. */
        public Builder counter(TokenCounter counter) {
            once.check(0, "counter");
            this.counter = Objects.requireNonNull(counter, "counter");
            return this;
        }

        /** Sets the tokens reserved for an answer whose request sets no {@code maxOutputTokens}; 1,024 by default. */
        public Builder answerTokens(long tokens) {
            once.check(1, "answerTokens");
            answerTokens = tokens;
            return this;
        }

        /** Summarizes dropped messages by a model, in at most {@link #summaryTokens}. No summary by default. */
        public Builder summary(ModelClient client, String model) {
            once.check(2, "summary");
            this.client = Objects.requireNonNull(client, "client");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Summarizes dropped messages by a custom function. No summary by default. */
        public Builder summary(Function<List<Message>, String> summary) {
            once.check(2, "summary");
            this.summary = Objects.requireNonNull(summary, "summary");
            return this;
        }

        /** Sets the tokens reserved for a summary; 512 by default. */
        public Builder summaryTokens(int tokens) {
            once.check(3, "summaryTokens");
            summaryTokens = tokens;
            return this;
        }

        /**
         * Sets the share of the window by which trimming advances: 0 drops no more than necessary, which moves the cut
         * with nearly every turn; 0.25 drops at least a quarter of the window at a time, so that the conversation's
         * beginning stays the same for many turns, and with it cached tokens and reasoning that is bound to it. By
         * default a quarter for conversations that hold signed reasoning, and 0 for others. Where so much cannot be
         * dropped, no more than necessary is.
         *
         * @throws IllegalArgumentException if it is negative or more than 1
         */
        public Builder trimStep(double share) {
            once.check(4, "trimStep");
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("trimStep is " + share + "; use a share of the window from 0 to 1");
            }
            trimStep = share;
            return this;
        }

        /** Returns the window. */
        public ContextWindow build() {
            return new ContextWindow(this);
        }
    }
}
