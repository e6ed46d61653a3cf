package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.TokenUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the events of a stream into the response that a call without streaming would have returned.
 *
 * <p>Lenient: a delta for a part that was never started opens the part, and a delta of another kind than the part of
 * its index opens a separate part, so nothing that arrived is lost. Not safe for use by several threads.
 */
public final class ChatAccumulator {

    /** So many slots are searched one by one. */
    private static final int SEARCHED = 16;

    private static final FinishReason UNFINISHED = FinishReason.of(FinishReason.Kind.UNKNOWN, "");

    private final JsonMapper mapper;
    private final List<Slot> slots = new ArrayList<>(2);
    private @Nullable Slot latest;
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private TokenUsage usage = TokenUsage.NONE;
    private FinishReason finishReason = UNFINISHED;
    private @Nullable Map<Place, Slot> places; // once there are many slots
    private @Nullable List<Logprobs.Token> logprobs;
    private @Nullable List<String> warnings;
    private @Nullable Map<String, Object> extra;
    private boolean content;

    /** Creates an empty accumulator whose responses are read with {@link JsonMapper#installed()}. */
    public ChatAccumulator() {
        this(JsonMapper.installed());
    }

    /** Creates an empty accumulator whose responses are read with {@code mapper}. */
    public ChatAccumulator(JsonMapper mapper) {
        this.mapper = Objects.requireNonNull(mapper, "mapper");
    }

    /** Adds the next event. */
    public void add(ChatEvent event) {
        content |= event.isContent();
        if (event instanceof ChatEvent.TextDelta delta) {
            slot(delta.index(), Kind.TEXT).append(delta.text());
        } else if (event instanceof ChatEvent.ToolArgumentsDelta delta) {
            slot(delta.index(), Kind.TOOL_CALL).append(delta.json());
        } else if (event instanceof ChatEvent.ReasoningDelta delta) {
            Slot slot = slot(delta.index(), Kind.REASONING);
            if (delta.summary()) {
                slot.appendSummary(delta.text());
            } else {
                slot.append(delta.text());
            }
        } else {
            addRare(event);
        }
    }

    private void addRare(ChatEvent event) {
        if (event instanceof ChatEvent.Started started) {
            id = started.id() != null ? started.id() : id;
            model = started.model() != null ? started.model() : model;
        } else if (event instanceof ChatEvent.PartStarted started) {
            open(started.index(), Kind.of(started.initial())).begin(started.initial());
        } else if (event instanceof ChatEvent.RefusalDelta delta) {
            slot(delta.index(), Kind.REFUSAL).append(delta.text());
        } else if (event instanceof ChatEvent.ReasoningSignature signed) {
            Slot slot = slot(signed.index(), Kind.REASONING);
            slot.signature = signed.signature() != null ? signed.signature() : slot.signature;
            slot.encrypted = signed.encrypted() != null ? signed.encrypted() : slot.encrypted;
            slot.origin = signed.origin() != null ? signed.origin() : slot.origin;
        } else if (event instanceof ChatEvent.ToolCallStarted started) {
            startToolCall(started);
        } else if (event instanceof ChatEvent.CitationAdded added) {
            slot(added.index(), Kind.TEXT).cite(added.citation());
        } else if (event instanceof ChatEvent.RawPart raw) {
            open(raw.index(), Kind.WHOLE).begin(raw.part());
        } else if (event instanceof ChatEvent.UsageReported reported) {
            usage = reported.usage();
        } else if (event instanceof ChatEvent.Finished finished) {
            finishReason = finished.reason();
        } else if (event instanceof ChatEvent.LogprobsAdded added) {
            if (logprobs == null) {
                logprobs = new ArrayList<>();
            }
            logprobs.addAll(added.logprobs().tokens());
        } else if (event instanceof ChatEvent.Warning warning) {
            if (warnings == null) {
                warnings = new ArrayList<>(2);
            }
            warnings.add(warning.message());
        } else if (event instanceof ChatEvent.Details details) {
            serviceTier = details.serviceTier() != null ? details.serviceTier() : serviceTier;
            if (extra == null) {
                extra = new LinkedHashMap<>();
            }
            extra.putAll(details.extra());
        } else if (event instanceof ChatEvent.Restarted) {
            forget();
        }
    }

    private void startToolCall(ChatEvent.ToolCallStarted started) {
        Slot slot = find(started.index(), Kind.TOOL_CALL);
        if (slot == null || (!slot.id.isEmpty() && !slot.id.equals(started.id()))) {
            slot = open(started.index(), Kind.TOOL_CALL);
        }
        slot.id = started.id();
        slot.name = started.name();
        slot.signature = started.signature() != null ? started.signature() : slot.signature;
        slot.origin = started.origin() != null ? started.origin() : slot.origin;
    }

    private void forget() {
        slots.clear();
        places = null;
        latest = null;
        id = null;
        model = null;
        serviceTier = null;
        usage = TokenUsage.NONE;
        finishReason = UNFINISHED;
        logprobs = null;
        warnings = null;
        extra = null;
        content = false;
    }

    /**
     * Returns whether an event that {@linkplain ChatEvent#isContent() carries content} has arrived since the last
     * restart.
     */
    public boolean hasContent() {
        return content;
    }

    /** Returns the tokens reported so far. */
    public TokenUsage usage() {
        return usage;
    }

