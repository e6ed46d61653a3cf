package dev.aigw.routing.transform;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Message;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.CallContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@link Transforms} while it is made: whom it is about, and what it does, in the order of these calls. All
 * criteria must match, and of several values of one criterion any; without criteria it is about every call. Setting
 * twice what can be set once throws {@link IllegalStateException}. Not safe for use by several threads.
 */
public final class TransformRule {

    private final SetOnce once;
    private final StringBuilder fingerprint = new StringBuilder();
    final String name;
    final Set<String> models = new LinkedHashSet<>();
    final Set<String> tiers = new LinkedHashSet<>();
    final Set<String> tenants = new LinkedHashSet<>();
    final Set<String> operations = new LinkedHashSet<>();
    final Map<String, String> tags = new LinkedHashMap<>();
    final List<Predicate<? super CallContext>> conditions = new ArrayList<>();
    final List<RequestEdit> edits = new ArrayList<>();
    final List<UnaryOperator<ModelReply>> replies = new ArrayList<>();

    @Nullable
    ContextTrim trim;

    @Nullable
    TextMapping text;

    TransformRule(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a rule's name is blank: give it one, which warnings will have");
        }
        this.name = name;
        this.once = new SetOnce("rule \"" + name + "\": ");
    }

    Rule build() {
        if (trim != null && trim.summaryModel() != null && !models.isEmpty()) {
            throw new IllegalArgumentException(
                    "rule \"" + name + "\" has models and makes summaries: let a rule without"
                            + " models make them, so that guards check what the summarizing model gets");
        }
        if (edits.isEmpty() && replies.isEmpty() && trim == null && text == null) {
            throw new IllegalArgumentException("rule \"" + name + "\" does nothing: add what it does, or remove it");
        }
        return new Rule(this, fingerprint.toString());
    }

    private TransformRule does(String what, RequestEdit edit) {
        fingerprint.append(what).append('\n');
        edits.add(edit);
        return this;
    }

    private TransformRule onChats(String what, ChatEdit edit) {
        return does(
                what, (request, edited) -> request instanceof ChatRequest chat ? edit.apply(chat, edited) : request);
    }

    /** A step on a chat. */
    private interface ChatEdit {
        ChatRequest apply(ChatRequest request, Set<String> edits);
    }

    // ------------------------------------------------------------------------------------------------------ criteria

    /**
     * Adds models, by the resolved name with or without version, or as {@code adapter/upstream-model}; a name that ends
     * in a star matches all that begin so. A rule with models runs for each model that is tried, so for a fallback by
     * the fallback's rules only; one without runs once, before a model is chosen.
     */
    public TransformRule model(String... names) {
        return add(models, "model", names);
    }

    /** Adds tiers; a caller without a tier matches none. */
    public TransformRule tier(String... names) {
        return add(tiers, "tier", names);
    }

    /** Adds tenants; a caller without a tenant matches none. */
    public TransformRule tenant(String... names) {
        return add(tenants, "tenant", names);
    }

    /** Adds a tag that the call must have with this value. */
    public TransformRule tag(String name, String value) {
        tags.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Adds operations; a chat includes the streamed one and batches of chats. */
    public TransformRule operation(Operation<?, ?>... operations) {
        for (Operation<?, ?> operation : operations) {
            this.operations.add(operation.name());
            if (operation.equals(ChatRequest.CHAT)) {
                this.operations.add(ChatRequest.CHAT_STREAM.name());
            }
            this.operations.add("batch." + operation.name());
        }
        return this;
    }

    /**
     * Adds a condition of your own. It must return quickly, and the same for one call whenever it is asked. It decides
     * by caller, options and model: what it decides is part of the key of cached replies, its reasons are not.
     */
    public TransformRule when(Predicate<? super CallContext> condition) {
        conditions.add(Objects.requireNonNull(condition, "condition"));
        return this;
    }

    private TransformRule add(Set<String> to, String property, String... names) {
        for (String each : names) {
            if (each.isBlank()) {
                throw new IllegalArgumentException(
                        "rule \"" + name + "\": " + property + " has a blank name: remove it, or use \"*\"");
            }
            to.add(each);
        }
        return this;
    }

    // -------------------------------------------------------------------------------------------------- instructions

    /**
     * Adds a system message behind those at the beginning of chats. It is the same in each turn, so the beginning of a
     * conversation stays the same for prompt caches and signed reasoning.
     */
    public TransformRule appendSystem(String text) {
        return system(text, false);
    }

    /** Adds a system message before all others of chats. */
    public TransformRule prependSystem(String text) {
        return system(text, true);
    }

    /** Asks for answers in a language, by {@link #appendSystem}. */
    public TransformRule answerIn(Locale language) {
        String known = language.getDisplayLanguage(Locale.ENGLISH);
        if (known.isEmpty()) {
            throw new IllegalArgumentException(
                    "rule \"" + name + "\": the locale has no language: use one such as Locale.GERMAN");
        }
        return appendSystem("Answer in " + known + ", whatever the language of the question.");
    }

    private TransformRule system(String text, boolean first) {
        SystemText added = new SystemText(Message.system(text), first);
        return onChats((first ? "prepend " : "append ") + text, (request, edited) -> added.in(request));
    }

    // ---------------------------------------------------------------------------------------------------- parameters

    /** Sets a parameter of chats that set none. */
    public <T> TransformRule byDefault(ChatParameter<T> parameter, T value) {
        Objects.requireNonNull(value, "value");
        return onChats(
                "default " + parameter + " " + value,
                (request, edited) -> parameter.of(request) == null ? parameter.set(request, value) : request);
    }

    /** Sets a parameter of chats, whatever they set. */
    public <T> TransformRule set(ChatParameter<T> parameter, T value) {
        Objects.requireNonNull(value, "value");
        return onChats("set " + parameter + " " + value, (request, edited) -> {
            T before = parameter.of(request);
            if (value.equals(before)) {
                return request;
            }
            note(edited, before == null ? null : "set " + parameter);
            return parameter.set(request, value);
        });
    }

    /** Leaves a parameter of chats out. */
    public TransformRule drop(ChatParameter<?> parameter) {
        return onChats("drop " + parameter, (request, edited) -> {
            if (parameter.of(request) == null) {
                return request;
            }
            note(edited, "dropped " + parameter);
            return parameter.set(request, null);
        });
    }

    /**
     * Bounds a parameter of chats that set it; add {@link #byDefault} before for those that don't.
     *
     * @throws IllegalArgumentException if the bounds are in the wrong order
     */
    public <T extends Comparable<T>> TransformRule clamp(ChatParameter<T> parameter, T least, T most) {
        if (least.compareTo(most) > 0) {
            throw new IllegalArgumentException("rule \"" + name + "\": " + parameter + " is clamped to " + least
                    + " to " + most + ": give the smaller bound first");
        }
        return onChats("clamp " + parameter + " " + least + " " + most, (request, edited) -> {
            T before = parameter.of(request);
            if (before == null || (before.compareTo(least) >= 0 && before.compareTo(most) <= 0)) {
                return request;
            }
            note(edited, "clamped " + parameter);
            return parameter.set(request, before.compareTo(least) < 0 ? least : most);
        });
    }

    /** Sets a vendor's field of requests that have none of that name; see {@link ModelRequest#extra()}. */
    public TransformRule extraByDefault(String field, Object value) {
        return onExtra("default extra " + field + " " + value, (extra, edited) -> extra.putIfAbsent(field, value));
    }

    /** Sets a vendor's field of requests, whatever they set; see {@link ModelRequest#extra()}. */
    public TransformRule setExtra(String field, Object value) {
        return onExtra("set extra " + field + " " + value, (extra, edited) -> {
            Object before = extra.put(field, value);
            note(edited, before == null || before.equals(value) ? null : "set extra field " + field);
        });
    }

    /** Gives a vendor's field another name; a field that has that name already is replaced. */
    public TransformRule renameExtra(String from, String to) {
        return onExtra("rename extra " + from + " " + to, (extra, edited) -> {
            if (extra.containsKey(from)) {
                extra.put(to, extra.remove(from));
                note(edited, "renamed extra field " + from);
            }
        });
    }

    /** Leaves a vendor's field out. */
    public TransformRule dropExtra(String field) {
        return onExtra("drop extra " + field, (extra, edited) -> {
            if (extra.containsKey(field)) {
                extra.remove(field);
                note(edited, "dropped extra field " + field);
            }
        });
    }

    /** A step on vendors' fields. */
    private interface ExtraEdit {
        void apply(Map<String, @Nullable Object> extra, Set<String> edits);
    }

    private TransformRule onExtra(String what, ExtraEdit edit) {
        return does(what, (request, edited) -> {
            Map<String, @Nullable Object> extra = new LinkedHashMap<>(request.extra());
            edit.apply(extra, edited);
            return extra.equals(request.extra()) ? request : request.withExtra(extra);
        });
    }

    private static void note(Set<String> edited, @Nullable String what) {
        if (what != null) {
            edited.add(what);
        }
    }

    // ----------------------------------------------------------------------------------------------------- rewriting

    /**
     * Rewrites requests of a type. A failure of the function fails the call as
     * {@link dev.aigw.api.ErrorKind#INVALID_REQUEST}.
     *
     * @param type the type of the requests, such as {@code ChatRequest.class}
     * @param change returns the request to send; it has no side effects, and returns equal ones for equal ones
     */
    public <Q extends ModelRequest> TransformRule request(Class<Q> type, UnaryOperator<Q> change) {
        Objects.requireNonNull(change, "change");
        return does("request " + type.getSimpleName(), (request, edited) -> {
            if (!type.isInstance(request)) {
                return request;
            }
            ModelRequest changed = Objects.requireNonNull(
                    change.apply(type.cast(request)), "the function of rule \"" + name + "\" returned null");
            note(edited, changed.equals(request) ? null : "rewrote the request");
            return changed;
        });
    }

    /** Rewrites the JSON of predictions; see {@link #request}. */
    public TransformRule payload(UnaryOperator<@Nullable Object> change) {
        once.check(0, "payload");
        Objects.requireNonNull(change, "change");
        return does("payload", (request, edited) -> {
            if (!(request instanceof PredictRequest predict)) {
                return request;
            }
            Object changed = Objects.requireNonNull(
                    change.apply(predict.payload()), "the function of rule \"" + name + "\" returned null");
            if (changed.equals(predict.payload())) {
                return request;
            }
            note(edited, "rewrote the payload");
            return PredictRequest.of(predict.model(), changed);
        });
    }

    /**
     * Rewrites the JSON of predictions' answers. A failure of the function is one of the model's answer,
     * {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE}, so that a fallback may answer if the rule has models.
     */
    public TransformRule answer(UnaryOperator<@Nullable Object> change) {
        once.check(1, "answer");
        Objects.requireNonNull(change, "change");
        return reply(
                PredictResponse.class,
                response -> PredictResponse.of(change.apply(response.json()))
                        .withMapper(response.mapper())
                        .withUsage(response.usage())
                        .withRoute(response.route()));
    }

    /**
     * Rewrites replies of a type; not streams, for which there is {@link #replyText}.
     *
     * @param type the type of the replies, such as {@code EmbeddingResponse.class}
     * @param change returns the reply to deliver
     * @throws IllegalArgumentException for {@link ChatStream}
     */
    public <R extends ModelReply> TransformRule reply(Class<R> type, UnaryOperator<R> change) {
        if (type == ChatStream.class) {
            throw new IllegalArgumentException("rule \"" + name + "\" rewrites streams: use replyText(...)");
        }
        Objects.requireNonNull(change, "change");
        fingerprint.append("reply ").append(type.getSimpleName()).append('\n');
        replies.add(reply -> type.isInstance(reply)
                ? Objects.requireNonNull(
                        change.apply(type.cast(reply)), "the function of rule \"" + name + "\" returned null")
                : reply);
        return this;
    }

    /** Maps the text of chats' answers, whole and streamed. Log probabilities, which would not fit, are left out. */
    public TransformRule replyText(TextMapping mapping) {
        once.check(2, "replyText");
        text = Objects.requireNonNull(mapping, "replyText");
        fingerprint.append("reply text\n");
        return this;
    }

    /**
     * Makes chats fit a number of tokens, behind all other steps and behind guards: a model that makes a summary gets
     * what guards let through. In a rule with models, it makes no summary.
     */
    public TransformRule trim(ContextTrim trim) {
        once.check(3, "trim");
        this.trim = Objects.requireNonNull(trim, "trim");
        fingerprint.append(trim).append('\n');
        return this;
    }
}
