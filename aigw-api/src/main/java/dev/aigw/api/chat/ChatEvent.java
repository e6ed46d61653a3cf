package dev.aigw.api.chat;

import dev.aigw.api.TokenUsage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event of a streamed answer. All events are immutable; their {@code toString} leaves content out.
 *
 * <p>An {@code index} says which part of the answer an event belongs to. Parts appear in the answer in the order in
 * which they are first mentioned, whatever their numbers. {@link PartStarted} is optional: a delta opens its part.
 */
public sealed interface ChatEvent {

    /**
     * Returns how many characters of the answer itself this event carries: of text, refusal, reasoning, a tool's name
     * and its arguments. 0 for an empty delta and for events that only describe the answer.
     */
    default int contentChars() {
        return 0;
    }

    /**
     * Returns whether this event carries content of the answer itself. The first such event is the commit point of a
     * stream: until then another attempt can take over unnoticed.
     */
    default boolean isContent() {
        return contentChars() > 0;
    }

    /**
     * The vendor has begun to answer.
     *
     * @param id the vendor's id of the answer, or null
     * @param model the model as the vendor names it, or null
     */
    record Started(@Nullable String id, @Nullable String model) implements ChatEvent {}

    /**
     * A part begins. Parts that arrive in one piece, such as an image, are whole in {@code initial}.
     *
     * @param index the part
     * @param initial the part as it begins, often empty
     */
    record PartStarted(int index, ContentPart initial) implements ChatEvent {
        /** Requires the part. */
        public PartStarted {
            Objects.requireNonNull(initial, "initial");
        }

        /** Returns whether the part is an image, a sound or a video, which arrive in one piece. */
        @Override
        public boolean isContent() {
            return initial instanceof ContentPart.Image
                    || initial instanceof ContentPart.Audio
                    || initial instanceof ContentPart.Video;
        }

        @Override
        public String toString() {
            return "PartStarted[index=" + index + ", " + initial.getClass().getSimpleName() + "]";
        }
    }

    /**
     * More text.
     *
     * @param index the part
     * @param text the text to append
     */
    record TextDelta(int index, String text) implements ChatEvent {
        @Override
        public int contentChars() {
            return text.length();
        }

        @Override
        public String toString() {
            return "TextDelta[index=" + index + ", " + contentChars() + " chars]";
        }
    }

    /**
     * More text of a refusal.
     *
     * @param index the part
     * @param text the text to append
     */
    record RefusalDelta(int index, String text) implements ChatEvent {
        @Override
        public int contentChars() {
            return text.length();
        }

        @Override
        public String toString() {
            return "RefusalDelta[index=" + index + ", " + contentChars() + " chars]";
        }
    }

    /**
     * More reasoning.
     *
     * @param index the part
     * @param text the text to append
     * @param summary whether it belongs to the summary rather than to the reasoning's own text
     */
    record ReasoningDelta(int index, String text, boolean summary) implements ChatEvent {
        @Override
        public int contentChars() {
            return text.length();
        }

        @Override
        public String toString() {
            return "ReasoningDelta[index=" + index + ", " + contentChars() + " chars" + (summary ? ", summary]" : "]");
        }
    }

    /**
     * The signature or encrypted form of a reasoning. Null leaves an earlier value unchanged.
     *
     * @param index the part
     * @param signature the vendor's signature, or null
     * @param encrypted the reasoning in a form that only the vendor can read, or null
     * @param origin who can read it back, as in {@link ContentPart.Reasoning#origin()}, or null
     */
    record ReasoningSignature(
            int index,
            @Nullable String signature,
            @Nullable String encrypted,
            @Nullable String origin) implements ChatEvent {
        @Override
        public String toString() {
            return "ReasoningSignature[index=" + index + ", origin=" + origin + "]";
        }
    }

