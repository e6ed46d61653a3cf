package dev.aigw.routing.guard;

import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import java.time.Duration;
import java.util.List;

/** Makes inspections of texts for tests of guards. */
public final class Inspections {

    private Inspections() {}

    /** Returns a text of a user. */
    public static GuardedPart part(String text) {
        return GuardedPart.text(ContentOrigin.USER, "messages[0].parts[0]", text, true);
    }

    /** Returns an inspection of a request with one text of a user. */
    public static Inspection input(String text) {
        return input(Caller.ANONYMOUS, text);
    }

    /** Returns an inspection of a request of a caller with one text. */
    public static Inspection input(Caller caller, String text) {
        return of(Direction.INPUT, caller, part(text));
    }

    /** Returns an inspection of a reply that has arrived up to here. */
    public static Inspection unfinished(String text) {
        return of(Direction.OUTPUT, Caller.ANONYMOUS)
                .unfinished(GuardedPart.text(ContentOrigin.MODEL, "text", text, true));
    }

    /** Returns an inspection. */
    public static Inspection of(Direction direction, Caller caller, GuardedPart... parts) {
        return Inspection.of(
                direction,
                List.of(parts),
                ChatRequest.CHAT,
                ChatRequest.of("m", "x"),
                "m",
                caller,
                Duration.ofSeconds(1));
    }
}
