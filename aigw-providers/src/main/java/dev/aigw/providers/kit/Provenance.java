package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Separates the parts of a conversation that a vendor made itself from those of other vendors that it cannot read:
 * reasoning and raw parts, which are left out with a warning. For one attempt. Not safe for use by several threads.
 */
public final class Provenance {

    private final String reader;
    private final boolean takesUnsigned;
    private final Unsupported unsupported;

    /**
     * Creates an instance for one attempt, for a vendor that signs its reasoning.
     *
     * @param reader the origin of reasoning that this vendor can read
     * @param unsupported reports what was left out
     */
    public Provenance(String reader, Unsupported unsupported) {
        this(reader, false, unsupported);
    }

    /**
     * Creates an instance for one attempt.
     *
     * @param reader the origin of reasoning that this vendor can read
     * @param takesUnsigned whether it takes back reasoning of its own that is not signed
     * @param unsupported reports what was left out
     */
    public Provenance(String reader, boolean takesUnsigned, Unsupported unsupported) {
        this.reader = reader;
        this.takesUnsigned = takesUnsigned;
        this.unsupported = unsupported;
    }

    /** Returns whether a reasoning is sent to the vendor: only its own, and if it signs, only what it signed. */
    public boolean takesBack(ContentPart.Reasoning reasoning) {
        if (isOwn(reasoning)) {
            return true;
        }
        leavesOut(reasoning);
        return false;
    }

    private boolean isOwn(ContentPart.Reasoning reasoning) {
        return reasoning.isSigned()
                ? !reasoning.isForeignTo(reader)
                : takesUnsigned && reader.equals(reasoning.origin()) && reasoning.text() != null;
    }

    /** Warns of a reasoning that is not sent; a summary alone is for people to read. */
    public void leavesOut(ContentPart.Reasoning reasoning) {
        if (reasoning.isForeignTo(reader)) {
            warnOfReasoning();
        } else if (reasoning.isSigned() || reasoning.text() != null) {
            unsupported.warn("was not sent the reasoning of an earlier answer, which it does not take back");
        }
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
                if (isOwn(reasoning)) {
                    return false;
                }
            } else if (!(part instanceof ContentPart.Text text && text.text().isBlank())) {
                return true;
            }
        }
        return true;
    }
}
