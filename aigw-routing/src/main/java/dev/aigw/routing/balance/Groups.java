package dev.aigw.routing.balance;

import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ForwardingCandidates;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Deployment;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Groups of deployments, with a strategy that chooses within each group. As thread-safe as the strategy's pickers. */
final class Groups {

    private final int[][] members;
    private final Picker[] pickers;
    private final int[] groupOf;
    private final int[] placeIn;

    /** Creates groups of the indices in {@code byKey}, in its order; each index of {@code all} is in one of them. */
    Groups(List<? extends Deployment> all, Map<?, List<Integer>> byKey, RoutingStrategy within) {
        members = new int[byKey.size()][];
        pickers = new Picker[byKey.size()];
        groupOf = new int[all.size()];
        placeIn = new int[all.size()];
        int group = 0;
        for (List<Integer> indices : byKey.values()) {
            List<Deployment> deployments = new ArrayList<>(indices.size());
            for (int place = 0; place < indices.size(); place++) {
                int index = indices.get(place);
                deployments.add(all.get(index));
                groupOf[index] = group;
                placeIn[index] = place;
            }
            members[group] = indices.stream().mapToInt(Integer::intValue).toArray();
            pickers[group] = within.bind(deployments);
            group++;
        }
    }

    int count() {
        return members.length;
    }

    int groupOf(int index) {
        return groupOf[index];
    }

    /** Returns the index, among all deployments, of the one chosen within a group, or -1. */
    int pick(int group, Candidates all) {
        int place = pickers[group].pick(new Members(all, members[group]));
        return place < 0 ? -1 : members[group][place];
    }

    double score(Candidates all, int index) {
        int group = groupOf[index];
        return pickers[group].score(new Members(all, members[group]), placeIn[index]);
    }

    void began(int index) {
        pickers[groupOf[index]].began(placeIn[index]);
    }

    void ended(int index, End end, long nanoTime) {
        pickers[groupOf[index]].ended(placeIn[index], end, nanoTime);
    }

    private static final class Members extends ForwardingCandidates {

        private final Candidates all;
        private final int[] indices;

        Members(Candidates all, int[] indices) {
            super(all);
            this.all = all;
            this.indices = indices;
        }

        @Override
        public int size() {
            return indices.length;
        }

        @Override
        public boolean isEligible(int index) {
            return all.isEligible(indices[index]);
        }

        @Override
        public Deployment get(int index) {
            return all.get(indices[index]);
        }
    }
}
