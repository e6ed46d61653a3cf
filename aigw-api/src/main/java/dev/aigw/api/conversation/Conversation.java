package dev.aigw.api.conversation;

import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.internal.JsonFields;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was said between a user and a model so far: a chat's memory.
 *
 * <pre>{@code
 * Conversation conversation = Conversation.builder().system("Answer briefly.").maxMessages(40).build();
 * conversation.ask(router, "assistant", "My name is Ann.");
 * conversation.ask(router, "assistant", "What is my name?");
 * store.save(userId, conversation.toJson());
 * }</pre>
 *
 * <p>Step by step, as for streams and tools:
 *
 * <pre>{@code
 * conversation.user("What is on this?", Media.of(Path.of("cat.jpg")));
 * ChatResponse answer = router.chat(conversation.request("assistant"));
 * conversation.add(answer);
 * }</pre>
 *
 * <p>It keeps everything, for display and storage. What a model gets is bounded: {@link #request} leaves out the oldest
 * exchanges beyond {@link Builder#maxMessages} and {@link Builder#window}. System messages stay, what is sent begins
 * with a user message, and a tool call and its result stay or go together. {@link #trim} forgets what is left out.
 *
 * <p>Safe for use by many threads: messages are added one at a time. Two threads that ask at the same time do not see
 * each other's question; let one user's turns follow each other.
 */
public final class Conversation {

    private static final String TYPE = "conversation";

    /** Increment it when an older reader would misread a change. A new member that may be ignored is no such change. */
    private static final int VERSION = 1;

    private final @Nullable Integer maxMessages;
    private final @Nullable ContextWindow window;
    private final Object lock = new Object();
    private final List<Message> messages;

    private Conversation(Builder builder) {
        this.maxMessages = builder.maxMessages;
        this.window = builder.window;
        this.messages = new ArrayList<>(builder.json == null ? builder.messages : Builder.read(builder.json));
        if (builder.system != null) {
            messages.removeIf(message -> message.role() == Message.Role.SYSTEM && !ContextWindow.isSummary(message));
            messages.add(0, Message.system(builder.system));
        }
    }

    /** Starts an empty conversation without bounds. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the conversation that {@link #toJson} wrote, without bounds; {@link Builder#json} sets bounds too.
     *
     * @throws IllegalArgumentException if the text is not JSON or no such conversation, or of a newer version; the
     *     message names the member by its path, and quotes no content
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     */
    public static Conversation fromJson(String json) {
        return builder().json(json).build();
    }

    /** Adds a message. */
    public Conversation add(Message message) {
        Objects.requireNonNull(message, "message");
        synchronized (lock) {
            messages.add(message);
        }
        return this;
    }

    /** Adds an answer: all its parts, so that tool calls and signed reasoning are sent back as they came. */
    public Conversation add(ChatResponse answer) {
        return add(answer.message());
    }

    /** Adds a user message of one text. */
    public Conversation user(String text) {
        return add(Message.user(text));
    }

    /** Adds a user message of a text and further parts, in this order. */
    public Conversation user(String text, ContentPart... more) {
        return add(Message.user(text, more));
    }

    /**
     * Adds a user message of a text and images, sound, videos or documents, in this order.
     *
     * @throws IllegalArgumentException if the type of one is not known
     */
    public Conversation user(String text, Media... media) {
        return add(Message.user(text, media));
    }

    /** Adds the result of a tool. */
    public Conversation toolResult(ToolCall call, String result) {
        return add(Message.toolResult(call, result));
    }

    /** Returns all messages so far, also those that are not sent any more. */
    public List<Message> messages() {
        synchronized (lock) {
            return List.copyOf(messages);
        }
    }

    /** Returns the tool calls of the last answer that have no result yet, in order. */
    public List<ToolCall> pendingToolCalls() {
        return ToolPairs.pending(messages());
    }

    /**
     * Returns a request for the next answer of {@code model}.
     *
     * @throws IllegalStateException if the last answer calls tools that have no result yet
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#INVALID_REQUEST} if nothing was said yet; of any
     *     kind if the {@linkplain Builder#window window} fails
     */
    public ChatRequest request(String model) {
        return request(model, settings -> {});
    }

    /**
     * Returns a request for the next answer of {@code model}, with settings such as tools.
     *
     * <pre>{@code
     * router.stream(conversation.request("assistant", settings -> settings.tool(weather).temperature(0.2)))
     * }</pre>
     *
     * <p>A tool call that was interrupted, so that others than its result follow it, is sent with a result that says
     * so, and a result without its call is left out, since vendors refuse both.
     *
     * @throws IllegalStateException if the last answer calls tools that have no result yet
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#INVALID_REQUEST} if nothing was said yet; of any
     *     kind if the {@linkplain Builder#window window} fails
     */
    public ChatRequest request(String model, Consumer<ChatRequest.Builder> settings) {
        return request(model, settings, messages());
    }

    private ChatRequest request(String model, Consumer<ChatRequest.Builder> settings, List<Message> said) {
        List<Message> whole = ToolPairs.whole(said);
        List<ToolCall> pending = ToolPairs.pending(whole);
        if (!pending.isEmpty()) {
            throw new IllegalStateException("the tool call " + pending.get(0).id() + " ("
                    + pending.get(0).name() + ") has no result yet: add it by toolResult(call, result)");
        }
        ChatRequest.Builder builder = ChatRequest.builder(model);
        settings.accept(builder);
        ChatRequest request = builder.messages(bounded(whole)).build();
        return window == null ? request : window.trim(request).request();
    }

    private List<Message> bounded(List<Message> said) {
        if (maxMessages == null || spoken(said) <= maxMessages) {
            return said;
        }
        History history = new History(said);
        List<Message> kept = said;
        for (History.Cut cut : history.cuts()) {
            kept = history.kept(cut);
            if (spoken(kept) <= maxMessages) {
                break;
            }
        }
        return kept;
    }

    private static long spoken(List<Message> messages) {
        return messages.stream()
                .filter(message -> message.role() != Message.Role.SYSTEM)
                .count();
    }

    /**
     * Asks a question, and adds it and the answer once that is there. If the call fails, nothing is added, so that the
     * question can be asked again.
     *
     * @throws IllegalStateException if the last answer calls tools that have no result yet
     * @throws GatewayException if the call fails
     */
    public ChatResponse ask(ModelClient client, String model, String text) {
        Message question = Message.user(text);
        List<Message> said = new ArrayList<>(messages());
        said.add(question);
        ChatResponse answer = client.chat(request(model, settings -> {}, said));
        synchronized (lock) {
            messages.add(question);
            messages.add(answer.message());
        }
        return answer;
    }

    /**
     * Forgets the messages that {@link #request} leaves out, so that memory and storage are bounded too; a summary
     * takes their place if the {@linkplain Builder#window window} makes one.
     *
     * @param model whose tokens count
     * @return the forgotten messages in order, to be archived
     * @throws IllegalStateException if the last answer calls tools that have no result yet
     * @throws GatewayException if the window fails
     */
    public List<Message> trim(String model) {
        List<Message> before = messages();
        if (before.isEmpty()) {
            return List.of();
        }
        List<Message> kept = request(model, settings -> {}, before).messages();
        List<Message> forgotten = new ArrayList<>(before);
        kept.forEach(forgotten::remove);
        synchronized (lock) {
            boolean unchanged = messages.size() >= before.size()
                    && messages.subList(0, before.size()).equals(before);
            if (!unchanged) {
                return List.of(); // another thread has trimmed it
            }
            messages.subList(0, before.size()).clear();
            messages.addAll(0, kept);
        }
        return List.copyOf(forgotten);
    }

    /**
     * Returns the messages as JSON, to be stored; bounds are not in it. The rules of the form are those of
     * {@link ChatRequest#toJson()}.
     *
     * @throws IllegalStateException if no JSON mapper is installed; the message says what to add
     */
    public String toJson() {
        return JsonMapper.installed()
                .write(JsonFields.of(TYPE, VERSION)
                        .with("messages", messages(), Message::toMap)
                        .plain());
    }

    /** Returns the number of messages; content stays out of logs. */
    @Override
    public String toString() {
        synchronized (lock) {
            return "Conversation{" + messages.size() + " messages}";
        }
    }

    /**
     * Builds a {@link Conversation}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads; what it builds is.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String system;
        private @Nullable Integer maxMessages;
        private @Nullable ContextWindow window;
        private List<Message> messages = List.of();
        private @Nullable String json;

        private Builder() {}

        /**
         * Sets the instructions for the whole conversation; none by default. They replace those of {@link #messages}
         * and {@link #json}, so that a stored conversation follows a changed prompt.
         */
        public Builder system(String text) {
            once.check(0, "system");
            system = Objects.requireNonNull(text, "system");
            return this;
        }

        /**
         * Sets how many messages, beside system messages, are sent at most; all by default. The last question and what
         * followed it are sent even if they are more; only old rounds of tool calls after it are left out.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxMessages(int messages) {
            once.check(1, "maxMessages");
            if (messages < 1) {
                throw new IllegalArgumentException("maxMessages is " + messages + ": use 1 or more, such as 40");
            }
            maxMessages = messages;
            return this;
        }

        /**
         * Sets the window of tokens that a request fits; none by default. If it makes summaries, call
         * {@link Conversation#trim} after an answer, or each request makes one anew.
         *
         * <pre>{@code
         * Conversation.builder().window(ContextWindow.builder(32_000).answerTokens(2_000).build())
         * }</pre>
         */
        public Builder window(ContextWindow window) {
            once.check(2, "window");
            this.window = Objects.requireNonNull(window, "window");
            return this;
        }

        /** Sets the messages so far; none by default. */
        public Builder messages(List<Message> messages) {
            once.check(3, "messages");
            this.messages = List.copyOf(messages);
            return this;
        }

        /** Sets the messages so far to those that {@link Conversation#toJson} wrote. */
        public Builder json(String json) {
            once.check(4, "json");
            this.json = Objects.requireNonNull(json, "json");
            return this;
        }

        private static List<Message> read(String json) {
            Object form;
            try {
                form = JsonMapper.installed().read(json, Map.class);
            } catch (GatewayException e) { // not as the cause: its message quotes the text, as for an answer of a model
                throw new IllegalArgumentException("the text is not a JSON object");
            }
            return JsonFields.read(form, TYPE, VERSION).list("messages", Builder::message);
        }

        private static Message message(@Nullable Object form, String path) {
            try {
                return Message.fromMap(JsonFields.read(form, "").plain());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
            }
        }

        /**
         * Returns the conversation.
         *
         * @throws IllegalArgumentException if {@link #json} was given what {@link Conversation#fromJson} refuses
         * @throws IllegalStateException if both {@link #messages} and {@link #json} are set, or if {@code json} is and
         *     no JSON mapper is installed; the message says what to add
         */
        public Conversation build() {
            if (json != null && !messages.isEmpty()) {
                throw new IllegalStateException("messages and json are both set: remove one of the two");
            }
            return new Conversation(this);
        }
    }
}
