package dev.aigw.routing.guard;

import static dev.aigw.routing.guard.JsonContent.isSame;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.guard.ContentOrigin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Has guards check a stream before the reader sees it. */
final class CheckedSource extends HeldSource {

    private record Key(Held held, int index) {}

    private final Inspector inspector;
    private final List<GuardRule> rules;
    private final Map<Key, CheckedText> texts = new LinkedHashMap<>(4);
    private final Set<Integer> editedReasoning = new HashSet<>(2);
    private final List<ChatEvent> logprobs = new ArrayList<>(0);
    private boolean edited;

    /**
     * Creates a source.
     *
     * @param rules the rules on the reply, in the order of their efforts
     */
    CheckedSource(ChatEventSource source, Inspector inspector, List<GuardRule> rules) {
        super(source);
        this.inspector = inspector;
        this.rules = rules;
    }

    @Override
    String hold(Held held, int index, String text) {
        String passed = texts.computeIfAbsent(new Key(held, index), key -> open(held, index))
                .add(text);
        releaseLogprobs();
        return passed;
    }

    private CheckedText open(Held held, int index) {
        ContentOrigin origin = switch (held) {
            case TEXT, REFUSAL -> ContentOrigin.MODEL;
            case REASONING, SUMMARY -> ContentOrigin.REASONING;
            case ARGUMENTS -> ContentOrigin.TOOL_ARGUMENTS;
        };
        List<GuardRule> mine =
                rules.stream().filter(rule -> rule.origins().contains(origin)).toList();
        String path = "parts[" + index + "]" + (held == Held.ARGUMENTS ? ".arguments" : "");
        return new CheckedText(inspector, mine, origin, path, () -> {
            edited = true;
            if (origin == ContentOrigin.REASONING) {
                editedReasoning.add(index);
            }
        });
    }

    @Override
    ChatEvent part(ChatEvent.PartStarted started) {
        ContentPart passed = inspector.inspect(
                rules,
                started.initial(),
                (part, editor) ->
                        ChatContent.edited(part, ContentOrigin.MODEL, "parts[" + started.index() + "]", editor),
                new Masks());
        return isSame(passed, started.initial()) ? started : new ChatEvent.PartStarted(started.index(), passed);
    }

    @Override
    void whole(ChatEvent event) {
        if (event instanceof ChatEvent.LogprobsAdded) { // repeats tokens that may still be held
            logprobs.add(event);
            releaseLogprobs();
        } else if (event instanceof ChatEvent.ReasoningSignature signature
                && editedReasoning.contains(signature.index())) {
            emit(new ChatEvent.ReasoningSignature(signature.index(), null, null, signature.origin()));
        } else if (event instanceof ChatEvent.CitationAdded
                || event instanceof ChatEvent.RawPart
                || event instanceof ChatEvent.Raw
                || event instanceof ChatEvent.ToolCallStarted
                || event instanceof ChatEvent.Details) {
            emit(inspector.inspect(rules, event, WholeEvents::edited, new Masks()));
        } else {
            emit(event);
        }
    }

    /** Emits the log probabilities once no text is held. Those of an edited answer are dropped. */
    private void releaseLogprobs() {
        if (!logprobs.isEmpty() && texts.values().stream().noneMatch(CheckedText::isHolding)) {
            if (!edited) {
                logprobs.forEach(this::emit);
            }
            logprobs.clear();
        }
    }

    @Override
    void complete(int index) {
        texts.forEach((key, text) -> {
            if (key.index() == index) {
                emit(key.held(), index, text.complete());
            }
        });
        texts.keySet().removeIf(key -> key.index() == index);
        releaseLogprobs();
    }

    @Override
    void completeAll() {
        texts.forEach((key, text) -> emit(key.held(), key.index(), text.complete()));
        texts.clear();
        releaseLogprobs();
    }

    @Override
    void restart() {
        texts.clear();
        logprobs.clear();
        editedReasoning.clear();
        edited = false;
    }
}
