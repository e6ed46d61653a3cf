package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation for vendors that take instructions separately and require alternating turns. Consecutive messages of
 * one side become one turn: tool results must share the turn after their calls. Immutable.
 *
 * @param instructions the parts of all instructions
 * @param turns the turns in order, none of them empty
 */
public record Turns(List<ContentPart> instructions, List<Turn> turns) {

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
     * Returns the turns of a conversation; warns when instructions from its middle move to the beginning.
     *
     * @throws dev.aigw.api.GatewayException of kind UNSUPPORTED if a message names its speaker, which none of these
     *     vendors takes, unless unsupported parts are dropped
     */
    public static Turns of(List<Message> messages, Unsupported unsupported) {
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
            if (other) {
                add(turns, byAssistant, turn);
                byAssistant = !byAssistant;
            }
            turn.addAll(message.parts());
        }
        add(turns, byAssistant, turn);
        return new Turns(instructions, turns);
    }

    private static void add(List<Turn> turns, boolean byAssistant, List<ContentPart> turn) {
        if (!turn.isEmpty()) {
            turns.add(new Turn(byAssistant, turn));
            turn.clear();
        }
    }
}
