package dev.aigw.routing.guard.model;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model that classifies, such as Llama Guard, ShieldGemma or Granite Guardian, or any chat model with a question
 * of your own, whether texts are harmless.
 *
 * <pre>{@code
 * AtomicReference<ModelRouter> built = new AtomicReference<>();
 * Guard safety = ClassifierGuard.builder(built::get, "llama-guard", ClassifierForm.llamaGuard()).build();
 * }</pre>
 *
 * <p>The texts of a request, or of a reply, are joined and asked about by one request for each question of the form;
 * long ones are cut into pieces. The system prompt and the definitions of tools are not asked about. What the model
 * finds is blocked, with rules such as {@code llama-guard/S1}. An answer that is none of the form's, an empty one and a
 * refusal are failures of the guard, never a pass.
 *
 * <p>Its requests have temperature 0 and a small limit of tokens. They are calls of their own, so other guards of a
 * router check them, too: exempt the classifier's model from those, or give this guard a router of its own. Safe for
 * use by many threads if the client is.
 */
public final class ClassifierGuard implements Guard {

    private static final int OVERLAP = 200;
    private static final int ALTERNATIVES = 5;

    private final Supplier<? extends ModelClient> client;
    private final String model;
    private final ClassifierForm form;
    private final GuardAction action;
    private final @Nullable Double threshold;
    private final int maxTokens;
    private final int maxChars;
    private final int maxRequests;
    private final int step;
    private final OwnCalls calls;

    private ClassifierGuard(Builder builder) {
        this.client = builder.client;
        this.model = builder.model;
        this.form = builder.form;
        this.action = builder.action;
        this.threshold = builder.threshold;
        this.maxTokens = builder.maxTokens;
        this.maxChars = builder.maxChars;
        this.maxRequests = builder.maxRequests;
        this.step = builder.step;
        this.calls = new OwnCalls(builder.caller);
    }

    /**
     * Starts a guard that blocks what the model calls unsafe.
     *
     * @param client supplies the client that calls the model, usually the router itself, which does not exist yet when
     *     this is made; the guard does not check its own calls, but others do
     * @param model the name of the model
     */
    public static Builder builder(Supplier<? extends ModelClient> client, String model, ClassifierForm form) {
        return new Builder(client, model, form);
    }

    @Override
    public String name() {
        return form.family();
    }

    /** Returns {@link Guard.Effort#REMOTE}. */
    @Override
    public Effort effort() {
        return Effort.REMOTE;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.complementOf(EnumSet.of(ContentOrigin.SYSTEM, ContentOrigin.TOOL_DEFINITION));
    }

    @Override
    public StreamChecking streaming() {
        return step == 0 ? StreamChecking.whole() : StreamChecking.steps(step);
    }

    /**
     * {@inheritDoc}
     *
     * @throws GatewayException if the model cannot be asked; of kind {@link ErrorKind#MALFORMED_RESPONSE} if its answer
     *     is none of the form's; of kind {@link ErrorKind#PAYLOAD_TOO_LARGE} if the texts need more requests than
     *     allowed
     */
    @Override
    public GuardVerdict check(Inspection inspection) {
        StringBuilder joined = new StringBuilder();
        for (GuardedPart part : inspection.parts()) {
            if (part.text() != null && !part.text().isBlank()) {
                joined.append(joined.isEmpty() ? "" : "\n\n").append(part.text());
            }
        }
        if (joined.isEmpty() || calls.isOne(inspection)) {
            return GuardVerdict.ALLOW;
        }
        List<String> pieces = pieces(joined.toString());
        int requests = pieces.size() * form.questions().size();
        if (requests > maxRequests) {
            throw GatewayException.of(
                    ErrorKind.PAYLOAD_TOO_LARGE,
                    form.family() + ": the texts need " + requests + " requests: raise maxRequests(" + maxRequests
                            + ") or maxChars(" + maxChars + ")");
        }
        CallOptions options = calls.options(inspection);
        String asked = inspection.direction() == Direction.OUTPUT ? asked(inspection) : null;
        List<GuardFinding> findings = new ArrayList<>(0);
        for (String piece : pieces) {
            for (String question : form.questions()) {
                ask(question, piece, asked, options, findings);
                if (!findings.isEmpty() && action == GuardAction.BLOCK) {
                    return GuardVerdict.of(findings);
                }
            }
        }
        return GuardVerdict.of(findings);
    }

