package dev.aigw.providers.kit;

import dev.aigw.api.PromptCaching;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is marked for a vendor's prompt cache, by the attempt's {@link PromptCaching}: at the request's own
 * cache hints, or at places chosen here. Immutable.
 *
 * <p>Chosen are the end of the tools, the end of the instructions, the end of the last message, and the end of the
 * message before the last answer. That one was the last message of the call before, so what that call wrote is found
 * however many blocks the turn has added since: Anthropic looks back only 20 blocks from a mark, and OpenAI's newer
 * models only at marks. Marks so move with the conversation, four at most. A mark whose beginning is shorter than the
 * model caches is left out. Sizes are estimated at four characters a token, and a mark is set from three quarters of
 * the least size on, since one too many does no harm.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">"Prompt caching" of Anthropic</a>
 */
public final class CachePlacement {

    /** What most models cache at least; those with a higher bound have it on their card. */
    private static final int USUAL_MINIMUM = 1_024;

    private static final int CHARS_PER_TOKEN = 4;

    /** Media have a thousand tokens or more. */
    private static final int MEDIA_CHARS = 4_000;

    private final List<Message> messages;
    private final ContentPart.@Nullable CacheHint tools;
    private final boolean automatic;
    private final boolean off;

    private CachePlacement(
            List<Message> messages, ContentPart.@Nullable CacheHint tools, boolean automatic, boolean off) {
        this.messages = messages;
        this.tools = tools;
        this.automatic = automatic;
        this.off = off;
    }

    /**
     * Chooses the places.
     *
     * @param marked whether the model is known to take marks; without it, only the request's own hints count
     * @param able the parts of a prompt that the vendor can mark
     */
    public static CachePlacement of(
            ChatRequest request, AttemptContext attempt, boolean marked, Set<PromptCaching.Part> able) {
        PromptCaching caching = attempt.promptCaching();
        List<Message> messages = request.messages();
        switch (caching.mode()) {
            case OFF -> {
                return new CachePlacement(hasHints(messages) ? withoutHints(messages) : messages, null, false, true);
            }
            case HINTS -> marked = false;
            case AUTO -> marked = marked && (attempt.promptCacheKey() != null || hasAnswer(messages));
            case ALWAYS -> {}
        }
        if (!marked || hasHints(messages)) {
            return new CachePlacement(messages, null, false, false);
        }
        Set<PromptCaching.Part> parts = EnumSet.copyOf(caching.parts());
        parts.retainAll(able);
        return placed(request, new ContentPart.CacheHint(caching.lifetime()), leastChars(attempt), parts);
    }

    /** Returns whether an adapter may send anything for a prompt cache. */
    public static boolean isUsed(ChatRequest request, AttemptContext attempt) {
        List<Message> messages = request.messages();
        return attempt.promptCacheKey() != null
                || hasHints(messages)
                || switch (attempt.promptCaching().mode()) {
                    case HINTS -> false;
                    case AUTO -> hasAnswer(messages);
                    case ALWAYS, OFF -> true;
                };
    }

    /** Returns the request without its hints. */
    static ChatRequest withoutHints(ChatRequest request) {
        return hasHints(request.messages())
                ? request.toBuilder().messages(withoutHints(request.messages())).build()
                : request;
    }

    private static long leastChars(AttemptContext attempt) {
        Integer tokens = attempt.card().wire().cacheMinimum();
        return (tokens == null ? USUAL_MINIMUM : tokens) * 3L / 4 * CHARS_PER_TOKEN;
    }

