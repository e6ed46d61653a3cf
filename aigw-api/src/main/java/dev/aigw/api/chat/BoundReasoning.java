package dev.aigw.api.chat;

import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Binding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a conversation that not every model can read: signed or encrypted reasoning, signatures of tool calls,
 * and raw parts of one vendor. Says what is lost when the conversation goes on elsewhere. Immutable.
 *
 * <pre>{@code
 * ReasoningOrigin target = new ReasoningOrigin("anthropic", "claude-opus-5-5", null, null);
 * List<String> lost = request.boundReasoning().lostAt(target, card.wire());
 * }</pre>
 *
 * <p>A request finds its own once, when it is first asked for it.
 */
public final class BoundReasoning {

    private static final BoundReasoning NONE = new BoundReasoning(List.of(), List.of(), List.of());

    /** A bound part: the index of its message, its origin, null if it names none, and whether it is a raw part. */
    private record Item(int message, @Nullable ReasoningOrigin origin, boolean raw) {

        ReasoningOrigin.@Nullable Mismatch mismatch(ReasoningOrigin target, WireFacts facts) {
            if (origin == null) {
                return ReasoningOrigin.Mismatch.MAKER;
            }
            return raw
                    ? adapter(origin.reader()).equals(adapter(target.reader())) ? null : ReasoningOrigin.Mismatch.MAKER
                    : origin.mismatch(target, facts);
        }

        private static String adapter(String reader) {
            int maker = reader.indexOf('/');
            return maker < 0 ? reader : reader.substring(0, maker);
        }
    }

    private final List<Item> items;
    private final List<Message> messages;
    private final List<ToolSpec> tools;

    private BoundReasoning(List<Item> items, List<Message> messages, List<ToolSpec> tools) {
        this.items = items;
        this.messages = messages;
        this.tools = tools;
    }

    static BoundReasoning in(ChatRequest request) {
        List<Message> messages = request.messages();
        List<Item> items = List.of();
        for (int i = 0; i < messages.size(); i++) {
            items = add(items, i, messages.get(i).parts());
        }
        return items.isEmpty() ? NONE : new BoundReasoning(List.copyOf(items), messages, request.tools());
    }

    /** Copies the empty list only: most conversations have no such part and then allocate nothing. */
    private static List<Item> add(List<Item> before, int message, List<ContentPart> parts) {
        List<Item> items = before;
        for (ContentPart part : parts) {
            boolean raw = part instanceof ContentPart.Raw;
            if (raw || isSigned(part)) {
                String origin = origin(part);
                items = items.isEmpty() ? new ArrayList<>() : items;
                items.add(new Item(message, origin == null ? null : ReasoningOrigin.parse(origin), raw));
            } else if (part instanceof ContentPart.ToolResult result) {
                items = add(items, message, result.content());
            }
        }
        return items;
    }

    private static boolean isSigned(ContentPart part) {
        return part instanceof ContentPart.Reasoning reasoning
                ? reasoning.isSigned()
                : part instanceof ToolCall call && call.signature() != null;
    }

    private static @Nullable String origin(ContentPart part) {
        return part instanceof ContentPart.Reasoning reasoning
                ? reasoning.origin()
                : part instanceof ToolCall call
                        ? call.origin()
                        : part instanceof ContentPart.Raw raw ? raw.provider() : null;
    }

    /** Returns whether any model can read the whole conversation. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /**
     * Returns whether a model can read the newest of these parts, so that a conversation which has moved stays where it
     * last was; true if there is none.
     *
     * @param target adapter, model and account that the conversation would be sent to
     * @param facts the facts of that model
     */
    public boolean isAtHome(ReasoningOrigin target, WireFacts facts) {
        return items.isEmpty() || items.get(items.size() - 1).mismatch(target, facts) == null;
    }

    /** Returns whether a model can read any signed reasoning here. */
    public boolean isReadAt(ReasoningOrigin target, WireFacts facts) {
        return items.stream().anyMatch(item -> !item.raw && item.mismatch(target, facts) == null);
    }

    /** Returns where the newest of these parts comes from; null if there is none or it does not say. */
    public @Nullable ReasoningOrigin home() {
        return items.isEmpty() ? null : items.get(items.size() - 1).origin();
    }

    /**
     * Returns what a model cannot read, for people: each follows "is not sent". Messages are counted from 1.
     *
     * @param target adapter, model and account that the conversation would be sent to
     * @param facts the facts of that model
     */
    public List<String> lostAt(ReasoningOrigin target, WireFacts facts) {
        return lostAt(target, facts, true);
    }

    /**
     * Returns what a model cannot read, for people: each follows "is not sent". Messages are counted from 1.
     *
     * @param target adapter, model and account that the conversation would be sent to
     * @param facts the facts of that model
     * @param takesSigned whether the protocol has a place for signed reasoning
     */
    public List<String> lostAt(ReasoningOrigin target, WireFacts facts, boolean takesSigned) {
        if (items.isEmpty()) {
            return List.of();
        }
        Map<String, Set<Integer>> lost = new LinkedHashMap<>(4);
        for (Item item : items) {
            ReasoningOrigin.Mismatch mismatch = item.mismatch(target, facts);
            if (mismatch != null || (!takesSigned && !item.raw)) {
                lost.computeIfAbsent(words(item, mismatch), key -> new LinkedHashSet<>(4))
                        .add(item.message + 1);
            }
        }
        List<String> sentences = new ArrayList<>(lost.size());
        lost.forEach((words, places) -> sentences.add(words + ", in " + places(places)));
        return sentences;
    }

    private static String words(Item item, ReasoningOrigin.@Nullable Mismatch mismatch) {
        String of = item.origin == null ? "unknown origin" : item.origin.words();
        return item.raw
                ? "a part that only " + of + " knows"
                : mismatch == null
                        ? "the signed reasoning (" + of + "), which it has no field for"
                        : "the signed reasoning of " + mismatch.words() + " (" + of + ")";
    }

    /**
     * Returns what the vendor may leave out because the conversation before it has changed since, for people: each
     * follows the adapter's name; empty for models whose reasoning is not bound to the conversation before it.
     *
     * @param target adapter, model and account that the conversation would be sent to
     * @param facts the facts of that model
     */
    public List<String> changedBefore(ReasoningOrigin target, WireFacts facts) {
        if (items.isEmpty() || !facts.isReasoningBoundTo(Binding.PREFIX)) {
            return List.of();
        }
        Set<Integer> changed = new LinkedHashSet<>(4);
        PrefixHash hash = new PrefixHash(tools, messages);
        for (Item item : items) {
            if (item.origin != null
                    && item.origin.prefix() != null
                    && item.mismatch(target, facts) == null
                    && !hash.isBefore(item.message, item.origin.prefix())) {
                changed.add(item.message + 1);
            }
        }
        return changed.isEmpty()
                ? List.of()
                : List.of("may leave out the reasoning in " + places(changed)
                        + ": the conversation before it has changed since it was made");
    }

    private static String places(Set<Integer> numbers) {
        StringBuilder places = new StringBuilder(numbers.size() == 1 ? "message " : "messages ");
        int left = numbers.size();
        for (int number : numbers) {
            places.append(number);
            left--;
            places.append(left > 1 ? ", " : left == 1 ? " and " : "");
        }
        return places.toString();
    }

    /** Returns the number of bound parts; content stays out of logs. */
    @Override
    public String toString() {
        return "BoundReasoning{" + items.size() + " parts}";
    }
}
