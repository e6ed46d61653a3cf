package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptRefTest {

    private static final PromptRef SPLIT = PromptRef.split("support", Map.of("3", 90, "4", 10));

    private final Random random = new Random(7);

    private static CallOptions user(int number) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").user("u" + number).build())
                .build();
    }

    @Test
    void aTextNamesTheLatestOrOneVersion() {
        assertThat(PromptRef.of("support").version(CallOptions.DEFAULT, random)).isNull();
        assertThat(PromptRef.of("support@3").version(CallOptions.DEFAULT, random))
                .isEqualTo("3");
        assertThatThrownBy(() -> PromptRef.of("support@")).hasMessageContaining("no version");
        assertThatThrownBy(() -> PromptRef.of("a@b@1")).hasMessageContaining("no version");
    }

    @Test
    void callersAreSplitByShareAndStay() {
        int fours = 0;
        for (int i = 0; i < 10_000; i++) {
            String version = SPLIT.version(user(i), random);
            assertThat(SPLIT.version(user(i), random)).isEqualTo(version);
            fours += "4".equals(version) ? 1 : 0;
        }
        assertThat(fours).isBetween(850, 1_150);
    }

    @Test
    void aLargerShareMovesCallersOnlyToTheNewVersion() {
        PromptRef more = PromptRef.split("support", Map.of("3", 60, "4", 40));

        for (int i = 0; i < 1_000; i++) {
            if ("4".equals(SPLIT.version(user(i), random))) {
                assertThat(more.version(user(i), random)).isEqualTo("4");
            }
        }
    }

    @Test
    void aSessionStaysWhateverItsUser() {
        CallOptions.Builder session = CallOptions.builder().sessionKey("s1");

        String version = SPLIT.version(session.build(), random);

        for (int i = 0; i < 100; i++) {
            assertThat(SPLIT.version(CallOptions.builder().sessionKey("s1").build(), random))
                    .isEqualTo(version);
        }
    }

    @Test
    void aSplitNeedsShares() {
        assertThatThrownBy(() -> PromptRef.split("a", Map.of())).hasMessageContaining("no version of prompt a");
        assertThatThrownBy(() -> PromptRef.split("a", Map.of("1", -1))).hasMessageContaining("use 0 or more");
        assertThat(PromptRef.split("a", Map.of("1", 0, "2", 1)).version(CallOptions.DEFAULT, random))
                .isEqualTo("2");
    }
}
