package dev.aigw.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeterRecordTest {

    private static MeterRecord.Builder record() {
        return MeterRecord.builder()
                .callId("c1")
                .operation("chat")
                .model("assistant")
                .deployment("fake/a")
                .outcome(Outcome.FAILED);
    }

    @Test
    void whatIsNotSetIsTheFirstAttemptOfNobodyAndNothing() {
        MeterRecord record = record().build();

        assertThat(record.attempt()).isEqualTo(1);
        assertThat(record.caller()).isEqualTo(Caller.ANONYMOUS);
        assertThat(record.tags()).isEmpty();
        assertThat(record.usage()).isEqualTo(TokenUsage.NONE);
        assertThat(record.cost()).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void whatItCannotDoWithoutIsNamed() {
        assertThatThrownBy(() -> MeterRecord.builder()
                        .callId("c1")
                        .operation("chat")
                        .model("assistant")
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("deployment is not set: set it before build()");
    }

    @Test
    void itsTagsAreACopy() {
        Map<String, String> tags = new HashMap<>(Map.of("team", "red"));
        MeterRecord record = record().tags(tags).build();
        tags.clear();

        assertThat(record.tags()).containsExactly(Map.entry("team", "red"));
        assertThat(record.toBuilder().build()).isEqualTo(record).hasSameHashCodeAs(record);
        assertThat(record.toBuilder().tags(Map.of()).build()).isNotEqualTo(record);
    }
}
