package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Separates the parts of a conversation that a vendor made itself from those of other vendors that it cannot read:
 * signed reasoning and raw parts, which are left out with a warning. For one attempt. Not safe for use by several
 * threads.
 */
public final class Provenance {

    private final String reader;
    private final Unsupported unsupported;

    /**
     * Creates an instance for one attempt.
     *
     * @param reader the origin of reasoning that this vendor can read
     * @param unsupported reports what was left out
     */
    public Provenance(String reader, Unsupported unsupported) {
        this.reader = reader;
        this.unsupported = unsupported;
    }

    /** Returns whether a reasoning is sent to the vendor: only if it signed it. */
    public boolean takesBack(ContentPart.Reasoning reasoning) {
        if (reasoning.isForeignTo(reader)) {
            warnOfReasoning();
            return false;
        }
        return reasoning.isSigned();
    }

    /** Returns the signature to send with a tool call, or null. */
    public @Nullable String signature(ToolCall call) {
        String own = call.signatureFor(reader);
        if (own == null && call.signature() != null) {
            warnOfReasoning();
        }
        return own;
    }

    /** Returns whether a raw part is sent to the vendor: only if it is the vendor's own. */
    public boolean takesBack(ContentPart.Raw raw) {
        if (raw.provider().equals(unsupported.provider())) {
            return true;
        }
        unsupported.warn("was not sent a part that only " + raw.provider() + " knows");
        return false;
    }

    private void warnOfReasoning() {
        unsupported.warn("was not sent the signed reasoning of another model");
    }

    /**
     * Returns whether the conversation ends in tool results, and the turn that called the tools does not begin with
     * reasoning that the vendor can read. Claude refuses to continue thinking with a budget after such a turn.
     */
    public boolean lacksReasoningOfToolLoop(List<Message> messages) {
        int at = messages.size() - 1;
        boolean results = false;
        while (at >= 0 && messages.get(at).role() != Message.Role.ASSISTANT) {
            results |= messages.get(at).parts().stream().anyMatch(part -> part instanceof ContentPart.ToolResult);
            at--;
        }
        if (!results || at < 0) {
            return false;
        }
        while (at > 0 && messages.get(at - 1).role() == Message.Role.ASSISTANT) {
            at--;
        }
        for (ContentPart part : messages.get(at).parts()) {
            if (part instanceof ContentPart.Reasoning reasoning) {
                if (reasoning.isSigned() && !reasoning.isForeignTo(reader)) {
                    return false;
                }
            } else if (!(part instanceof ContentPart.Text text && text.text().isBlank())) {
                return true;
            }
        }
        return true;
    }
}
