package dev.aigw.routing.tools;

import java.util.List;

/**
 * Where tools come from that may change over time, such as a server. A loop asks once for each conversation it runs: a
 * list that changed within one would invalidate the vendors' prompt caches. Implementations are safe for use by many
 * threads.
 */
@FunctionalInterface
public interface ToolSource {

    /** Returns the tools of now. */
    List<Tool> tools();
}
