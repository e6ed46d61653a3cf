package dev.aigw.routing.transform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Message;
import dev.aigw.api.conversation.ContextWindow;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.SideCall;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Summaries of the beginnings of conversations, by a model. Those of the last hour are kept, so that a conversation's
 * next turn has the same one, and a longer beginning's is made of the shorter one's. Safe for use by many threads.
 */
final class Summaries {

    /** Present in a call that makes a summary: no rule changes it. */
    static final CallContext.Key<Boolean> IS_SUMMARY = CallContext.Key.of("makes a summary");

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST = 5_000;

    /** There is no summary, for the reason in its message. */
    static final class NoSummary extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoSummary(String message) {
            super(message, null, false, false);
        }
    }

    private final Cache<String, String> known;

    Summaries(Environment environment) {
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(KEPT)
                .ticker(environment::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Returns the summary of messages.
     *
     * @throws NoSummary if the model fails, or the caller may not use it
     * @throws GatewayException if the call itself is cancelled or over
     */
    String of(Hop hop, List<Message> messages, ContextTrim trim) {
        List<String> keys = keys(hop.call().account(), messages, trim);
        for (int i = keys.size(); i > 0; i--) {
            String text = known.getIfPresent(keys.get(i - 1));
            if (text != null) {
                return i == keys.size() ? text : made(hop, longer(text, messages.subList(i, keys.size())), trim, keys);
            }
        }
        return made(hop, messages, trim, keys);
    }

    private static List<Message> longer(String before, List<Message> after) {
        List<Message> longer = new ArrayList<>();
        longer.add(ContextWindow.summaryMessage(before));
        longer.addAll(after);
        return longer;
    }

    /** Returns a key for each beginning of the messages; keys of different callers differ. */
    private static List<String> keys(Caller caller, List<Message> messages, ContextTrim trim) {
        List<String> keys = new ArrayList<>(messages.size());
        String key = Digests.sha256(
                String.valueOf(trim),
                String.valueOf(caller.tenant()),
                String.valueOf(caller.user()),
                String.valueOf(caller.key()));
        for (Message message : messages) {
            key = Digests.sha256(key, request(List.of(message), trim).lastUserText());
            keys.add(key);
        }
        return keys;
    }

    private static ChatRequest request(List<Message> messages, ContextTrim trim) {
        return ContextWindow.summaryRequest(String.valueOf(trim.summaryModel()), messages, trim.summaryTokens());
    }

    private String made(Hop hop, List<Message> messages, ContextTrim trim, List<String> keys) {
        String text = asked(hop, request(messages, trim));
        known.put(keys.get(keys.size() - 1), text);
        return text;
    }

    private static String asked(Hop hop, ChatRequest request) {
        Call call = hop.call();
        Model model = call.models().find(request.model());
        if (model == null) {
            throw new NoSummary("there is no model \"" + request.model() + "\": declare it");
        }
        if (!call.mayUse(model, request)) {
            throw new NoSummary("the caller may not use model \"" + request.model() + "\"");
        }
        Map<String, String> tags = new HashMap<>(call.accountTags());
        tags.put("side", "summary");
        try (Cancellation.Linked linked = Cancellation.childOf(call.cancellation())) {
            ModelReply reply =
                    hop.proceedAside(new SideCall(call.account(), tags), request, options(call, linked), own -> {
                        own.put(IS_SUMMARY, true);
                        own.switchTo(model);
                    });
            String text = text(reply);
            if (text.isBlank()) {
                throw new NoSummary("the model returned no text");
            }
            return text;
        } catch (GatewayException e) {
            call.checkAlive();
            if (e.kind() == ErrorKind.CANCELLED || e.kind() == ErrorKind.GUARD_REJECTED) {
                throw e;
            }
            throw new NoSummary("its model failed with " + e.kind());
        }
    }

    private static CallOptions options(Call call, Cancellation.Linked linked) {
        CallOptions.Builder options = call.options().toBuilder()
                .cancellation(linked.cancellation())
                .cache(CacheDirective.BYPASS)
                .sessionKey(null)
                .idempotencyKey(null);
        long nanos = call.remainingNanos();
        return (nanos == Long.MAX_VALUE ? options : options.timeout(Duration.ofNanos(Math.max(1, nanos)))).build();
    }

    private static String text(ModelReply reply) {
        if (reply instanceof ChatStream stream) {
            try (stream) {
                return stream.response().text();
            }
        }
        return reply instanceof ChatResponse response ? response.text() : "";
    }
}
