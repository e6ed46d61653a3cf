package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A conversation for vendors that take instructions separately and require alternating turns. Consecutive messages of
 * one side become one turn, with the results of tools first: they must directly follow their calls. Immutable.
 *
 * @param instructions the parts of all instructions
 * @param turns the turns in order, none of them without a part that is sent
 */
public record Turns(List<ContentPart> instructions, List<Turn> turns) {

    private static final String OPENING = "(start)";

    /**
     * One turn of one side.
     *
     * @param byAssistant whether it is the assistant's
     * @param parts its content
     */
    public record Turn(boolean byAssistant, List<ContentPart> parts) {
        /** Copies the list. */
        public Turn {
            parts = List.copyOf(parts);
        }
    }

    /** Copies the lists. */
    public Turns {
        instructions = List.copyOf(instructions);
        turns = List.copyOf(turns);
    }

    /**
     * Returns the turns of a conversation; warns when instructions from its middle move to the beginning. A message of
     * which nothing is sent ends no turn.
     *
     * @param isSent returns whether a part is sent
     * @throws dev.aigw.api.GatewayException of kind UNSUPPORTED if a message names its speaker, which none of these
     *     vendors takes, unless unsupported parts are dropped
     */
    public static Turns of(List<Message> messages, Unsupported unsupported, Predicate<ContentPart> isSent) {
        List<ContentPart> instructions = new ArrayList<>(1);
        List<Turn> turns = new ArrayList<>(messages.size());
        List<ContentPart> turn = new ArrayList<>();
        boolean byAssistant = false;
        boolean begun = false;
        for (Message message : messages) {
            if (message.name() != null) {
                unsupported.drops("the speaker's name in a message");
            }
            if (message.role() == Message.Role.SYSTEM) {
                if (begun) {
                    unsupported.warn("was sent instructions from the middle of the conversation at its beginning");
                }
                instructions.addAll(message.parts());
                continue;
            }
            begun = true;
            boolean other = (message.role() == Message.Role.ASSISTANT) != byAssistant;
            if (other && message.parts().stream().anyMatch(isSent)) {
                add(turns, byAssistant, turn, isSent);
                byAssistant = !byAssistant;
            }
            turn.addAll(message.parts());
        }
        add(turns, byAssistant, turn, isSent);
        return new Turns(instructions, turns);
    }

    private static void add(
            List<Turn> turns, boolean byAssistant, List<ContentPart> turn, Predicate<ContentPart> isSent) {
        if (turn.stream().anyMatch(isSent)) {
            turns.add(new Turn(byAssistant, byAssistant ? turn : resultsFirst(turn)));
        }
        turn.clear();
    }

    /** A cache hint stays behind the part that it marks. */
    private static List<ContentPart> resultsFirst(List<ContentPart> turn) {
        List<ContentPart> results = new ArrayList<>(turn.size());
        List<ContentPart> others = new ArrayList<>();
        boolean result = true;
        for (ContentPart part : turn) {
            result = part instanceof ContentPart.CacheHint ? result : part instanceof ContentPart.ToolResult;
            (result ? results : others).add(part);
        }
        results.addAll(others);
        return results;
    }

    /**
     * Returns the same turns after one of the user, for vendors that refuse a conversation that the assistant begins,
     * or one of instructions alone; warns of it.
     */
    public Turns fromUser(Unsupported unsupported) {
        if (!turns.isEmpty() && !turns.get(0).byAssistant()) {
            return this;
        }
        unsupported.warn("takes no conversation that the user does not begin: was sent \"" + OPENING + "\" first");
        List<Turn> all = new ArrayList<>(turns.size() + 1);
        all.add(new Turn(false, List.of(new ContentPart.Text(OPENING))));
        all.addAll(turns);
        return new Turns(instructions, all);
    }

    /**
     * Returns the same turns without whitespace at the end of a last one of the assistant, for vendors that refuse an
     * answer that begins so; warns of it.
     */
    public Turns trimmed(Unsupported unsupported) {
        Turn last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        List<ContentPart> parts = last == null ? List.of() : last.parts();
        int at = parts.size() - 1;
        while (at >= 0 && parts.get(at) instanceof ContentPart.CacheHint) {
            at--;
        }
        if (last == null || !last.byAssistant() || at < 0 || !(parts.get(at) instanceof ContentPart.Text text)) {
            return this;
        }
        String kept = text.text().stripTrailing();
        if (kept.equals(text.text())) {
            return this;
        }
        unsupported.warn("takes no beginning of an answer that ends in whitespace: it was sent without");
        List<ContentPart> changed = new ArrayList<>(parts);
        changed.set(at, new ContentPart.Text(kept));
        List<Turn> all = new ArrayList<>(turns);
        all.set(all.size() - 1, new Turn(true, changed));
        return new Turns(instructions, all);
    }
}
