package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PseudonymsTest {

    private static final byte[] KEY =
            "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final Pseudonyms pseudonyms = Pseudonyms.keyed(KEY);

    @Test
    void theSameValueInTheSameScopeHasOneToken() {
        String token = pseudonyms.token("acme", EntityType.EMAIL, "ada@example.com");
        assertThat(token).matches("\\[EMAIL_[A-Z][0-9A-Z]{7}]");
        assertThat(Pseudonyms.keyed(KEY).token("acme", EntityType.EMAIL, "ada@example.com"))
                .isEqualTo(token);
    }

    @Test
    void scopeTypeSpellingAndKeyChangeTheToken() {
        Set<String> codes = new HashSet<>();
        codes.add(code(pseudonyms.token("acme", EntityType.EMAIL, "ada@example.com")));
        codes.add(code(pseudonyms.token("other", EntityType.EMAIL, "ada@example.com")));
        codes.add(code(pseudonyms.token("acme", EntityType.PHONE, "ada@example.com")));
        codes.add(code(pseudonyms.token("acme", EntityType.EMAIL, "Ada@example.com")));
        codes.add(code(Pseudonyms.random().token("acme", EntityType.EMAIL, "ada@example.com")));
        codes.add(code(pseudonyms.token("acmeEMAIL", EntityType.EMAIL, "ada@example.com")));
        assertThat(codes).hasSize(6);
    }

    private static String code(String token) {
        return token.substring(token.indexOf('_') + 1);
    }

    @Test
    void manyValuesHaveManyTokensThatNobodyTakesForPersonalData() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            tokens.add(pseudonyms.token("", EntityType.PHONE, "value " + i));
        }
        assertThat(tokens).hasSize(5000);
        assertThat(PersonalData.standard().find(String.join(" phone ", tokens))).isEmpty();
    }

    @Test
    void aShortKeyIsRefusedAndNoKeyShows() {
        assertThatThrownBy(() -> Pseudonyms.keyed(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key has 15 bytes: give it 16 or more, best 32 random ones");
        assertThat(pseudonyms).hasToString("Pseudonyms{}");
    }
}
