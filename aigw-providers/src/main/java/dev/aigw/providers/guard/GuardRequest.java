package dev.aigw.providers.guard;

import dev.aigw.api.guard.GuardedPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of one request to a service.
 *
 * @param slots the texts of each group; none of a group that has no more
 */
record GuardRequest(Map<String, List<Slot>> slots) {

    /** Returns the requests that check these parts, in order. */
    static List<GuardRequest> of(List<TextGroup> groups, List<GuardedPart> parts) {
        List<Map<String, List<Slot>>> requests = new ArrayList<>();
        for (TextGroup group : groups) {
            List<List<Slot>> batches = group.batches(parts);
            for (int i = 0; i < batches.size(); i++) {
                if (i == requests.size()) {
                    requests.add(new LinkedHashMap<>());
                }
                requests.get(i).put(group.name(), batches.get(i));
            }
        }
        return requests.stream().map(GuardRequest::new).toList();
    }

    /** Returns the texts of a group, possibly none. */
    List<Slot> of(String group) {
        return slots.getOrDefault(group, List.of());
    }

    /** Returns all texts. */
    List<Slot> all() {
        return slots.values().stream().flatMap(List::stream).toList();
    }
}
