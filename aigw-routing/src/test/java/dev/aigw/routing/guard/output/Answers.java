package dev.aigw.routing.guard.output;

import dev.aigw.api.Caller;
import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Answers for guards to check, whole and streamed. */
final class Answers {

    private Answers() {}

    static ChatRequest request(String system, String user) {
        return ChatRequest.builder("assistant").system(system).user(user).build();
    }

    static GuardedPart answer(String text) {
        return GuardedPart.text(ContentOrigin.MODEL, "message.parts[0]", text, true);
    }

    private static List<GuardedPart> parts(ModelRequest request) {
        List<GuardedPart> parts = new ArrayList<>();
        for (Message message : ((ChatRequest) request).messages()) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.ToolResult result) {
                    result.content().forEach(content -> add(ContentOrigin.TOOL_RESULT, content, parts));
                } else {
                    boolean isSystem = message.role() == Message.Role.SYSTEM;
                    add(isSystem ? ContentOrigin.SYSTEM : ContentOrigin.USER, part, parts);
                }
            }
        }
        return parts;
    }

    private static void add(ContentOrigin origin, ContentPart part, List<GuardedPart> parts) {
        if (part instanceof ContentPart.Text text) {
            parts.add(GuardedPart.text(origin, "messages", text.text(), true));
        }
    }

    static Inspection inspection(ModelRequest request, String answer) {
        return Inspection.of(
                        Direction.OUTPUT,
                        List.of(answer(answer)),
                        ChatRequest.CHAT,
                        request,
                        "assistant",
                        Caller.ANONYMOUS,
                        Duration.ofSeconds(5))
                .withRequestParts(parts(request));
    }

    static Inspection inspection(String answer) {
        return inspection(ChatRequest.of("assistant", "Hello"), answer);
    }

    /** Returns the text as a router changes it by a verdict. */
    static String changed(GuardVerdict verdict, String text) {
        StringBuilder changed = new StringBuilder(text);
        verdict.findings().stream()
                .filter(finding -> finding.action() == GuardAction.REDACT)
                .sorted(Comparator.comparingInt(GuardFinding::start).reversed())
                .forEach(finding ->
                        changed.replace(finding.start(), finding.end(), Objects.requireNonNull(finding.replacement())));
        return changed.toString();
    }

    static String changed(Guard guard, String text) {
        return changed(guard.check(inspection(text)), text);
    }

    /**
     * What a caller gets of a streamed answer.
     *
     * @param shown the text that was let through
     * @param blockedBy the rule that blocked the rest; empty if none did
     * @param held how many characters were held back after each chunk
     */
    record Shown(String shown, String blockedBy, List<Integer> held) {

        int median() {
            List<Integer> sorted = held.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        }
    }

    /** Streams an answer through a guard with a window, in chunks of this size, as the router does. */
    static Shown stream(Guard guard, ModelRequest request, String answer, int chunk) {
        int behind = guard.streaming().lookBehind();
        if (behind < 1) {
            throw new IllegalStateException(guard.name() + " has no window");
        }
        StringBuilder shown = new StringBuilder();
        List<Integer> held = new ArrayList<>();
        int released = 0;
        for (int arrived = Math.min(chunk, answer.length()); ; arrived = Math.min(arrived + chunk, answer.length())) {
            boolean last = arrived == answer.length();
            int from = Math.max(0, released - behind);
            String window = answer.substring(from, arrived);
            Inspection whole = inspection(request, window);
            GuardVerdict verdict = guard.check(last ? whole : whole.unfinished(answer(window)));
            int upTo = last
                    ? arrived
                    : from
                            + (verdict.undecidedFrom() >= 0
                                    ? verdict.undecidedFrom()
                                    : Math.max(
                                            0,
                                            window.length() - guard.streaming().lookAhead()));
            upTo = Math.max(upTo, released);
            StringBuilder text = new StringBuilder();
            int at = released;
            List<GuardFinding> findings = new ArrayList<>(verdict.findings());
            findings.sort(Comparator.comparingInt(GuardFinding::start));
            for (GuardFinding finding : findings) {
                if (finding.action() == GuardAction.BLOCK) {
                    return new Shown(shown.toString(), finding.rule(), held);
                }
                int start = from + finding.start();
                int end = from + finding.end();
                if (finding.action() != GuardAction.REDACT || end <= released) {
                    continue;
                }
                if (start < released) {
                    throw new IllegalStateException(finding.rule() + " was shown in part: " + shown);
                }
                if (end > upTo) {
                    upTo = Math.min(upTo, start);
                    break;
                }
                text.append(answer, at, start).append(finding.replacement());
                at = end;
            }
            if (at < upTo) {
                text.append(answer, at, upTo);
                at = upTo;
            }
            shown.append(text);
            released = at;
            if (last) {
                return new Shown(shown.toString(), "", held);
            }
            held.add(arrived - released);
        }
    }

    static Shown stream(Guard guard, String answer, int chunk) {
        return stream(guard, ChatRequest.of("assistant", "Hello"), answer, chunk);
    }
}
