package dev.aigw.providers.contract;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's replies and their meaning: the input of {@link ProviderContractTest}. Immutable.
 *
 * <p>Bodies are as the vendor's reference shows them. A stream's body contains the same answer as the whole reply of
 * the same name.
 */
public final class WireFixtures {

    /**
     * An answer, whole and streamed.
     *
     * @param reply the body of the whole reply
     * @param stream the body of the stream with the same answer
     * @param expected the meaning of both; compared by message, finish reason and usage
     */
    public record Answer(String reply, String stream, ChatResponse expected) {}

    /**
     * An error.
     *
     * @param name the name of the test
     * @param status the HTTP status
     * @param headers the reply's headers
     * @param body the reply's body
     * @param kind the kind of failure that it means
     */
    public record ErrorReply(String name, int status, Map<String, String> headers, String body, ErrorKind kind) {
        /** Returns the name. */
        @Override
        public String toString() {
            return name;
        }
    }

    private final Answer text;
    private final @Nullable Answer tools;
    private final List<ErrorReply> errors;
    private final @Nullable String errorInStream;
    private final @Nullable ErrorKind errorInStreamKind;

    private WireFixtures(Builder builder) {
        if (builder.text == null) {
            throw new IllegalStateException("set text(…): an answer of text, whole and streamed");
        }
        if (builder.tools == null && !builder.noTools) {
            throw new IllegalStateException("set tools(…): an answer that calls tools, whole and streamed; or call"
                    + " noTools() for a vendor that has none");
        }
        if (builder.errors.isEmpty()) {
            throw new IllegalStateException(
                    "add an error(…) for each kind of failure that the vendor's reference names");
        }
        this.text = builder.text;
        this.tools = builder.tools;
        this.errors = List.copyOf(builder.errors);
        this.errorInStream = builder.errorInStream;
        this.errorInStreamKind = builder.errorInStreamKind;
    }

    /** Starts fixtures. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns an answer of text with usage. */
    public Answer text() {
        return text;
    }

    /** Returns an answer that calls tools, or null when the vendor has none. */
    public @Nullable Answer tools() {
        return tools;
    }

    /** Returns all answers. */
    List<Answer> answers() {
        return tools == null ? List.of(text) : List.of(text, tools);
    }

    /** Returns the errors. */
    public List<ErrorReply> errors() {
        return errors;
    }

    /** Returns the body of a stream that is an error from its first event on, or null when the vendor has none. */
    public @Nullable String errorInStream() {
        return errorInStream;
    }

    /** Returns the kind of {@link #errorInStream()}, or null. */
    public @Nullable ErrorKind errorInStreamKind() {
        return errorInStreamKind;
    }

    /**
     * Builds {@link WireFixtures}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private @Nullable Answer text;
        private @Nullable Answer tools;
        private boolean noTools;
        private final List<ErrorReply> errors = new ArrayList<>();
        private @Nullable String errorInStream;
        private @Nullable ErrorKind errorInStreamKind;

        private Builder() {}

        /** Sets an answer of text. Both the whole reply and the stream must report the usage. */
        public Builder text(String reply, String stream, String text, TokenUsage usage) {
            return text(new Answer(
                    reply,
                    stream,
                    ChatResponse.builder().text(text).usage(usage).build()));
        }

        /** Sets an answer of text with everything expected of it. */
        public Builder text(Answer answer) {
            once(text == null, "text");
            this.text = answer;
            return this;
        }

        /** Sets an answer that calls at least one tool. Either this or {@link #noTools()} must be set. */
        public Builder tools(Answer answer) {
            once(tools == null && !noTools, "tools");
            this.tools = answer;
            return this;
        }

        /** Declares that the vendor has no tools; the test then checks that the adapter reports requests with tools. */
        public Builder noTools() {
            once(tools == null && !noTools, "tools");
            this.noTools = true;
            return this;
        }

        /** Adds an error. */
        public Builder error(String name, int status, String body, ErrorKind kind) {
            return error(new ErrorReply(name, status, Map.of(), body, kind));
        }

        /** Adds an error. */
        public Builder error(ErrorReply error) {
            errors.add(error);
            return this;
        }

        /** Sets a stream that is an error from its first event on. */
        public Builder errorInStream(String stream, ErrorKind kind) {
            once(errorInStream == null, "errorInStream");
            this.errorInStream = stream;
            this.errorInStreamKind = kind;
            return this;
        }

        /**
         * Returns the fixtures.
         *
         * @throws IllegalStateException if text, errors, or both tools and noTools are missing
         */
        public WireFixtures build() {
            return new WireFixtures(this);
        }

        private static void once(boolean unset, String name) {
            if (!unset) {
                throw new IllegalStateException(name + " is set twice: remove one of the two");
            }
        }
    }
}
