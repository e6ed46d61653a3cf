package dev.aigw.api.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation: a role and an ordered list of parts. Immutable.
 *
 * <pre>{@code
 * Message.user("What is on this picture?", Media.of(Path.of("cat.png")));
 * }</pre>
 */
public final class Message {

    /** The author of a message. */
    public enum Role {
        /** Instructions for the whole conversation. */
        SYSTEM,
        /** The user: a person or a program. */
        USER,
        /** The model. */
        ASSISTANT,
        /** Results of tools. */
        TOOL
    }

    private final Role role;
    private final List<ContentPart> parts;
    private final @Nullable String name;

    private Message(Role role, List<ContentPart> parts, @Nullable String name) {
        this.role = Objects.requireNonNull(role, "role");
        this.parts = List.copyOf(parts);
        this.name = name;
    }

    /** Returns a system message: instructions for the whole conversation. */
    public static Message system(String text) {
        return of(Role.SYSTEM, List.of(new ContentPart.Text(text)));
    }

    /** Returns a user message of one text. */
    public static Message user(String text) {
        return of(Role.USER, List.of(new ContentPart.Text(text)));
    }

    /** Returns a user message of a text and further parts, in this order. */
    public static Message user(String text, ContentPart... more) {
        List<ContentPart> parts = new ArrayList<>(more.length + 1);
        parts.add(new ContentPart.Text(text));
        parts.addAll(List.of(more));
        return of(Role.USER, parts);
    }

    /**
     * Returns a user message of a text and media, in this order, each as {@link ContentPart#of(Media)}.
     *
     * @throws IllegalArgumentException if the type of one is not known
     */
    public static Message user(String text, Media... media) {
        ContentPart[] parts = new ContentPart[media.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = ContentPart.of(media[i]);
        }
        return user(text, parts);
    }

    /** Returns an assistant message of one text. */
    public static Message assistant(String text) {
        return of(Role.ASSISTANT, List.of(new ContentPart.Text(text)));
    }

    /** Returns a tool message with the result of {@code call}. */
    public static Message toolResult(ToolCall call, String result) {
        return of(
                Role.TOOL,
                List.of(new ContentPart.ToolResult(call.id(), List.of(new ContentPart.Text(result)), false)));
    }

    /** Returns a message of any parts. */
    public static Message of(Role role, List<? extends ContentPart> parts) {
        return new Message(role, List.copyOf(parts), null);
    }

    /** Returns this message with the speaker's name, which some vendors show to the model. */
    public Message withName(@Nullable String name) {
        return new Message(role, parts, name);
    }

    /** Returns this message with other parts. */
    public Message withParts(List<? extends ContentPart> parts) {
        return new Message(role, List.copyOf(parts), name);
    }

    /** Returns the role. */
    public Role role() {
        return role;
    }

    /** Returns the parts in order. */
    public List<ContentPart> parts() {
        return parts;
    }

    /** Returns the speaker's name, or null. */
    public @Nullable String name() {
        return name;
    }

    /** Returns the text parts joined; empty when there are none. */
    public String text() {
        return textOf(parts);
    }

    /** Returns the tool calls in order, possibly none. */
    public List<ToolCall> toolCalls() {
        List<ToolCall> calls = List.of();
        for (ContentPart part : parts) {
            if (part instanceof ToolCall call) {
                if (calls.isEmpty()) {
                    calls = new ArrayList<>();
                }
                calls.add(call);
            }
        }
        return calls;
    }

    /**
     * Returns this message as a plain JSON object, to be stored: {@code role}, {@code name} and {@code parts}. See
     * {@link ChatRequest#toJson()} for the rules of the form.
     */
    public Map<String, @Nullable Object> toMap() {
        return PartForm.of(this);
    }

    /**
     * Returns the message that {@link #toMap()} wrote. Members of other names are ignored.
     *
     * @throws IllegalArgumentException if a member is missing or does not fit; the message names its path
     */
    public static Message fromMap(Map<String, ?> map) {
        return PartForm.message(map, "");
    }

    static String textOf(List<ContentPart> parts) {
        if (parts.size() == 1 && parts.get(0) instanceof ContentPart.Text only) {
            return only.text();
        }
        StringBuilder text = new StringBuilder();
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text some) {
                text.append(some.text());
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that
                && role == that.role
                && parts.equals(that.parts)
                && Objects.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return 31 * parts.hashCode() + role.name().hashCode();
    }

    /** Returns the role and the number of parts; content stays out of logs. */
    @Override
    public String toString() {
        return "Message{" + role + ", " + parts.size() + " parts}";
    }
}
