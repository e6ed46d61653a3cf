package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a conversation the vendor has stored. An answer that was stored ends in a raw part with its id and a digest
 * of the conversation before it. While that has not changed, only what follows the answer is sent, and the id. Any
 * other adapter leaves the part out and gets the conversation in full. Immutable.
 *
 * @param request what is sent
 * @param previous the id of the stored answer that the vendor continues; null for a conversation that is sent in full
 * @param whole the conversation in full, without such parts
 * @param digest the digest of the conversation, for the answer to come; null if that is not stored
 */
record StoredAnswer(
        ChatRequest request,
        @Nullable String previous,
        ChatRequest whole,
        @Nullable String digest) {

    private static final String TYPE = "stored_answer";

    /** Returns what to send of a conversation whose answer is not stored: all of it. */
    static StoredAnswer none(ChatRequest request) {
        ChatRequest plain = without(request);
        return new StoredAnswer(plain, null, plain, null);
    }

    /** Returns what to send of a conversation whose answer is stored. */
    static StoredAnswer of(ChatRequest request, Unsupported unsupported) {
        ChatRequest plain = without(request);
        String digest = digest(plain.messages(), unsupported);
        List<Message> messages = request.messages();
        for (int i = messages.size() - 2; i >= 0; i--) { // what follows is sent, so something must
            Map<String, ?> stored = stored(messages.get(i), unsupported.provider());
            if (stored != null) {
                String id = String.valueOf(stored.get("id"));
                if (digest(plain(messages.subList(0, i)), unsupported).equals(stored.get("after"))) {
                    List<Message> rest = plain(messages.subList(i + 1, messages.size()));
                    return new StoredAnswer(plain.toBuilder().messages(rest).build(), id, plain, digest);
                }
                unsupported.warn("was sent the conversation in full, since what comes before the stored answer " + id
                        + " has changed");
                break;
            }
        }
        return new StoredAnswer(plain, null, plain, digest);
    }

    /** Returns the same conversation, to be sent in full. */
    StoredAnswer inFull() {
        return new StoredAnswer(whole, null, whole, digest);
    }

    /** Returns whether a refusal says that the vendor does not know the stored answer, or not for this account. */
    boolean isUnknown(GatewayException refusal) {
        String id = previous;
        return id != null
                && refusal.status() >= 400
                && refusal.status() < 500
                && ("previous_response_not_found".equals(refusal.vendorCode())
                        || String.valueOf(refusal.getMessage()).contains(id));
    }

    /** Returns the part to put at the end of the answer; null if it is not stored. */
    ContentPart.@Nullable Raw part(String provider, @Nullable String id) {
        return digest == null || id == null || id.isEmpty()
                ? null
                : new ContentPart.Raw(provider, Map.of("type", TYPE, "id", id, "after", digest));
    }

    private static @Nullable Map<String, ?> stored(Message message, String provider) {
        for (ContentPart part : message.parts()) {
            if (isOne(part)
                    && part instanceof ContentPart.Raw raw
                    && raw.provider().equals(provider)) {
                return raw.json();
            }
        }
        return null;
    }

    private static boolean isOne(ContentPart part) {
        return part instanceof ContentPart.Raw raw && TYPE.equals(raw.json().get("type"));
    }

    /** Returns a conversation without parts that name stored answers. */
    static ChatRequest without(ChatRequest request) {
        List<Message> messages = plain(request.messages());
        return messages == request.messages()
                ? request
                : request.toBuilder().messages(messages).build();
    }

    /** Returns the messages without parts that name stored answers; the same list if there are none. */
    private static List<Message> plain(List<Message> messages) {
        boolean none = true;
        for (Message message : messages) {
            for (ContentPart part : message.parts()) {
                none &= !isOne(part);
            }
        }
        if (none) {
            return messages;
        }
        List<Message> plain = new ArrayList<>(messages.size());
        for (Message message : messages) {
            List<ContentPart> parts =
                    message.parts().stream().filter(part -> !isOne(part)).toList();
            if (parts.size() == message.parts().size()) {
                plain.add(message);
            } else if (!parts.isEmpty()) {
                plain.add(message.withParts(parts));
            }
        }
        return plain;
    }

    private static String digest(List<Message> messages, Unsupported unsupported) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        try (JsonGenerator json = Json.generator(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            json.writeStartArray();
            if (!messages.isEmpty()) {
                ChatRequest part = ChatRequest.builder("any").messages(messages).build();
                new ResponsesInput(json, null, unsupported, part).write(messages);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new IllegalStateException("a digest cannot fail", e);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }
}
