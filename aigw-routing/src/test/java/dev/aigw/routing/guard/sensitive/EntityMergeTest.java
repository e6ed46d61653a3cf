package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntityMergeTest {

    private static Entity entity(EntityType type, int start, int end, double score) {
        return new Entity(type, start, end, score);
    }

    @Test
    void keepsTheHigherScoreThenTheLongerSpan() {
        Entity sure = entity(EntityType.CARD, 5, 10, 0.9);
        Entity longer = entity(EntityType.PHONE, 20, 30, 0.6);
        assertThat(EntityMerge.best(
                        List.of(
                                entity(EntityType.PHONE, 0, 8, 0.7),
                                sure,
                                entity(EntityType.IBAN, 9, 12, 0.8),
                                entity(EntityType.ADDRESS, 22, 26, 0.6),
                                longer,
                                entity(EntityType.EMAIL, 29, 31, 0.5)),
                        0.5))
                .containsExactly(sure, longer);
    }

    @Test
    void keepsNeighboursAndDropsLowScores() {
        Entity first = entity(EntityType.CARD, 0, 5, 0.9);
        Entity second = entity(EntityType.CARD, 5, 9, 0.9);
        assertThat(EntityMerge.best(List.of(second, first, entity(EntityType.CARD, 20, 25, 0.49)), 0.5))
                .containsExactly(first, second);
        assertThat(EntityMerge.best(List.of(), 0)).isEmpty();
    }
}
