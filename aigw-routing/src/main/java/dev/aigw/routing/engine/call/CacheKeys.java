package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.pool.DeploymentConditions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keys of stored and shared replies. Calls with equal keys may get each other's replies, so whatever decides
 * who may see a reply or which deployment may give it is part of the key. Immutable.
 */
public final class CacheKeys {

    /** Who shares replies. */
    public enum Sharing {
        /** The calls of a tenant; a caller without a tenant is one by its user, or else by its key. */
        TENANT,
        /** The calls of a user; a caller without a user shares with nobody and has no replies of its own. */
        USER,
        /** All calls. */
        ALL
    }

    private static final String EVERYBODY = "%all"; // no tenant has this text

    private final Sharing sharing;

    /** Creates keys of replies that {@code sharing} says who shares. */
    public CacheKeys(Sharing sharing) {
        this.sharing = sharing;
    }

    /** Returns whether the call may have shared replies; otherwise it has no key. */
    public boolean serve(Call call) {
        return sharing != Sharing.USER || call.options().caller().user() != null;
    }

    /** Returns the key of the call at this stage: its resolved model and its present request. */
    public ResultCache.Key key(Hop hop) {
        return key(hop, hop.request());
    }

    /** Returns the key that the call would have with {@code request}. */
    public ResultCache.Key key(Hop hop, ModelRequest request) {
        return key(hop, request, request.cacheIdentity());
    }

    /**
     * Returns the key of the call with another identity than its request's.
     *
     * @throws IllegalStateException if the call has none
     */
    public ResultCache.Key key(Hop hop, ModelRequest request, Object identity) {
        Call call = hop.call();
        return new ResultCache.Key(
                scope(call.options().caller()),
                name(call.operation()),
                call.model(),
                conditions(call, request),
                identity,
                request);
    }

    /**
     * Returns what decides which deployments may answer: the call's options, permissions, and whose accounts they are;
     * and how the request will be changed for the model.
     */
    private static List<String> conditions(Call call, ModelRequest request) {
        List<String> ofOptions = DeploymentConditions.of(call.options());
        List<CallOptions> bounds = call.grant(request).bounds();
        List<String> accounts = call.currentModel().pool().accounts();
        List<String> changes = call.get(CallFacts.CHANGES_TO_COME);
        if (bounds.isEmpty() && accounts.isEmpty() && changes == null) {
            return ofOptions;
        }
        List<String> all = new ArrayList<>(ofOptions);
        bounds.forEach(each -> all.add("within " + DeploymentConditions.of(each)));
        all.addAll(accounts);
        if (changes != null) {
            changes.forEach(each -> all.add("changed by " + each));
        }
        return List.copyOf(all);
    }

    /**
     * Returns whose replies these are. Tenant, user and key are escaped, so that none looks like another, and an empty
     * one is not a missing one.
     */
    private String scope(Caller caller) {
        String user = caller.user();
        return switch (sharing) {
            case ALL -> EVERYBODY;
            case USER -> {
                if (user == null) {
                    throw new IllegalStateException("a caller without a user shares no replies");
                }
                yield text(caller.tenant()) + "/" + text(user);
            }
            case TENANT -> {
                if (caller.tenant() != null) {
                    yield text(caller.tenant());
                }
                if (user != null) {
                    yield "/" + text(user);
                }
                yield caller.key() == null ? "" : "//" + text(caller.key());
            }
        };
    }

    private static String text(@Nullable String name) {
        if (name == null) {
            return "";
        }
        return name.isEmpty() ? "%" : name.replace("%", "%25").replace("/", "%2F");
    }

    private static String name(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT_STREAM) ? ChatRequest.CHAT.name() : operation.name();
    }
}
