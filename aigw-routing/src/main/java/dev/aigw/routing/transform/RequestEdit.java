package dev.aigw.routing.transform;

import dev.aigw.api.ModelRequest;
import java.util.Set;

/** One step of a rule on a request. Safe for use by many threads. */
@FunctionalInterface
interface RequestEdit {

    /**
     * Returns the request with the change; the same one if there is nothing to change.
     *
     * @param edits gets a word for each thing of the caller's that was changed, not for what was only added
     */
    ModelRequest apply(ModelRequest request, Set<String> edits);
}
