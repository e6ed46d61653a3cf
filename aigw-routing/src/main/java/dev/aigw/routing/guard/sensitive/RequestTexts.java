package dev.aigw.routing.guard.sensitive;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.predict.PredictRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts of a request that a reply may repeat: of chats and predictions. Stateless. */
final class RequestTexts {

    private RequestTexts() {}

    static List<String> of(ModelRequest request) {
        List<String> texts = new ArrayList<>();
        if (request instanceof ChatRequest chat) {
            for (Message message : chat.messages()) {
                parts(message.parts(), texts);
            }
        } else if (request instanceof PredictRequest predict) {
            json(predict.payload(), texts);
        }
        return texts;
    }

    private static void parts(List<ContentPart> parts, List<String> texts) {
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text text) {
                texts.add(text.text());
            } else if (part instanceof ContentPart.ToolResult result) {
                parts(result.content(), texts);
            } else if (part instanceof ToolCall call) {
                texts.add(call.arguments());
            }
        }
    }

    private static void json(@Nullable Object value, List<String> texts) {
        if (value instanceof String text) {
            texts.add(text);
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> json(each, texts));
        } else if (value instanceof Iterable<?> list) {
            list.forEach(each -> json(each, texts));
        }
    }
}