    private static String asked(Inspection inspection) {
        String last = inspection.request() instanceof ChatRequest chat ? chat.lastUserText() : "";
        return last.isBlank() ? "(none)" : last;
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (text.length() - from > maxChars) {
            int end = from + maxChars;
            end -= Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
            pieces.add(text.substring(from, end));
            from = end - OVERLAP;
            from += Character.isLowSurrogate(text.charAt(from)) ? 1 : 0;
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private void ask(
            String question, String text, @Nullable String asked, CallOptions options, List<GuardFinding> findings) {
        String border = "=====" + UUID.randomUUID();
        String context = asked == null || asked.length() <= maxChars ? asked : asked.substring(0, maxChars);
        ChatRequest.Builder request = ChatRequest.builder(model)
                .messages(form.messages(question, text, context, border))
                .temperature(0.0)
                .maxOutputTokens(maxTokens)
                .extra(OwnCalls.VENDOR, OwnCalls.FIELD, calls.mark());
        if (threshold != null) {
            request.topLogprobs(ALTERNATIVES);
        }
        ChatResponse response = client.get().chat(request.build(), options);
        ClassifierForm.Reading reading = form.read(question, response.text());
        if (reading == null) {
            throw unreadable("an answer that is none of " + form.family() + "'s");
        }
        Double likely = likely(response.logprobs());
        if (threshold != null && likely == null) {
            throw unreadable("no log probabilities of its answer, which threshold(...) needs");
        }
        boolean found = (threshold == null || likely == null) ? reading.unsafe() : likely >= threshold;
        if (found) {
            add(question, reading, likely == null ? 1 : likely, findings);
        }
    }

    private void add(String question, ClassifierForm.Reading reading, double score, List<GuardFinding> findings) {
        List<String> rules = reading.unsafe() ? reading.rules() : question.isEmpty() ? List.of() : List.of(question);
        if (rules.isEmpty()) {
            findings.add(GuardFinding.whole(form.family(), score, action));
        }
        for (String rule : rules) {
            String name = rule.equals(form.family()) ? rule : form.family() + "/" + rule;
            findings.add(GuardFinding.whole(name, score, action));
        }
    }

    /** Returns how likely the model calls the text unsafe, by the first token that says it; null if it is not known. */
    private static @Nullable Double likely(@Nullable Logprobs logprobs) {
        if (logprobs == null) {
            return null;
        }
        for (Logprobs.Token token : logprobs.tokens()) {
            double unsafe = 0;
            double safe = 0;
            List<Logprobs.Token> alternatives = token.top().isEmpty() ? List.of(token) : token.top();
            for (Logprobs.Token each : alternatives) {
                String word = each.token().strip().toLowerCase(Locale.ROOT);
                unsafe += word.equals("yes") || word.equals("unsafe") ? Math.exp(each.logprob()) : 0;
                safe += word.equals("no") || word.equals("safe") ? Math.exp(each.logprob()) : 0;
            }
            if (unsafe + safe > 0) {
                return unsafe / (unsafe + safe);
            }
        }
        return null;
    }

    private GatewayException unreadable(String why) {
        return GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "the classifier \"" + model + "\" returned " + why);
    }

    /**
     * Builds a {@link ClassifierGuard}. Setting a property twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private static final int LEAST_CHARS = 1000;

        private final SetOnce once = new SetOnce();
        private final Supplier<? extends ModelClient> client;
        private final String model;
        private final ClassifierForm form;
        private GuardAction action = GuardAction.BLOCK;
        private @Nullable Double threshold;
        private int maxTokens = 32;
        private int maxChars = 16_000;
        private int maxRequests = 8;
        private int step;
        private @Nullable Caller caller = Caller.ANONYMOUS;

        private Builder(Supplier<? extends ModelClient> client, String model, ClassifierForm form) {
            this.client = Objects.requireNonNull(client, "client");
            this.model = Objects.requireNonNull(model, "model");
            this.form = Objects.requireNonNull(form, "form");
        }

        /**
         * Sets what is done; {@link GuardAction#BLOCK} by default, or {@link GuardAction#ANNOTATE}.
         *
         * @throws IllegalArgumentException if it is another
         */
        public Builder action(GuardAction action) {
            once.check(0, "action");
            this.action = OwnCalls.ofWhole(action);
            return this;
        }

        /**
         * Decides by how likely the model's first word calls the text unsafe, instead of by that word alone. The model
         * must report log probabilities; an answer without them is a failure. By default the word decides.
         *
         * @throws IllegalArgumentException if it is not above 0 and at most 1
         */
        public Builder threshold(double probability) {
            if (!(probability > 0 && probability <= 1)) {
                throw new IllegalArgumentException("threshold(" + probability + "): it is above 0 and at most 1");
            }
            once.check(1, "threshold");
            this.threshold = probability;
            return this;
        }

        /**
         * Sets how many tokens the model may answer with; 32 by default. Models that think first need more.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxTokens(int maxTokens) {
            once.check(2, "maxTokens");
            this.maxTokens = positive("maxTokens", maxTokens);
            return this;
        }

        /**
         * Sets how many characters one request asks about; 16,000 by default, and 1000 at least. Longer texts are cut
         * into pieces, each of which repeats the last 200 characters of the one before.
         */
        public Builder maxChars(int maxChars) {
            once.check(3, "maxChars");
            this.maxChars = maxChars;
            return this;
        }

        /**
         * Sets how many requests one check may need; 8 by default. More is a failure of the guard.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxRequests(int maxRequests) {
            once.check(4, "maxRequests");
            this.maxRequests = positive("maxRequests", maxRequests);
            return this;
        }

        /**
         * Checks streamed replies each time so many characters more have arrived, the whole text so far. By default the
         * caller gets a streamed reply when it is complete and checked.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder streamStep(int characters) {
            once.check(5, "streamStep");
            this.step = positive("streamStep", characters);
            return this;
        }

        /**
         * Sets on whose behalf the guard's calls are made; by default an anonymous caller's, so that no caller pays for
         * being checked.
         *
         * @param caller null for the caller of the checked call
         */
        public Builder caller(@Nullable Caller caller) {
            once.check(6, "caller");
            this.caller = caller;
            return this;
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + "(" + value + "): it is 1 or more");
            }
            return value;
        }

        /**
         * Returns the guard.
         *
         * @throws IllegalArgumentException if {@code maxChars} is less than 1000
         */
        public ClassifierGuard build() {
            if (maxChars < LEAST_CHARS) {
                throw new IllegalArgumentException("maxChars(" + maxChars + "): use 1000 or more");
            }
            return new ClassifierGuard(this);
        }
    }
}
