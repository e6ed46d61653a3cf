package dev.aigw.routing.guard;

import static dev.aigw.routing.guard.JsonContent.isSame;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import java.util.Map;

/** Visits the content of events that are whole by themselves. */
final class WholeEvents {

    private WholeEvents() {}

    static ChatEvent edited(ChatEvent event, ContentEditor editor) {
        if (event instanceof ChatEvent.CitationAdded added) {
            Citation citation = ChatContent.edited(added.citation(), "citation", editor);
            return isSame(citation, added.citation()) ? event : new ChatEvent.CitationAdded(added.index(), citation);
        }
        if (event instanceof ChatEvent.RawPart raw) {
            Map<String, ?> json = JsonContent.edited(raw.part().json(), ContentOrigin.MODEL, "raw", editor);
            return json == raw.part().json()
                    ? event
                    : new ChatEvent.RawPart(
                            raw.index(), new ContentPart.Raw(raw.part().provider(), json));
        }
        if (event instanceof ChatEvent.Raw raw) {
            Map<String, ?> json = JsonContent.edited(raw.json(), ContentOrigin.MODEL, "raw", editor);
            return json == raw.json() ? event : new ChatEvent.Raw(raw.provider(), json);
        }
        if (event instanceof ChatEvent.ToolCallStarted started) {
            editor.fixedText(ContentOrigin.TOOL_ARGUMENTS, "name", started.name());
        } else if (event instanceof ChatEvent.Details details) {
            JsonContent.visit(details.extra(), ContentOrigin.DATA, "extra", editor);
        }
        return event;
    }
}
