package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionHashTest {

    private static @Nullable String hash(@Nullable String tenant, @Nullable String user, String session) {
        Caller.Builder caller = Caller.builder();
        if (tenant != null) {
            caller.tenant(tenant);
        }
        if (user != null) {
            caller.user(user);
        }
        return SessionHash.of(CallOptions.builder()
                .caller(caller.build())
                .sessionKey(session)
                .build());
    }

    @Test
    void itIsTheSameAtEveryStart() {
        assertThat(hash("acme", null, "s1")).isEqualTo("N81adFHq9ObN-UpD__fdDzmW");
    }

    @Test
    void noTwoCallersShareOneHoweverTheirTextsAreDivided() {
        Set<@Nullable String> hashes = new LinkedHashSet<>();
        hashes.add(hash("ab", null, "c"));
        hashes.add(hash("a", null, "bc"));
        hashes.add(hash("a", "b", "c"));
        hashes.add(hash(null, "ab", "c"));
        hashes.add(hash(null, null, "abc"));
        hashes.add(hash("", null, "abc"));
        hashes.add(hash("ab", "c", ""));

        assertThat(hashes).hasSize(7);
    }

    @Test
    void itFitsIntoHeadersAndFieldsWhateverTheKeyIs() {
        assertThat(hash("t", null, "\u00e9\ud83d\ude00\n".repeat(10_000))).matches("[A-Za-z0-9_-]{24}");
        assertThat(SessionHash.of(CallOptions.DEFAULT)).isNull();
    }
}
