package dev.aigw.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SecretKeysTest {

    private static SecretKeys.Key key(String id) {
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        return SecretKeys.Key.of(id, secret);
    }

    @Test
    void theCurrentKeyAndOlderOnesAreFoundByTheirIds() {
        SecretKeys keys = SecretKeys.of(key("new"), key("old"));

        assertThat(keys.current()).isEqualTo(key("new"));
        assertThat(keys.byId("new")).isEqualTo(key("new"));
        assertThat(keys.byId("old")).isEqualTo(key("old"));
        assertThat(keys.byId("older")).isNull();
    }

    @Test
    void noTextHasASecret() {
        assertThat(key("k-1").toString()).isEqualTo("Key{k-1}");
        assertThat(SecretKeys.of(key("new"), key("old")).toString()).isEqualTo("SecretKeys[new, old]");
    }

    @Test
    void aKeyKeepsACopyOfItsSecret() {
        byte[] secret = new byte[32];
        SecretKeys.Key key = SecretKeys.Key.of("k", secret);
        secret[0] = 1;

        assertThat(key.secret().getEncoded()).isEqualTo(new byte[32]);
    }

    @Test
    void weakSecretsAndOddIdsAreRefused() {
        assertThatThrownBy(() -> SecretKeys.Key.of("k", new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 random bytes");
        assertThatThrownBy(() -> SecretKeys.Key.of("k", new byte[0])).hasMessageContaining("32 random bytes");
        assertThatThrownBy(() -> new SecretKeys.Key("k", new SecretKeySpec(new byte[16], "AES")))
                .hasMessageContaining("32 random bytes");
        assertThatThrownBy(() -> key("")).hasMessageContaining("letters");
        assertThatThrownBy(() -> key("a b")).hasMessageContaining("letters");
        assertThatThrownBy(() -> key("a".repeat(65))).hasMessageContaining("letters");
        assertThatThrownBy(() -> SecretKeys.of(key("a"), key("a"))).hasMessageContaining("name each key anew");
    }
}