    private static CachePlacement placed(
            ChatRequest request, ContentPart.CacheHint hint, long least, Set<PromptCaching.Part> parts) {
        List<Message> messages = new ArrayList<>(request.messages());
        long chars = 0;
        for (ToolSpec tool : request.tools()) {
            chars += tool.name().length() + chars(tool.description()) + chars(tool.parameters());
        }
        boolean tools = chars >= least && !request.tools().isEmpty() && parts.contains(PromptCaching.Part.TOOLS);
        int instructions = -1;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() == Message.Role.SYSTEM) {
                chars += chars(messages.get(i));
                instructions = i;
            }
        }
        if (instructions >= 0 && chars >= least && parts.contains(PromptCaching.Part.INSTRUCTIONS)) {
            mark(messages, instructions, hint);
        }
        if (parts.contains(PromptCaching.Part.TURNS)) {
            int last = asking(messages, messages.size() - 1);
            int answer = last;
            while (answer >= 0 && messages.get(answer).role() != Message.Role.ASSISTANT) {
                answer--;
            }
            int before = asking(messages, answer);
            for (int i = 0; i <= last; i++) {
                chars += messages.get(i).role() == Message.Role.SYSTEM ? 0 : chars(messages.get(i));
                if ((i == before || i == last) && chars >= least) {
                    mark(messages, i, hint);
                }
            }
        }
        return new CachePlacement(List.copyOf(messages), tools ? hint : null, true, false);
    }

    /** Returns the last message at or before {@code index} that is not the model's and can carry a mark; or -1. */
    private static int asking(List<Message> messages, int index) {
        int i = index;
        while (i >= 0) {
            Message.Role role = messages.get(i).role();
            if ((role == Message.Role.USER || role == Message.Role.TOOL) && carrier(messages.get(i)) >= 0) {
                return i;
            }
            i--;
        }
        return -1;
    }

    private static void mark(List<Message> messages, int index, ContentPart.CacheHint hint) {
        Message message = messages.get(index);
        int carrier = carrier(message);
        if (carrier >= 0) {
            List<ContentPart> parts = new ArrayList<>(message.parts());
            parts.add(carrier + 1, hint);
            messages.set(index, message.withParts(parts));
        }
    }

    /** Returns the last part that every vendor sends and takes a mark on: no blank text, no reasoning; or -1. */
    private static int carrier(Message message) {
        for (int i = message.parts().size() - 1; i >= 0; i--) {
            ContentPart part = message.parts().get(i);
            if (part instanceof ContentPart.Text text ? !text.text().isBlank() : carries(part)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean carries(ContentPart part) {
        return part instanceof ContentPart.ToolResult
                || part instanceof ContentPart.Image
                || part instanceof ContentPart.Document;
    }

    private static boolean hasAnswer(List<Message> messages) {
        for (int i = 0; i < messages.size() - 1; i++) { // a last one is the beginning of the answer
            if (messages.get(i).role() == Message.Role.ASSISTANT) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether any of the messages has a cache hint. */
    public static boolean hasHints(List<Message> messages) {
        for (Message message : messages) {
            if (hasHint(message.parts())) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasHint(List<ContentPart> parts) {
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.CacheHint
                    || (part instanceof ContentPart.ToolResult result && hasHint(result.content()))) {
                return true;
            }
        }
        return false;
    }

    private static List<Message> withoutHints(List<Message> messages) {
        return messages.stream()
                .map(message -> hasHint(message.parts()) ? message.withParts(withoutHintsIn(message.parts())) : message)
                .toList();
    }

    private static List<ContentPart> withoutHintsIn(List<ContentPart> parts) {
        List<ContentPart> kept = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.ToolResult result && hasHint(result.content())) {
                kept.add(new ContentPart.ToolResult(
                        result.toolCallId(), withoutHintsIn(result.content()), result.isError()));
            } else if (!(part instanceof ContentPart.CacheHint)) {
                kept.add(part);
            }
        }
        return kept;
    }

    private static long chars(Message message) {
        return chars(message.parts());
    }

    private static long chars(@Nullable Object value) {
        long chars = 0;
        if (value instanceof CharSequence text) {
            chars = text.length();
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                chars += chars(entry.getKey()) + chars(entry.getValue());
            }
        } else if (value instanceof Collection<?> list) {
            for (Object each : list) {
                chars += chars(each);
            }
        } else if (value instanceof ContentPart part) {
            chars = chars(part);
        }
        return chars;
    }

    private static long chars(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text().length();
        } else if (part instanceof ToolCall call) {
            return (long) call.name().length() + call.arguments().length();
        } else if (part instanceof ContentPart.ToolResult result) {
            return chars(result.content());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            return chars(reasoning.text());
        }
        return part instanceof ContentPart.CacheHint ? 0 : MEDIA_CHARS;
    }

    /** Returns the messages with a cache hint at each mark. */
    public List<Message> messages() {
        return messages;
    }

    /** Returns the mark after the last tool, or null. */
    public ContentPart.@Nullable CacheHint tools() {
        return tools;
    }

    /** Returns whether the marks were chosen here: what is not sent of them needs no warning. */
    public boolean isAutomatic() {
        return automatic;
    }

    /** Returns whether the prompt shall not be cached. */
    public boolean isOff() {
        return off;
    }
}
