package dev.aigw.providers.kit;

import dev.aigw.api.chat.ContentPart;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The cache hints of a request that become marks. A vendor takes a number of them and refuses more: the last ones are
 * kept, since each covers everything before it. It also refuses a long-lived mark after a short-lived one, which is
 * then short-lived too. What is changed causes a warning.
 *
 * <p>First every list of parts is {@linkplain #note noted}, then each hint is {@linkplain #take taken}, in the same
 * order. For one attempt. Not safe for use by several threads.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">"Prompt caching" of Anthropic</a>
 */
public final class CacheMarks {

    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofHours(1);

    private final int most;
    private final Predicate<ContentPart> isSent;
    private final Unsupported unsupported;
    private int noted;
    private int first;
    private int taken;
    private boolean shortSeen;

    /**
     * Creates an instance for one attempt.
     *
     * @param most how many marks the vendor takes
     * @param isSent returns whether a part is sent
     * @param unsupported gets the warnings
     */
    public CacheMarks(int most, Predicate<ContentPart> isSent, Unsupported unsupported) {
        this.most = most;
        this.isSent = isSent;
        this.unsupported = unsupported;
    }

    /** Notes the hints among {@code parts}, in results of tools as well if {@code nested}. */
    public void note(List<ContentPart> parts, boolean nested) {
        ContentPart before = null;
        ContentPart.CacheHint last = null;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.CacheHint hint) {
                last = carries(before) ? hint : last;
            } else if (isSent.test(part)) {
                note(last);
                last = null;
                before = part;
                if (nested && part instanceof ContentPart.ToolResult result) {
                    note(result.content(), true);
                }
            }
        }
        note(last);
    }

    /** Notes one hint outside of parts, such as that after the tools; null notes none. */
    public void note(ContentPart.@Nullable CacheHint hint) {
        noted += hint == null ? 0 : 1;
        first = Math.max(0, noted - most);
    }

    /** Returns whether a part can carry a mark; reasoning cannot. */
    public static boolean carries(@Nullable ContentPart part) {
        return part != null && !(part instanceof ContentPart.Reasoning);
    }

    /** Returns whether a hint asks for more than five minutes: those vendors have five minutes or an hour. */
    public static boolean isLong(ContentPart.CacheHint hint) {
        return hint.lifetime().compareTo(SHORT) > 0;
    }

    /** Returns the next hint as it is sent; null if it is left out. */
    public ContentPart.@Nullable CacheHint take(ContentPart.CacheHint hint) {
        if (taken++ < first) {
            unsupported.warn("takes " + most + " cache marks: only the last ones were sent");
            return null;
        }
        if (hint.lifetime().compareTo(LONG) > 0) {
            unsupported.warn("caches a prompt for an hour at most");
        }
        if (!isLong(hint)) {
            shortSeen = true;
        } else if (shortSeen) {
            unsupported.warn("takes no long-lived cache mark after a short-lived one: it was sent as short-lived");
            return ContentPart.CacheHint.SHORT;
        }
        return hint;
    }
}
