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
 * <p>An {@code index} tells which part of the answer an event belongs to. Parts appear in the answer in the order in
 * which they are first mentioned, whatever their numbers. {@link PartStarted} is optional: a delta opens its part.
 */
public sealed interface ChatEvent {

    /**
     * Returns how many characters of the answer itself this event carries: of text, refusal, reasoning, a tool's name
     * and its arguments. 0 for an empty delta and for what only describes the answer.
     */
    default int contentChars() {
        return 0;
    }

    /**
     * Returns whether this event carries something of the answer itself. The first one that does is the commit point of
     * a stream: until then another attempt can take over unnoticed.
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

        @Override
        public String toString() {
            return "PartStarted[index=" + index + ", " + initial.getClass().getSimpleName() + "]";
        }
    }

    /**
     * More text.
     *
     * @param index the part
     * @param text what is to be appended
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
     * More words of refusal.
     *
     * @param index the part
     * @param text what is to be appended
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
     * @param text what is to be appended
     * @param summary whether it belongs to the summary and not to the reasoning's own text
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
     * Proof or encrypted form of a reasoning. Values that are null leave what came before.
     *
     * @param index the part
     * @param signature the vendor's proof, or null
     * @param encrypted the reasoning in a form only the vendor reads, or null
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
     * The model asks for a tool; the arguments follow.
     *
     * @param index the part
     * @param id ties the call to its result
     * @param name the tool's name
     * @param signature an opaque proof some vendors want back with the call, or null
     * @param origin whose proof it is, as in {@link ContentPart.Reasoning#origin()}; null without a proof
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
            return true; // whatever its name
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
     * @param json what is to be appended to the raw arguments; a fragment, rarely valid JSON by itself
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
     * A source for a text.
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
     * Probabilities of further tokens.
     *
     * @param logprobs the tokens, to be appended
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
     * A whole part that only one vendor knows.
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
     * Tokens used so far. Replaces what was reported before: the numbers are cumulative.
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
     * @param serviceTier the tier that served the call, or null to leave what came before
     * @param extra vendor fields, added to those that came before
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
     * Something was changed or skipped on the way.
     *
     * @param message what
     */
    record Warning(String message) implements ChatEvent {
        /** Requires the message. */
        public Warning {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * The answer begins again: forget everything before this event.
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
     * An event we do not know. It is no part of the answer.
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
