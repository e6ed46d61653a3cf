package dev.aigw.routing.cache;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.Hop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refreshes replies in the background, one call for each key at a time. Safe for use by many threads. */
final class Refresher {

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    private final BiConsumer<ResultCache.Key, ModelReply> store;
    private final Set<ResultCache.Key> underWay = ConcurrentHashMap.newKeySet();

    Refresher(BiConsumer<ResultCache.Key, ModelReply> store) {
        this.store = store;
    }

    /** Forks a call that proceeds from {@code hop}, unless one for {@code key} is under way. */
    void refresh(Hop hop, ResultCache.Key key) {
        if (!underWay.add(key)) {
            return;
        }
        try {
            hop.call().environment().executor().execute(() -> run(hop, key));
        } catch (RejectedExecutionException e) {
            underWay.remove(key);
            log.debug("a stale reply is not refreshed: the router is closing");
        }
    }

    private void run(Hop hop, ResultCache.Key key) {
        try {
            ModelReply reply = hop.proceedApart(hop.request());
            Route route = reply.route();
            if (reply instanceof ChatStream stream) {
                try (stream) {
                    reply = stream.response();
                }
            }
            if (route.source() == Route.Source.MODEL && route.model().equals(key.model())) {
                store.accept(key, reply);
            }
        } catch (RuntimeException e) {
            log.warn(
                    "a stale reply of model \"{}\" could not be refreshed; it is kept until it is too old",
                    key.model(),
                    e);
        } finally {
            underWay.remove(key);
        }
    }
}
