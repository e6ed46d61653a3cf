package dev.aigw.routing.guard.model;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.Media;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a moderation model, such as OpenAI's, whether content is harmful: the router's own operation
 * {@link ModerationRequest#MODERATE}, with its retries, fallbacks and metering.
 *
 * <pre>{@code
 * AtomicReference<ModelRouter> built = new AtomicReference<>();
 * Guard harm = ModerationGuard.builder(built::get, "moderation").threshold("violence", 0.7).build();
 * built.set(ModelRouter.builder().guards(Guards.builder().input(harm).output(harm).build()) // …
 *     .build());
 * }</pre>
 *
 * <p>All texts are checked by one request, and each image by one more. What the model flags is blocked, with the rules
 * {@code moderation/<category>}; a threshold takes the model's place for its category. Too few verdicts, and a category
 * with a threshold but without a score, are failures of the guard.
 *
 * <p>Safe for use by many threads if the client is.
 */
public final class ModerationGuard implements Guard {

    private static final int MOST_NAME_CHARS = 64;

    private final Supplier<? extends ModelClient> client;
    private final String model;
    private final Map<String, Double> thresholds;
    private final GuardAction action;
    private final boolean images;
    private final int step;
    private final OwnCalls calls;

    private ModerationGuard(Builder builder) {
        this.client = builder.client;
        this.model = builder.model;
        this.thresholds = Map.copyOf(builder.thresholds);
        this.action = builder.action;
        this.images = builder.images;
        this.step = builder.step;
        this.calls = new OwnCalls(builder.caller);
    }

    /**
     * Starts a guard that blocks what the model flags.
     *
     * @param client supplies the client that calls the model, usually the router itself, which does not exist yet when
     *     this is made; the guard does not check its own calls, but others do
     * @param model the name of the moderation model
     */
    public static Builder builder(Supplier<? extends ModelClient> client, String model) {
        return new Builder(client, model);
    }

    @Override
    public String name() {
        return "moderation";
    }

    /** Returns {@link Guard.Effort#REMOTE}. */
    @Override
    public Effort effort() {
        return Effort.REMOTE;
    }

    @Override
    public StreamChecking streaming() {
        return step == 0 ? StreamChecking.whole() : StreamChecking.steps(step);
    }

    /**
     * {@inheritDoc}
     *
     * @throws GatewayException if the model cannot be asked, or does not say what was asked
     */
    @Override
    public GuardVerdict check(Inspection inspection) {
        if (calls.isOne(inspection)) {
            return GuardVerdict.ALLOW;
        }
        List<String> texts = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<GuardFinding> findings = new ArrayList<>(0);
        CallOptions options = calls.options(inspection);
        for (int i = 0; i < inspection.parts().size(); i++) {
            GuardedPart part = inspection.parts().get(i);
            if (part.text() != null && !part.text().isBlank()) {
                texts.add(part.text());
                places.add(i);
            }
        }
        if (!texts.isEmpty()) {
            ask(request().texts(texts).build(), places, options, findings);
        }
        for (int i = 0; images && i < inspection.parts().size(); i++) {
            Media media = inspection.parts().get(i).media();
            if (media != null && isImage(media)) {
                ask(request().image(media).build(), List.of(i), options, findings);
            }
        }
        return GuardVerdict.of(findings);
    }

    private ModerationRequest.Builder request() {
        return ModerationRequest.builder(model).extra(OwnCalls.VENDOR, OwnCalls.FIELD, calls.mark());
    }

    private static boolean isImage(Media media) {
        String type = media.mimeType() == null ? media.likelyType() : media.mimeType();
        return type == null ? media.imageSize() != null : type.startsWith("image/");
    }

    private void ask(
            ModerationRequest request, List<Integer> places, CallOptions options, List<GuardFinding> findings) {
        ModerationResponse response = client.get().moderate(request, options);
        if (response.results().size() != places.size()) {
            throw unreadable(response.results().size() + " verdicts on " + places.size() + " items");
        }
        for (int i = 0; i < places.size(); i++) {
            judge(places.get(i), response.results().get(i), findings);
        }
    }

    private void judge(int part, ModerationResponse.Verdict verdict, List<GuardFinding> findings) {
        boolean explained = false;
        TreeSet<String> categories = new TreeSet<>(verdict.flaggedCategories());
        categories.addAll(thresholds.keySet());
        for (String category : categories) {
            Double threshold = thresholds.get(category);
            Double score = verdict.scores().get(category);
            if (threshold != null && score == null) {
                throw unreadable("no score of " + category + ", which has a threshold");
            }
            boolean flagged = Boolean.TRUE.equals(verdict.categories().get(category));
            explained |= flagged;
            if ((threshold == null || score == null) ? flagged : !(score < threshold)) {
                findings.add(GuardFinding.in(part, "moderation/" + named(category), bounded(score), action));
            }
        }
        if (verdict.flagged() && !explained) {
            findings.add(GuardFinding.in(part, "moderation", 1, action));
        }
    }

    private static double bounded(@Nullable Double score) {
        return score != null && score >= 0 && score <= 1 ? score : 1;
    }

    /** Returns a category as a part of a rule's name; a long one, or one of other characters, could be content. */
    private static String named(String category) {
        boolean isName = category.length() <= MOST_NAME_CHARS
                && category.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./ ".indexOf(c) >= 0);
        return isName ? category : "other";
    }

    private GatewayException unreadable(String why) {
        return GatewayException.of(
                ErrorKind.MALFORMED_RESPONSE, "the moderation model \"" + model + "\" returned " + why);
    }

    /**
     * Builds a {@link ModerationGuard}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Supplier<? extends ModelClient> client;
        private final String model;
        private final Map<String, Double> thresholds = new LinkedHashMap<>();
        private GuardAction action = GuardAction.BLOCK;
        private boolean images = true;
        private @Nullable Caller caller = Caller.ANONYMOUS;
        private int step;

        private Builder(Supplier<? extends ModelClient> client, String model) {
            this.client = Objects.requireNonNull(client, "client");
            this.model = Objects.requireNonNull(model, "model");
        }

        /**
         * Sets from which score on a category counts, in place of what the model flags.
         *
         * @param category the vendor's name, such as {@code violence/graphic}
         * @throws IllegalArgumentException if the threshold is not from 0 to 1
         */
        public Builder threshold(String category, double threshold) {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold(\"" + category + "\", " + threshold + "): it is 0 to 1");
            }
            if (thresholds.putIfAbsent(category, threshold) != null) {
                throw new IllegalStateException("the threshold of " + category + " is set twice: remove one");
            }
            return this;
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

        /** Sets whether images are checked too; true by default. A model that takes none then fails the check. */
        public Builder images(boolean images) {
            once.check(1, "images");
            this.images = images;
            return this;
        }

        /**
         * Checks streamed replies each time so many characters more have arrived, the whole text so far. By default the
         * caller gets a streamed reply when it is complete and checked.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder streamStep(int characters) {
            once.check(2, "streamStep");
            this.step = StreamChecking.steps(characters).step();
            return this;
        }

        /**
         * Sets on whose behalf the guard's calls are made; by default an anonymous caller's, so that no caller pays for
         * being checked.
         *
         * @param caller null for the caller of the checked call
         */
        public Builder caller(@Nullable Caller caller) {
            once.check(3, "caller");
            this.caller = caller;
            return this;
        }

        /** Returns the guard. */
        public ModerationGuard build() {
            return new ModerationGuard(this);
        }
    }
}
