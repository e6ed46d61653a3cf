package dev.aigw.providers.kit;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes a vendor's refusal of reasoning from earlier answers, which only the vendor can check: its signature, what
 * precedes it, the account or place it came from.
 */
final class RefusedReasoning {

    /** The words of Anthropic, of OpenAI and of Google. */
    private static final Pattern WORDS = Pattern.compile(
            "invalid `?signature`? in `?thinking`?|bound to a different conversation|`thinking` or `redacted_thinking`"
                    + " blocks .{0,60}cannot be modified|encrypted[ _]content.{0,300}(could not|cannot) be"
                    + " (verified|decrypted)|invalid_encrypted_content|type 'reasoning' was provided without its"
                    + " required following item|(corrupted|invalid) thought.?signature|thought.?signature is not valid",
            Pattern.CASE_INSENSITIVE);

    /** The fields under which servers list reasoning in pieces. */
    private static final List<String> LISTS = List.of("reasoning_details", "thinking_blocks");

    private RefusedReasoning() {}

    /** Returns the request without signed reasoning if that is what was refused; null if not. */
    static @Nullable ChatRequest without(ChatRequest request, GatewayException refusal) {
        if (refusal.status() < 400
                || refusal.status() >= 500
                || request.boundReasoning().isEmpty()) {
            return null;
        }
        String body = refusal.body();
        boolean named = WORDS.matcher(String.valueOf(refusal.getMessage())).find()
                || (body != null && WORDS.matcher(body).find());
        return named ? without(request) : null;
    }

    private static @Nullable ChatRequest without(ChatRequest request) {
        List<Message> messages = new ArrayList<>(request.messages().size());
        boolean changed = false;
        for (Message message : request.messages()) {
            List<ContentPart> kept = new ArrayList<>(message.parts().size());
            boolean whole = true;
            for (ContentPart part : message.parts()) {
                ContentPart plain = plain(part);
                whole &= plain == part;
                if (plain != null) {
                    kept.add(plain);
                }
            }
            changed |= !whole;
            if (whole) {
                messages.add(message);
            } else if (!kept.isEmpty()) {
                messages.add(message.withParts(kept));
            }
        }
        return changed ? request.toBuilder().messages(messages).build() : null;
    }

    /** Returns a part without signature; null for what is nothing without it. */
    private static @Nullable ContentPart plain(ContentPart part) {
        if (part instanceof ContentPart.Reasoning reasoning && reasoning.isSigned()) {
            return null;
        } else if (part instanceof ToolCall call && call.signature() != null) {
            return new ToolCall(call.id(), call.name(), call.arguments());
        } else if (part instanceof ContentPart.Raw raw && LISTS.stream().anyMatch(raw.json()::containsKey)) {
            return null;
        }
        return part;
    }
}
