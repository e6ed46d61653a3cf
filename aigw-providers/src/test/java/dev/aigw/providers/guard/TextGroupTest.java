package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardedPart;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TextGroupTest {

    /** Whatever the limits: every character of every part is in a piece that says where it comes from. */
    @Property(tries = 300)
    void everyCharacterIsSent(
            @ForAll List<String> texts,
            @ForAll @IntRange(min = 16, max = 60) int maxChars,
            @ForAll @IntRange(min = 1, max = 4) int maxItems,
            @ForAll @IntRange(min = 0, max = 8) int overlap,
            @ForAll boolean join) {
        TextGroup group = new TextGroup("text", EnumSet.allOf(ContentOrigin.class), join, maxChars, maxItems, overlap);
        List<GuardedPart> parts = texts.stream()
                .map(text -> GuardedPart.text(ContentOrigin.USER, "p", text, true))
                .toList();
        List<boolean[]> seen = new ArrayList<>();
        texts.forEach(text -> seen.add(new boolean[text.length()]));

        List<List<Slot>> batches = group.batches(parts);

        for (List<Slot> batch : batches) {
            assertThat(batch.size()).isBetween(1, maxItems);
            for (Slot slot : batch) {
                assertThat(slot.text().length()).isLessThanOrEqualTo(maxChars);
                slot.map(0, slot.text().length(), (part, start, end) -> {
                    for (int i = start; i < end; i++) {
                        seen.get(part)[i] = true;
                    }
                });
                for (Slot.Piece piece : slot.pieces()) {
                    assertThat(slot.text().substring(piece.slotStart(), piece.slotStart() + piece.length()))
                            .isEqualTo(texts.get(piece.part())
                                    .substring(piece.partStart(), piece.partStart() + piece.length()));
                }
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            for (boolean one : seen.get(i)) {
                assertThat(one || texts.get(i).isBlank()).isTrue();
            }
        }
    }
}
