package dev.aigw.routing.guard;

import static dev.aigw.routing.guard.JsonContent.isSame;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.guard.ContentOrigin;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Restores in a stream what was replaced in the request. Reasoning keeps the replacements: where it is signed, it must
 * go back to the model as it came.
 */
final class RestoredSource extends HeldSource {

    private record Key(Held held, int index) {}

    private final Masks masks;
    private final Map<Key, Restorer> restorers = new LinkedHashMap<>(4);

    RestoredSource(ChatEventSource source, Masks masks) {
        super(source);
        this.masks = masks;
    }

    @Override
    String hold(Held held, int index, String text) {
        if (held == Held.REASONING || held == Held.SUMMARY) {
            return text;
        }
        return restorers
                .computeIfAbsent(new Key(held, index), key -> new Restorer(masks, held == Held.ARGUMENTS))
                .add(text);
    }

    @Override
    ChatEvent part(ChatEvent.PartStarted started) {
        ContentPart restored =
                ChatContent.edited(started.initial(), ContentOrigin.MODEL, "", new RestoringEditor(masks));
        return isSame(restored, started.initial()) ? started : new ChatEvent.PartStarted(started.index(), restored);
    }

    @Override
    void whole(ChatEvent event) {
        emit(WholeEvents.edited(event, new RestoringEditor(masks)));
    }

    @Override
    void complete(int index) {
        restorers.entrySet().removeIf(entry -> {
            if (entry.getKey().index() != index) {
                return false;
            }
            emit(entry.getKey().held(), index, entry.getValue().finish());
            return true;
        });
    }

    @Override
    void completeAll() {
        restorers.forEach((key, restorer) -> emit(key.held(), key.index(), restorer.finish()));
        restorers.clear();
    }

    @Override
    void restart() {
        restorers.clear();
    }
}
