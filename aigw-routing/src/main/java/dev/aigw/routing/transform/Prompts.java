package dev.aigw.routing.transform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Prompts by name and version, with values filled in so that what users, documents and tools wrote stays data.
 *
 * <pre>{@code
 * Prompts prompts = Prompts.builder()
 *     .registry(PromptRegistry.folder(Path.of("prompts"), Duration.ofSeconds(30)))
 *     .engine(new MustacheEngine())
 *     .serve(PromptRef.split("support", Map.of("3", 90, "4", 10)))
 *     .build();
 * ModelRouter router = ModelRouter.builder().prompts(prompts) // …
 *
 * RenderedPrompt prompt = prompts.render("support", Map.of("product", "Kiln", "question", question), options);
 * ChatResponse answer = router.chat(prompt.request("assistant").build(), options);
 * }</pre>
 *
 * <p>The router labels a call with the prompt that it uses, {@code prompt=support@3}: rules, limits, experiments and
 * the ledger see the label as one of the call's tags.
 *
 * <p>An untrusted text stands between tags {@code <untrusted-…>} that have a hash of the text, so that it cannot close
 * them. What cannot be seen is left out of it, and what begins a message in a model's chat template, such as
 * {@code <|im_start|>} or "Human:", is broken by a space. A sentence about the tags is added to the system message.
 * Trusted texts stand as they are. None of that is a guarantee: a model may still follow what it reads.
 *
 * <p>Safe for use by many threads; one instance may serve several routers.
 */
public final class Prompts {

    /** How many characters of all texts together a rendering may have. */
    private static final int MOST_CHARS = 16 << 20;

    private record Ready(PromptTemplate prompt, List<PromptEngine.Compiled> texts) {}

    private final PromptRegistry registry;
    private final PromptEngine engine;
    private final Map<String, PromptRef> served;
    private final String tag;
    private final boolean note;
    private final Cache<PromptTemplate, Ready> ready =
            Caffeine.newBuilder().weakKeys().maximumSize(10_000).build();

    private Prompts(Builder builder) {
        this.registry = SetOnce.required(builder.registry, "registry");
        this.engine = SetOnce.required(builder.engine, "engine");
        this.served = Map.copyOf(builder.served);
        this.tag = builder.tag;
        this.note = builder.note;
    }

    /** Starts without prompts. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that renders the prompts which requests name, and labels calls. */
    public static Feature feature(Prompts prompts) {
        return EngineFeature.of(prompts::install);
    }

    private void install(EngineInstaller installer) {
        installer.engineStage(Phase.TRANSFORM, Reach.CALLERS_ONLY, new PromptStage(this));
        if (registry.interval() != null) {
            PromptWatch watch = new PromptWatch(registry, installer.environment());
            watch.start();
            installer.onClose(watch::close);
        }
    }

    String tag() {
        return tag;
    }

    /**
     * Renders a prompt for a caller without a name; see {@link #render(String, Map, CallOptions)}.
     *
     * @throws GatewayException as the other method does
     */
    public RenderedPrompt render(String prompt, Map<String, ? extends @Nullable Object> variables) {
        return render(prompt, variables, CallOptions.DEFAULT);
    }

    /**
     * Renders a prompt.
     *
     * @param prompt its name, such as {@code support}, or one version of it, such as {@code support@3}
     * @param variables the values by name: texts, numbers, booleans, and lists and maps of them
     * @param options the options of the call, whose caller keeps its version of a split
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if there is no such prompt, or a value is
     *     missing, unknown or of another type; the message names prompt, version and variable, and has no content
     */
    public RenderedPrompt render(
            String prompt, Map<String, ? extends @Nullable Object> variables, CallOptions options) {
        return render(ref(prompt), variables, options, ThreadLocalRandom.current());
    }

    /**
     * Renders a prompt by a reference of your own.
     *
     * @throws GatewayException as {@link #render(String, Map, CallOptions)} does
     */
    public RenderedPrompt render(
            PromptRef prompt, Map<String, ? extends @Nullable Object> variables, CallOptions options) {
        return render(prompt, variables, options, ThreadLocalRandom.current());
    }

    /**
     * Has the router render a prompt when the request's call begins, in front of the request's messages. This is for
     * those who have the conversation and not the prompt, such as a server. In JSON the field is {@code "aigw/prompt":
     * {"ref": "support", "variables": {…}}}.
     *
     * @param request the request, with the conversation so far
     * @param prompt a name, or a name and a version
     * @param variables the values by name
     * @return the same builder
     */
    public static ChatRequest.Builder into(
            ChatRequest.Builder request, String prompt, Map<String, ? extends @Nullable Object> variables) {
        return request.extra(RenderedPrompt.FIELD, Map.of("ref", prompt, "variables", new HashMap<>(variables)));
    }

    RenderedPrompt render(
            PromptRef ref,
            Map<String, ? extends @Nullable Object> variables,
            CallOptions options,
            RandomGenerator random) {
        PromptRef chosen = ref.isLatest() ? served.getOrDefault(ref.name(), ref) : ref;
        String version = chosen.version(options, random);
        PromptTemplate prompt = registry.find(chosen.name(), version);
        if (prompt == null) {
            throw invalid("there is no prompt " + chosen.name() + (version == null ? "" : "@" + version), null);
        }
        try {
            return new RenderedPrompt(prompt.name(), prompt.version(), messages(prompt, variables));
        } catch (IllegalArgumentException e) {
            throw invalid("prompt " + prompt.id() + ": " + e.getMessage(), e);
        }
    }

