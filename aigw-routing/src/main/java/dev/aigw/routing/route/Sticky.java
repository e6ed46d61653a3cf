package dev.aigw.routing.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.SessionHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session on the model chosen for it while a tool loop runs. It remembers the {@value #SESSIONS} sessions used
 * last, by a hash, so that long keys take no more memory than short ones. Safe for use by many threads.
 */
final class Sticky implements ModelSelector {

    private static final int SESSIONS = 100_000;

    /** A choice; the model is null for the requested one. */
    private record Choice(@Nullable String model) {}

    private final ModelSelector selector;
    private final Cache<String, Choice> chosen;

    Sticky(ModelSelector selector, Duration idle) {
        this.selector = selector;
        this.chosen = Caffeine.newBuilder()
                .maximumSize(SESSIONS)
                .expireAfterAccess(idle)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public @Nullable Selection select(Query query) {
        String session = SessionHash.of(query.options());
        if (session == null) {
            return selector.select(query);
        }
        Choice known = chosen.getIfPresent(session);
        if (known != null && isInToolLoop(query)) {
            return known.model == null ? null : new Selection(known.model, "the session is in a tool loop");
        }
        Selection selection = selector.select(query);
        chosen.put(session, new Choice(selection == null ? null : selection.model()));
        return selection;
    }

    private static boolean isInToolLoop(Query query) {
        if (!(query.request() instanceof ChatRequest chat)) {
            return false;
        }
        List<Message> messages = chat.messages();
        return !messages.isEmpty() && messages.get(messages.size() - 1).role() == Message.Role.TOOL;
    }

    @Override
    public Map<String, String> labels(Query query, @Nullable Selection selection) {
        return selector.labels(query, selection);
    }

    @Override
    public void ended(Query query, @Nullable Selection selection, End end) {
        selector.ended(query, selection, end);
    }

    @Override
    public void feedback(String callId, double score) {
        selector.feedback(callId, score);
    }

    @Override
    public Set<String> models() {
        return selector.models();
    }
}
