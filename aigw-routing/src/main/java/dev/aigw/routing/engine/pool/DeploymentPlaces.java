package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which deployment has which id: the first of a name has the name itself, further ones {@code name#2}, {@code name#3},
 * …; they differ by credential and base URL. While a place is in use, its id does not change. Where a table replaces
 * one, the new place takes over the id, and with it statistics and limits. Guarded by the registry.
 */
final class DeploymentPlaces {

    /** A place whose id is free. */
    private static final String FREE = "";

    private final Map<String, List<String>> places = new HashMap<>();

    /** Returns the mark of a place. */
    static String place(@Nullable Credential credential, @Nullable String baseUrl) {
        return (credential == null ? "" : credential.id()) + "|" + (baseUrl == null ? "" : baseUrl);
    }

    /** Returns the id of a place, which has it from now on. */
    String id(String name, String place) {
        return id(name, add(places.computeIfAbsent(name, unknown -> new ArrayList<>()), place));
    }

    private static int add(List<String> known, String place) {
        int index = known.indexOf(place);
        if (index < 0) {
            index = known.indexOf(FREE);
        }
        if (index < 0) {
            index = known.size();
            known.add(place);
        }
        known.set(index, place);
        return index;
    }

    private static String id(String name, int index) {
        return index == 0 ? name : name + "#" + (index + 1);
    }

    /** Frees the id of a place, for another of the same name; does nothing if the place does not have it. */
    void free(String id, String name, String place) {
        List<String> known = places.getOrDefault(name, List.of());
        int index = known.indexOf(place);
        if (index >= 0 && id(name, index).equals(id)) {
            known.set(index, FREE);
            if (known.stream().allMatch(FREE::equals)) {
                places.remove(name);
            }
        }
    }

    /** Returns how many names have places. */
    int size() {
        return places.size();
    }

    /** Starts the ids of a new table; nothing changes before {@link Next#apply}. */
    Next next() {
        return new Next();
    }

    /** The ids of a table that replaces another. */
    final class Next {

        private final Map<String, Set<String>> wanted = new HashMap<>();
        private final Map<String, List<String>> next = new HashMap<>();

        private Next() {}

        /** Notes a place that the table declares. */
        void want(String name, String place) {
            wanted.computeIfAbsent(name, unknown -> new HashSet<>()).add(place);
        }

        /**
         * Returns the id that a place will have.
         *
         * @param declared the ids of the table that is replaced
         */
        String id(String name, String place, Set<String> declared) {
            List<String> known = next.computeIfAbsent(
                    name, unknown -> remaining(name, places.getOrDefault(name, List.of()), declared));
            return DeploymentPlaces.id(name, add(known, place));
        }

        /** Returns the places of a name without those that only the replaced table had. */
        private List<String> remaining(String name, List<String> known, Set<String> declared) {
            Set<String> stay = wanted.getOrDefault(name, Set.of());
            List<String> remaining = new ArrayList<>(known);
            for (int i = 0; i < remaining.size(); i++) {
                if (declared.contains(DeploymentPlaces.id(name, i)) && !stay.contains(remaining.get(i))) {
                    remaining.set(i, FREE);
                }
            }
            return remaining;
        }

        void apply(Set<String> declared) {
            places.replaceAll((name, known) -> {
                List<String> planned = next.get(name);
                if (planned == null) {
                    return remaining(name, known, declared);
                }
                Set<String> meanwhile = new LinkedHashSet<>(remaining(name, known, declared));
                meanwhile.remove(FREE);
                meanwhile.forEach(place -> add(planned, place)); // of direct names used since the plan began
                return planned;
            });
            next.forEach(places::putIfAbsent);
            places.values().removeIf(known -> known.stream().allMatch(FREE::equals));
        }
    }
}
