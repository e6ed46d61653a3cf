package dev.aigw.routing.cache.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.SecretKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {

    private static final SecretKeys.Key OLD = key("old", 1);
    private static final SecretKeys.Key NEW = key("new", 2);
    private static final byte[] VALUE = "Rayleigh scattering".getBytes(StandardCharsets.UTF_8);

    private static SecretKeys.Key key(String id, int seed) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) seed);
        return SecretKeys.Key.of(id, secret);
    }

    private static ResultCache.Key scope(String scope) {
        ChatRequest request = ChatRequest.of("m", "hello");
        return new ResultCache.Key(scope, "chat", "m", List.of(), request.cacheIdentity(), request);
    }

    private static Seal seal(boolean encrypted, SecretKeys keys) {
        return encrypted ? Seal.encrypted(keys) : Seal.signed(keys);
    }

    private static byte[] sealed(Seal seal, byte[] value) {
        return seal.seal(scope("acme"), "name", value);
    }

    private static byte[] opened(Seal seal, byte[] sealed) {
        return seal.open(scope("acme"), "name", sealed);
    }

    @Property(tries = 200)
    void everyValueComesBack(@ForAll boolean encrypted, @ForAll byte[] value) {
        Seal seal = seal(encrypted, SecretKeys.of(NEW));

        assertThat(opened(seal, sealed(seal, value))).isEqualTo(value);
    }

    @Property(tries = 500)
    void aValueWithAnyBitTurnedIsNotOpened(@ForAll boolean encrypted, @ForAll int place) {
        Seal seal = seal(encrypted, SecretKeys.of(NEW, OLD));
        byte[] bytes = sealed(seal, VALUE);
        int bit = Math.floorMod(place, bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);

        assertThat(opened(seal, bytes)).isNull();
    }

    @Property(tries = 200)
    void aValueCutOffOrWithMoreIsNotOpened(@ForAll boolean encrypted, @ForAll int place) {
        Seal seal = seal(encrypted, SecretKeys.of(NEW));
        byte[] bytes = sealed(seal, VALUE);

        assertThat(opened(seal, Arrays.copyOf(bytes, Math.floorMod(place, bytes.length)))).isNull();
        assertThat(opened(seal, Arrays.copyOf(bytes, bytes.length + 1 + Math.floorMod(place, 50)))).isNull();
    }

    @Property(tries = 1_000)
    void noiseIsNotOpened(@ForAll boolean encrypted, @ForAll byte[] noise) {
        Seal seal = seal(encrypted, SecretKeys.of(NEW));

        assertThat(opened(seal, noise)).isNull();
        byte[] head = Arrays.copyOf(sealed(seal, VALUE), 6 + noise.length);
        System.arraycopy(noise, 0, head, 6, noise.length);
        assertThat(opened(seal, head)).as("after a fitting head").isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aValueIsOpenedOnlyUnderItsNameAndForItsScope(boolean encrypted) {
        Seal seal = seal(encrypted, SecretKeys.of(NEW));
        byte[] bytes = sealed(seal, VALUE);

        assertThat(seal.open(scope("acme"), "name", bytes)).isEqualTo(VALUE);
        assertThat(seal.open(scope("acme"), "name2", bytes)).isNull();
        assertThat(seal.open(scope("globex"), "name", bytes)).isNull();
        assertThat(seal.open(scope("eacme"), "nam", bytes)).isNull();
        assertThat(seal.open(scope(""), "name", bytes)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOlderKeyStillReadsUntilItIsRemoved(boolean encrypted) {
        byte[] bytes = sealed(seal(encrypted, SecretKeys.of(OLD)), VALUE);

        assertThat(opened(seal(encrypted, SecretKeys.of(NEW, OLD)), bytes)).isEqualTo(VALUE);
        assertThat(opened(seal(encrypted, SecretKeys.of(NEW)), bytes)).isNull();
        assertThat(sealed(seal(encrypted, SecretKeys.of(NEW, OLD)), VALUE))
                .as("new values have the current key")
                .contains("new".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherSecretUnderTheSameIdOpensNothing(boolean encrypted) {
        byte[] bytes = sealed(seal(encrypted, SecretKeys.of(key("new", 7))), VALUE);

        assertThat(opened(seal(encrypted, SecretKeys.of(NEW)), bytes)).isNull();
    }

    @Test
    void oneKindOfSealDoesNotOpenAnother() {
        Seal encrypted = Seal.encrypted(SecretKeys.of(NEW));
        Seal signed = Seal.signed(SecretKeys.of(NEW));

        assertThat(opened(encrypted, sealed(signed, VALUE))).isNull();
        assertThat(opened(signed, sealed(encrypted, VALUE))).isNull();
        assertThat(opened(encrypted, sealed(Seal.NONE, VALUE))).isNull();
        assertThat(opened(signed, sealed(Seal.NONE, VALUE))).isNull();
    }

    @Test
    void encryptedValuesShowNothingAndNoTwoAreAlike() {
        Seal seal = Seal.encrypted(SecretKeys.of(NEW));
        byte[] once = sealed(seal, VALUE);
        byte[] again = sealed(seal, VALUE);

        assertThat(new String(once, StandardCharsets.ISO_8859_1)).doesNotContain("Rayleigh");
        assertThat(Arrays.copyOfRange(once, 6, once.length))
                .isNotEqualTo(Arrays.copyOfRange(again, 6, again.length));
        assertThat(new String(sealed(Seal.signed(SecretKeys.of(NEW)), VALUE), StandardCharsets.ISO_8859_1))
                .contains("Rayleigh");
    }

    @Test
    void aKeyMadeForAesServesToo() {
        SecretKeys keys = SecretKeys.of(new SecretKeys.Key("k", new SecretKeySpec(new byte[32], "AES")));

        assertThat(opened(Seal.encrypted(keys), sealed(Seal.encrypted(keys), VALUE)))
                .isEqualTo(VALUE);
    }

    @Test
    void whatVersion1WroteStaysReadable() {
        // Made by another implementation of the format. If a change of it makes this fail, increment the version.
        byte[] bytes = HexFormat.of().parseHex(VERSION_1);

        assertThat(opened(Seal.encrypted(SecretKeys.of(NEW)), bytes)).isEqualTo(VALUE);
        assertThat(opened(Seal.signed(SecretKeys.of(NEW)), HexFormat.of().parseHex(SIGNED_VERSION_1)))
                .isEqualTo(VALUE);
    }

    private static final String SIGNED_VERSION_1 =
            "a301036e65775261796c656967682073636174746572696e67872821ceeb8d186718d485a560"
                    + "68aa9d0e1212607ba1a2c2d2b599393a655062";
    private static final String VERSION_1 = "a201036e6577000102030405060708090a0b0c0d0e0f101112131415161700b2257ce0b4bb7f"
            + "fafdd707559f569c80abf033c19c508be4efaa66e2ef76ca26a145";

    @Test
    void aKeyThatCannotBeUsedIsNamedWithoutItsSecret() {
        SecretKeys keys = SecretKeys.of(new SecretKeys.Key("hardware", new Locked()));

        assertThatThrownBy(() -> sealed(Seal.encrypted(keys), VALUE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hardware");
    }

    /** A key whose bytes its provider alone knows, and that provider is not here. */
    private static final class Locked implements SecretKey {

        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return "locked";
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }
}
