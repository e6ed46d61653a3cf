package dev.aigw.api.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchHandleTest {

    private static BatchHandle.Builder handle() {
        return BatchHandle.builder()
                .id("call-7")
                .deployment("openai/gpt#2")
                .model("assistant")
                .operation("chat")
                .submitted(Instant.parse("2026-11-30T12:00:00.123456789Z"));
    }

    @Test
    void everythingSurvivesTheText() {
        BatchHandle handle = handle().part(new BatchPart("batch_1", List.of("a", "ü ñ 漢")))
                .part(new BatchPart("batch_2", List.of("c")))
                .caller(Caller.builder()
                        .tenant("acme")
                        .user("ada")
                        .tier("gold")
                        .key("k1")
                        .role("analyst")
                        .build())
                .tags(Map.of("job", "nightly", "empty", ""))
                .metered(true)
                .build();

        assertThat(BatchHandle.parse(handle.text())).isEqualTo(handle);
        assertThat(BatchHandle.parse("  " + handle.text() + "\n")).isEqualTo(handle);
        assertThat(BatchHandle.parse(handle.asMetered().text()).metered()).isTrue();
    }

    @Test
    void fiftyThousandItemsStayAHandySize() {
        List<String> ids =
                IntStream.range(0, 50_000).mapToObj(i -> "document-" + i).toList();
        BatchHandle handle = handle().part(new BatchPart("b", ids)).build();

        assertThat(handle.text().length()).isLessThan(300_000);
        assertThat(handle.text()).matches("[A-Za-z0-9._-]+");
        assertThat(BatchHandle.parse(handle.text()).parts().get(0).items()).isEqualTo(ids);
    }

    @Test
    void aTextThatWasCutOrChangedAnywhereIsRefused() {
        String text = handle().part(new BatchPart("batch_1", List.of("a", "b", "c")))
                .build()
                .text();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> BatchHandle.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> BatchHandle.parse(text.substring(0, text.length() - 9)))
                .hasMessageContaining("cut off or changed");
        for (int i = 20; i < text.length() - 1; i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            assertThatThrownBy(() -> BatchHandle.parse(changed))
                    .as("changed at " + i)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> BatchHandle.parse("{\"id\": 1}")).hasMessageContaining("aigw-batch-1.");
    }

    @Test
    void anItemIsInOnePart() {
        assertThatThrownBy(() -> handle().part(new BatchPart("1", List.of("a")))
                        .part(new BatchPart("2", List.of("a")))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there twice");
    }
}
