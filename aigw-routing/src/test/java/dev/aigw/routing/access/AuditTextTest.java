package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditTextTest {

    @Test
    void whatDoesNotShowBecomesASpace() {
        assertThat(AuditText.clean("a\nb\u202ec\u2028d\u0000e", 100)).isEqualTo("a b c d e");
    }

    @Test
    void aCharacterBeyondTheBasicPlaneStaysWholeAndAnInvisibleOneGoes() {
        assertThat(AuditText.clean("\ud83d\ude00", 100)).isEqualTo("\ud83d\ude00");
        assertThat(AuditText.clean("x\udb40\udc41", 100)).isEqualTo("x ");
        assertThat(AuditText.clean("\ud83dx\ude00", 100)).isEqualTo(" x ");
    }

    @Test
    void aCutSplitsNoCharacter() {
        assertThat(AuditText.clean("ab\ud83d\ude00", 3)).isEqualTo("ab");
        assertThat(AuditText.clean("abcd", 3)).isEqualTo("abc");
    }
}