    /**
     * The model calls a tool; the arguments follow.
     *
     * @param index the part
     * @param id ties the call to its result
     * @param name the tool's name
     * @param signature an opaque signature that some vendors require back with the call, or null
     * @param origin whose signature it is, as in {@link ContentPart.Reasoning#origin()}; null without a signature
     */
    record ToolCallStarted(
            int index,
            String id,
            String name,
            @Nullable String signature,
            @Nullable String origin) implements ChatEvent {
        /** Requires id and name. */
        public ToolCallStarted {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
        }

        /** Creates a start of a call without a signature. */
        public ToolCallStarted(int index, String id, String name) {
            this(index, id, name, null, null);
        }

        @Override
        public int contentChars() {
            return name.length();
        }

        @Override
        public boolean isContent() {
            return true; // whatever the tool's name
        }

        @Override
        public String toString() {
            return "ToolCallStarted[index=" + index + ", id=" + id + ", name=" + name + "]";
        }
    }

    /**
     * More of a tool call's arguments.
     *
     * @param index the part
     * @param json the text to append to the raw arguments; a fragment, rarely valid JSON by itself
     */
    record ToolArgumentsDelta(int index, String json) implements ChatEvent {
        @Override
        public int contentChars() {
            return json.length();
        }

        @Override
        public String toString() {
            return "ToolArgumentsDelta[index=" + index + ", " + contentChars() + " chars]";
        }
    }

    /**
     * A source of a text.
     *
     * @param index the text's part
     * @param citation the source
     */
    record CitationAdded(int index, Citation citation) implements ChatEvent {
        /** Requires the citation. */
        public CitationAdded {
            Objects.requireNonNull(citation, "citation");
        }

        @Override
        public String toString() {
            return "CitationAdded[index=" + index + ", kind=" + citation.kind() + "]";
        }
    }

    /**
     * Log probabilities of further tokens.
     *
     * @param logprobs the tokens to append
     */
    record LogprobsAdded(Logprobs logprobs) implements ChatEvent {
        /** Requires the tokens. */
        public LogprobsAdded {
            Objects.requireNonNull(logprobs, "logprobs");
        }

        @Override
        public String toString() {
            return "LogprobsAdded[" + logprobs.tokens().size() + " tokens]";
        }
    }

    /**
     * A part is complete.
     *
     * @param index the part
     */
    record PartEnded(int index) implements ChatEvent {}

    /**
     * A whole part of a kind that only one vendor has.
     *
     * @param index the part
     * @param part the part
     */
    record RawPart(int index, ContentPart.Raw part) implements ChatEvent {
        /** Requires the part. */
        public RawPart {
            Objects.requireNonNull(part, "part");
        }

        @Override
        public String toString() {
            return "RawPart[index=" + index + ", provider=" + part.provider() + "]";
        }
    }

    /**
     * The tokens used so far. The numbers are cumulative and replace earlier ones.
     *
     * @param usage the tokens
     */
    record UsageReported(TokenUsage usage) implements ChatEvent {
        /** Requires the usage. */
        public UsageReported {
            Objects.requireNonNull(usage, "usage");
        }
    }

    /**
     * Facts about the answer as a whole.
     *
     * @param serviceTier the tier that served the call, or null to leave an earlier value unchanged
     * @param extra vendor fields, added to earlier ones
     */
    record Details(@Nullable String serviceTier, Map<String, ?> extra) implements ChatEvent {
        /** Copies the map. */
        public Details {
            extra = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        }

        @Override
        public String toString() {
            return "Details[serviceTier=" + serviceTier + ", extra=" + extra.keySet() + "]";
        }
    }

    /**
     * Something was changed or skipped.
     *
     * @param message what was changed or skipped
     */
    record Warning(String message) implements ChatEvent {
        /** Requires the message. */
        public Warning {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * The answer starts again: discard everything before this event.
     *
     * @param reason why
     */
    record Restarted(String reason) implements ChatEvent {}

    /**
     * The model has stopped. Usage may still follow.
     *
     * @param reason why
     */
    record Finished(FinishReason reason) implements ChatEvent {
        /** Requires the reason. */
        public Finished {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * An unknown event. It is not part of the answer.
     *
     * @param provider the name of the provider adapter it came from
     * @param json the event as the vendor sent it
     */
    record Raw(String provider, Map<String, ?> json) implements ChatEvent {
        /** Copies the map. */
        public Raw {
            Objects.requireNonNull(provider, "provider");
            json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
        }

        @Override
        public String toString() {
            return "Raw[provider=" + provider + "]";
        }
    }
}