    /** Returns the text parts so far, joined. */
    public String text() {
        if (slots.size() == 1 && slots.get(0).kind == Kind.TEXT) {
            return slots.get(0).text();
        }
        StringBuilder text = new StringBuilder();
        for (Slot slot : slots) {
            if (slot.kind == Kind.TEXT) {
                text.append(slot.text());
            }
        }
        return text.toString();
    }

    /**
     * Returns the answer so far. Before {@link ChatEvent.Finished} its finish reason is
     * {@link FinishReason.Kind#UNKNOWN} with an empty raw word.
     */
    public ChatResponse toResponse() {
        ChatResponse.Builder response = ChatResponse.builder()
                .id(id)
                .model(model)
                .serviceTier(serviceTier)
                .finishReason(finishReason)
                .usage(usage)
                .logprobs(logprobs == null ? null : new Logprobs(logprobs))
                .mapper(mapper);
        for (Slot slot : slots) {
            response.part(slot.toPart());
        }
        if (warnings != null) {
            warnings.forEach(response::warning);
        }
        if (extra != null) {
            extra.forEach(response::extra);
        }
        return response.build();
    }

    private Slot slot(int index, Kind kind) {
        Slot last = latest;
        if (last != null && last.index == index && last.kind == kind) {
            return last;
        }
        Slot found = find(index, kind);
        if (found == null) {
            return open(index, kind);
        }
        latest = found;
        return found;
    }

    private @Nullable Slot find(int index, Kind kind) {
        if (places != null) {
            return places.get(new Place(index, kind));
        }
        for (int i = slots.size() - 1; i >= 0; i--) {
            Slot slot = slots.get(i);
            if (slot.index == index && slot.kind == kind) {
                return slot;
            }
        }
        return null;
    }

    private Slot open(int index, Kind kind) {
        Slot slot = new Slot(index, kind);
        slots.add(slot);
        if (places != null) {
            places.put(new Place(index, kind), slot);
        } else if (slots.size() > SEARCHED) {
            places = new HashMap<>();
            for (Slot each : slots) {
                places.put(new Place(each.index, each.kind), each); // of equal places the latest counts
            }
        }
        latest = slot;
        return slot;
    }

    /** Where deltas of a kind go. */
    private record Place(int index, Kind kind) {}

    private enum Kind {
        TEXT,
        REFUSAL,
        REASONING,
        TOOL_CALL,
        WHOLE;

        static Kind of(ContentPart part) {
            if (part instanceof ContentPart.Text) {
                return TEXT;
            }
            if (part instanceof ToolCall) {
                return TOOL_CALL;
            }
            if (part instanceof ContentPart.Reasoning) {
                return REASONING;
            }
            return part instanceof ContentPart.Refusal ? REFUSAL : WHOLE;
        }
    }

    /** A part that grows. A text that arrived in one piece is never copied. */
    private static final class Slot {

        final int index;
        final Kind kind;
        private @Nullable String first;
        private @Nullable StringBuilder text;
        private @Nullable StringBuilder summary;
        private @Nullable List<Citation> citations;
        private @Nullable ContentPart whole;
        String id = "";
        String name = "";

        @Nullable
        String signature;

        @Nullable
        String encrypted;

        @Nullable
        String origin;

        Slot(int index, Kind kind) {
            this.index = index;
            this.kind = kind;
        }

        void begin(ContentPart initial) {
            if (initial instanceof ContentPart.Text some) {
                first = some.text();
                citations = some.citations().isEmpty() ? null : new ArrayList<>(some.citations());
            } else if (initial instanceof ToolCall call) {
                id = call.id();
                name = call.name();
                first = call.arguments();
                signature = call.signature();
                origin = call.origin();
            } else if (initial instanceof ContentPart.Reasoning reasoning) {
                first = reasoning.text();
                summary = reasoning.summary() == null ? null : new StringBuilder(reasoning.summary());
                signature = reasoning.signature();
                encrypted = reasoning.encrypted();
                origin = reasoning.origin();
            } else if (initial instanceof ContentPart.Refusal refusal) {
                first = refusal.text();
            } else {
                whole = initial;
            }
        }

        void append(String more) {
            StringBuilder builder = text;
            if (builder != null) {
                builder.append(more);
            } else if (first == null || first.isEmpty()) {
                first = more;
            } else {
                text = new StringBuilder(Math.max(256, 2 * (first.length() + more.length())))
                        .append(first)
                        .append(more);
            }
        }

        void appendSummary(String more) {
            if (summary == null) {
                summary = new StringBuilder();
            }
            summary.append(more);
        }

        void cite(Citation citation) {
            if (citations == null) {
                citations = new ArrayList<>(4);
            }
            citations.add(citation);
        }

        String text() {
            String known = textOrNull();
            return known == null ? "" : known;
        }

        private @Nullable String textOrNull() {
            return text != null ? text.toString() : first;
        }

        ContentPart toPart() {
            return switch (kind) {
                case TEXT -> new ContentPart.Text(text(), citations == null ? List.of() : citations);
                case REFUSAL -> new ContentPart.Refusal(text());
                case REASONING ->
                    new ContentPart.Reasoning(
                            textOrNull(), summary == null ? null : summary.toString(), signature, encrypted, origin);
                case TOOL_CALL -> new ToolCall(id, name, text(), signature, origin);
                case WHOLE -> Objects.requireNonNull(whole);
            };
        }
    }
}