    PromptRef ref(String text) {
        try {
            return PromptRef.of(text);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns whether the registry has the prompt of a label. */
    boolean isKnown(String id) {
        PromptRef ref = ref(id);
        return registry.find(ref.name(), ref.version(CallOptions.DEFAULT, ThreadLocalRandom.current())) != null;
    }

    static GatewayException invalid(String message, @Nullable Throwable cause) {
        return GatewayException.builder(ErrorKind.INVALID_REQUEST, message)
                .cause(cause)
                .build();
    }

    private List<Message> messages(PromptTemplate prompt, Map<String, ? extends @Nullable Object> variables) {
        Map<String, @Nullable Object> values = new PromptValues(prompt).of(variables);
        List<Message> messages = new ArrayList<>();
        Ready texts = ready(prompt);
        long chars = 0;
        for (int i = 0; i < texts.texts.size(); i++) {
            String text = texts.texts.get(i).render(values);
            chars += text.length();
            if (chars > MOST_CHARS) {
                throw new IllegalArgumentException("its text is longer than " + MOST_CHARS + " characters");
            }
            if (!text.isBlank()) {
                PromptTemplate.Part part = prompt.parts().get(i);
                messages.add(message(part.role(), text));
            }
        }
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("all its messages are empty with these values");
        }
        return note && prompt.takesUntrusted() ? noted(messages) : messages;
    }

    private static Message message(Message.Role role, String text) {
        return switch (role) {
            case SYSTEM -> Message.system(text);
            case ASSISTANT -> Message.assistant(text);
            default -> Message.user(text);
        };
    }

    private static List<Message> noted(List<Message> messages) {
        List<Message> noted = new ArrayList<>(messages);
        Message first = messages.get(0);
        if (first.role() == Message.Role.SYSTEM) {
            noted.set(0, Message.system(first.text() + "\n\n" + UntrustedText.NOTE));
        } else {
            noted.add(0, Message.system(UntrustedText.NOTE));
        }
        return noted;
    }

    private Ready ready(PromptTemplate prompt) {
        Ready known = ready.getIfPresent(prompt);
        if (known == null) {
            known = compiled(prompt);
            ready.put(prompt, known);
        }
        return known;
    }

    private Ready compiled(PromptTemplate prompt) {
        List<PromptEngine.Compiled> texts = new ArrayList<>();
        for (PromptTemplate.Part part : prompt.parts()) {
            PromptEngine.Compiled text = engine.compile(part.text(), this::partial);
            Set<String> unknown = new TreeSet<>(text.names(name -> {
                PromptVariable variable = prompt.byName().get(name);
                return variable != null && variable.type().opensScope();
            }));
            unknown.removeAll(prompt.byName().keySet());
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("it uses " + unknown + ", and has the variables "
                        + prompt.byName().keySet() + ": declare each variable");
            }
            texts.add(text);
        }
        return new Ready(prompt, List.copyOf(texts));
    }

    private String partial(String text) {
        PromptRef ref = PromptRef.of(text);
        PromptTemplate included =
                registry.find(ref.name(), ref.version(CallOptions.DEFAULT, ThreadLocalRandom.current()));
        if (included == null) {
            throw new IllegalArgumentException("it includes " + ref + ", and there is no such prompt");
        }
        if (included.parts().size() != 1) {
            throw new IllegalArgumentException(
                    "it includes " + included.id() + ", which has several messages: include one of a single message");
        }
        return included.parts().get(0).text();
    }

    /** Returns the registry. */
    @Override
    public String toString() {
        return "Prompts{" + registry + "}";
    }

    /**
     * Builds {@link Prompts}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Map<String, PromptRef> served = new HashMap<>();
        private @Nullable PromptRegistry registry;
        private @Nullable PromptEngine engine;
        private String tag = "prompt";
        private boolean note = true;

        private Builder() {}

        /** Sets where the prompts are. Required. */
        public Builder registry(PromptRegistry registry) {
            once.check(0, "registry");
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /** Sets the language of the prompts' texts, such as {@code new MustacheEngine()}. Required. */
        public Builder engine(PromptEngine engine) {
            once.check(1, "engine");
            this.engine = Objects.requireNonNull(engine, "engine");
            return this;
        }

        /**
         * Sets what is served to those who name a prompt without a version: one version, or a split. By default that is
         * the latest.
         *
         * @throws IllegalArgumentException if it is set for that name already
         */
        public Builder serve(PromptRef prompt) {
            if (served.putIfAbsent(prompt.name(), prompt) != null) {
                throw new IllegalArgumentException(
                        "prompt " + prompt.name() + " is served twice: remove one of the two");
            }
            return this;
        }

        /**
         * Sets the tag of calls that has the prompt's name and version; {@code prompt} by default. A ledger has sums by
         * it if its meter {@linkplain dev.aigw.routing.metering.Meters groups by} that tag.
         */
        public Builder tag(String tag) {
            once.check(2, "tag");
            this.tag = Objects.requireNonNull(tag, "tag");
            return this;
        }

        /**
         * Sets whether a sentence about the tags of untrusted texts is added at the end of the first system message, or
         * as one; {@code true} by default. It is always the same, and added to each prompt that declares an untrusted
         * variable.
         */
        public Builder note(boolean note) {
            once.check(3, "note");
            this.note = note;
            return this;
        }

        /**
         * Returns the prompts.
         *
         * @throws IllegalStateException if registry or engine is missing
         */
        public Prompts build() {
            return new Prompts(this);
        }
    }
}
