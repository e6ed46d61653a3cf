package dev.aigw.providers.schema.emulation;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The prompts for a schema, and the unwrapping of answers. */
final class SchemaTalk {

    private SchemaTalk() {}

    /**
     * Returns the request with the schema in its prompt instead of its format. It is added to the last user message,
     * which every vendor takes, and stays there while tools are called.
     */
    static ChatRequest prompted(ChatRequest request) {
        String order = "Answer with one JSON value after this JSON schema, and nothing else: no explanation, no"
                + " Markdown.\n" + Json.text(request.responseFormat().schema());
        List<Message> messages = new ArrayList<>(request.messages());
        int last = messages.size() - 1;
        while (last >= 0 && messages.get(last).role() != Message.Role.USER) {
            last--;
        }
        if (last < 0) {
            messages.add(Message.user(order));
        } else {
            List<ContentPart> parts = new ArrayList<>(messages.get(last).parts());
            parts.add(new ContentPart.Text("\n\n" + order));
            messages.set(last, messages.get(last).withParts(parts));
        }
        return request.toBuilder()
                .messages(messages)
                .responseFormat(ResponseFormat.TEXT)
                .build();
    }

    /** Returns the request that shows the model its answer and the errors in it. */
    static ChatRequest repair(ChatRequest prompted, ChatResponse answer, List<String> problems) {
        List<Message> messages = new ArrayList<>(prompted.messages());
        if (!answer.text().isBlank()) {
            messages.add(answer.message());
        }
        messages.add(Message.user("That answer does not fit the JSON schema:\n- " + String.join("\n- ", problems)
                + "\nAnswer again with the whole JSON value, corrected, and nothing else."));
        return prompted.toBuilder().messages(messages).build();
    }

    /** Returns the answer with nothing but its JSON as text; unchanged if there is no one JSON value in it. */
    static ChatResponse bare(ChatResponse answer, SchemaCheck check) {
        String text = answer.text();
        String bare = check.bare(text);
        if (bare.equals(text)) {
            return answer;
        }
        List<ContentPart> parts = new ArrayList<>();
        for (ContentPart part : answer.message().parts()) {
            if (!(part instanceof ContentPart.Text)) {
                parts.add(part);
            }
        }
        parts.add(new ContentPart.Text(bare));
        return answer.toBuilder().parts(parts).build();
    }
}
