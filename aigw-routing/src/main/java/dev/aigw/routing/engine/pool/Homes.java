package dev.aigw.routing.engine.pool;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.BoundReasoning;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningOrigin;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a conversation is at home: at the deployments that can read its newest reasoning, which not every model and
 * account can; and what a move loses.
 */
public final class Homes {

    /** No vendor caches a shorter prompt than about this. */
    private static final long LEAST_CACHED_TOKENS = 1024;

    private Homes() {}

    /** Returns whether not every model can read the whole conversation. */
    public static boolean isBound(Query query) {
        return boundIn(query.request()) != null;
    }

    /** Returns the parts of a request that not every model can read; none if it is no chat. */
    static @Nullable BoundReasoning boundIn(ModelRequest request) {
        if (!(request instanceof ChatRequest chat)) {
            return null;
        }
        BoundReasoning bound = chat.boundReasoning();
        return bound.isEmpty() ? null : bound;
    }

    static boolean isHome(LiveDeployment deployment, BoundReasoning bound) {
        return bound.isAtHome(deployment.reads(), deployment.card().wire());
    }

    /** Returns whether the request is a chat in the middle of a tool loop, with reasoning that belongs to it. */
    public static boolean isBoundLoop(ModelRequest request) {
        return request instanceof ChatRequest chat
                && endsInToolResult(chat.messages())
                && !chat.boundReasoning().isEmpty();
    }

    private static boolean endsInToolResult(List<Message> messages) {
        if (messages.isEmpty()) {
            return false;
        }
        Message last = messages.get(messages.size() - 1);
        return last.role() != Message.Role.ASSISTANT
                && last.parts().stream().anyMatch(part -> part instanceof ContentPart.ToolResult);
    }

    /** Returns whether the conversation is at home at a deployment of the model. */
    public static boolean isAt(Model model, ModelRequest request) {
        BoundReasoning bound = boundIn(request);
        return bound == null
                || !model.pool().keepsReasoning()
                || model.pool().deployments().stream().anyMatch(each -> isHome(each, bound));
    }

    /**
     * Returns what the conversation loses at a deployment, for people: each follows its name. Reasoning is listed only
     * if {@code withReasoning}, because an adapter itself warns of what it leaves out.
     *
     * @param models the models among whose deployments the conversation may be at home
     */
    public static List<String> losses(
            Query query, LiveDeployment deployment, List<Model> models, boolean withReasoning) {
        BoundReasoning bound = boundIn(query.request());
        if (bound == null) {
            return List.of();
        }
        List<String> losses = new ArrayList<>(2);
        if (withReasoning) {
            bound.lostAt(deployment.reads(), deployment.card().wire())
                    .forEach(lost -> losses.add("is not sent " + lost));
            losses.addAll(
                    bound.changedBefore(deployment.reads(), deployment.card().wire()));
        }
        String cached = cached(query, deployment, bound, models);
        if (cached != null) {
            losses.add(cached);
        }
        return losses;
    }

    private static @Nullable String cached(
            Query query, LiveDeployment deployment, BoundReasoning bound, List<Model> models) {
        ReasoningOrigin origin = bound.home();
        long tokens = query.promptTokens();
        if (origin == null || tokens < LEAST_CACHED_TOKENS || isHome(deployment, bound)) {
            return null;
        }
        LiveDeployment home = null;
        for (Model model : models) {
            for (LiveDeployment each : model.pool().deployments()) {
                home = home == null && isHome(each, bound) ? each : home;
            }
        }
        if (home != null && home.card().lacks(Capability.PROMPT_CACHE)) {
            return null;
        }
        String more = home == null ? null : more(query, tokens, home, deployment);
        return "reads about " + tokens + " tokens anew that "
                + (home == null ? origin.reader() : home.id()) + " may have cached"
                + (more == null ? "" : ", for about " + more + " more");
    }

    /** Returns what the prompt costs more than from the cache at home; null if that is not known, or it costs less. */
    private static @Nullable String more(Query query, long tokens, LiveDeployment home, LiveDeployment deployment) {
        BigDecimal before =
                cost(query, home, TokenUsage.builder().cacheRead(tokens).build());
        BigDecimal after =
                cost(query, deployment, TokenUsage.builder().input(tokens).build());
        Price price = deployment.card().price();
        if (before == null || after == null || price == null) {
            return null;
        }
        BigDecimal difference = after.subtract(before);
        return difference.signum() <= 0
                ? null
                : difference.round(new MathContext(2)).toPlainString() + " " + price.currency();
    }

    private static @Nullable BigDecimal cost(Query query, LiveDeployment deployment, TokenUsage usage) {
        Price price = deployment.card().price();
        return price == null ? null : price.cost(usage, null, query.time()).amount();
    }
}
