package dev.aigw.routing.access;

import dev.aigw.api.ModelReply;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Grant;
import dev.aigw.routing.engine.pool.Selections;

/**
 * Refuses early what permissions deny, so that no cache answers it, and bounds the answers of chats that don't. The
 * engine itself refuses it at the latest where a deployment is chosen. Safe for use by many threads.
 */
final class PermissionStage implements EngineStage {

    /** Where the stage stands. */
    enum Place {
        /** Behind the catalog: the requested model. */
        REQUESTED,
        /** Behind the routes: the chosen model. */
        CHOSEN,
        /** Before the attempts: each model that is tried. */
        TRIED
    }

    private final Place place;

    PermissionStage(Place place) {
        this.place = place;
    }

    @Override
    public boolean concerns(Call call) {
        return place != Place.CHOSEN || call.get(Selections.KEY) != null;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Grant grant = hop.call().grant(hop.request());
        grant.check();
        return hop.proceed(grant.bounded(hop.request()));
    }
}
