package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what of a conversation is a vendor's own, and what another vendor made that this one cannot read: signed
 * reasoning and raw parts, which are left out with a warning. One is used for one attempt. Not safe for use by several
 * threads.
 */
public final class Provenance {

    private final String reader;
    private final Unsupported unsupported;

    /**
     * Creates one.
     *
     * @param reader what the origin of reasoning is called that can be read back
     * @param unsupported who is told what was left out
     */
    public Provenance(String reader, Unsupported unsupported) {
        this.reader = reader;
        this.unsupported = unsupported;
    }

    /** Returns whether a reasoning goes back to the vendor: only what it signed does. */
    public boolean takesBack(ContentPart.Reasoning reasoning) {
        if (reasoning.isForeignTo(reader)) {
            warnOfReasoning();
            return false;
        }
        return reasoning.isSigned();
    }

    /** Returns the signature that goes back with a tool call, or null. */
    public @Nullable String signature(ToolCall call) {
        String own = call.signatureFor(reader);
        if (own == null && call.signature() != null) {
            warnOfReasoning();
        }
        return own;
    }

    /** Returns whether a raw part goes back to the vendor: only its own does. */
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
     * Returns whether the conversation ends in results of tools, and the turn that asked for them does not begin with
     * reasoning the vendor can read back. Claude refuses to think on with a budget from such a turn.
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
