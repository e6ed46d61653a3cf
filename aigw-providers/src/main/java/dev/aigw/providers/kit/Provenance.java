package dev.aigw.providers.kit;

import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.BoundReasoning;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.chat.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Separates the parts of a conversation that the attempt's model can read from those that it cannot: reasoning of other
 * vendors, models and accounts, and raw parts of other vendors, which are left out. Warns of all of them when it is
 * created. For one attempt. Not safe for use by several threads.
 */
public final class Provenance {

    private final String reader;
    private final @Nullable ReasoningOrigin target;
    private final WireFacts facts;
    private final boolean takesSigned;
    private final boolean takesUnsigned;
    private final Unsupported unsupported;
    private final boolean sendsSigned;

    private Provenance(
            String reader, boolean takesSigned, boolean takesUnsigned, Unsupported unsupported, ChatRequest request) {
        this.reader = reader;
        this.takesUnsigned = takesUnsigned;
        this.unsupported = unsupported;
        BoundReasoning bound = request.boundReasoning();
        this.facts = unsupported.attempt().card().wire();
        this.target = bound.isEmpty() ? null : Origin.target(reader, unsupported.attempt());
        this.takesSigned = takesSigned && target != null;
        this.sendsSigned = takesSigned && target != null && bound.isReadAt(target, facts);
        if (target != null) {
            bound.lostAt(target, facts, takesSigned).forEach(lost -> unsupported.warn("was not sent " + lost));
            if (takesSigned) {
                bound.changedBefore(target, facts).forEach(unsupported::warn);
            }
        }
    }

    /**
     * Creates an instance for a vendor that signs its reasoning.
     *
     * @param reader the reader of the vendor's reasoning, as of {@link ReasoningOrigin#reader()}
     * @param unsupported reports what is left out
     * @param request the conversation
     */
    public static Provenance of(String reader, Unsupported unsupported, ChatRequest request) {
        return new Provenance(reader, true, false, unsupported, request);
    }

    /** Creates an instance for a vendor that also takes back reasoning of its own that is not signed. */
    public static Provenance ofUnsigned(String reader, Unsupported unsupported, ChatRequest request) {
        return new Provenance(reader, true, true, unsupported, request);
    }

    /** Creates an instance for a protocol that has no place for signed reasoning. */
    public static Provenance unsigned(Unsupported unsupported, ChatRequest request) {
        return new Provenance(unsupported.provider(), false, false, unsupported, request);
    }

    /** Returns whether the conversation has signed reasoning that is sent. */
    public boolean sendsSigned() {
        return sendsSigned;
    }

    /** Returns whether a reasoning is sent: only what the model can read, and if the vendor signs, what is signed. */
    public boolean takesBack(ContentPart.Reasoning reasoning) {
        if (isOwn(reasoning)) {
            return true;
        }
        leavesOut(reasoning);
        return false;
    }

    private boolean isOwn(ContentPart.Reasoning reasoning) {
        return reasoning.isSigned()
                ? isReadable(reasoning.origin())
                : takesUnsigned && reasoning.text() != null && isFromHere(reasoning.origin());
    }

    private boolean isReadable(@Nullable String origin) {
        return target != null
                && takesSigned
                && origin != null
                && ReasoningOrigin.parse(origin).mismatch(target, facts) == null;
    }

    /** Returns whether the adapter that is called made a part, with whatever model. */
    public boolean isFromHere(@Nullable String origin) {
        return origin != null && ReasoningOrigin.parse(origin).reader().equals(reader);
    }

    /** Warns of a reasoning without a signature that is not sent; a summary alone is for people to read. */
    public void leavesOut(ContentPart.Reasoning reasoning) {
        if (!reasoning.isSigned() && reasoning.text() != null) {
            unsupported.warn("was not sent the reasoning of an earlier answer, which it does not take back");
        }
    }

    /** Returns the signature to send with a tool call, or null. */
    public @Nullable String signature(ToolCall call) {
        return call.signature() != null && isReadable(call.origin()) ? call.signature() : null;
    }

    /** Returns whether a raw part is sent to the vendor: only if it is the vendor's own. */
    public boolean takesBack(ContentPart.Raw raw) {
        return raw.provider().equals(unsupported.provider());
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
