package dev.aigw.api.batch;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import java.util.List;

/**
 * What a vendor has accepted of a batch: all of it, as one batch or several.
 *
 * @param parts the vendor's batches, in the order of the items
 * @param route the route that led there
 */
public record BatchSubmitted(List<BatchPart> parts, Route route) implements ModelReply {

    /** Copies the list. */
    public BatchSubmitted {
        parts = List.copyOf(parts);
    }

    /** Creates one that no router has seen. */
    public BatchSubmitted(List<BatchPart> parts) {
        this(parts, Route.NONE);
    }

    @Override
    public BatchSubmitted withRoute(Route route) {
        return new BatchSubmitted(parts, route);
    }
}
