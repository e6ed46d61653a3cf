package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.routing.guard.GuardTortures;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DenyListTortureTest {

    private static final DenyList LIST = list();

    /** Entries with which many texts of the catalogue almost match for long. */
    private static DenyList list() {
        List<DenyEntry> entries = new ArrayList<>();
        for (String almost : GuardTortures.names().toList()) {
            String text = GuardTortures.text(almost, 50);
            if (!FoldedText.of(text).isEmpty()) {
                entries.add(DenyEntry.text(text + "#").action(GuardAction.REDACT));
                entries.add(DenyEntry.word(text).action(GuardAction.REDACT));
            }
        }
        entries.add(DenyEntry.sha256(DenyEntry.hashOf("a known message")));
        entries.add(DenyEntry.pattern("(a+)+#"));
        entries.add(DenyEntry.pattern("(?i)(ignore|previous|\\s)+all"));
        return DenyList.builder("tortured").entries(entries).build();
    }

    @ParameterizedTest
    @MethodSource("dev.aigw.routing.guard.GuardTortures#names")
    void noInputMakesADenyListQuadratic(String name) {
        GuardTortures.assertLinear(LIST, name);
    }

    @Test
    void noTextMakesADenyListThrow() {
        GuardTortures.assertNeverThrows(LIST, 3_000);
    }

    @Test
    void aQuadraticGuardIsCaught() {
        Guard quadratic = inspection -> {
            String text = String.valueOf(inspection.parts().get(0).text());
            int found = 0;
            for (int i = 0; i < text.length(); i += 256) {
                found += text.lastIndexOf('#', i);
            }
            return found > 0 ? GuardVerdict.block("found") : GuardVerdict.ALLOW;
        };

        Assertions.assertThatThrownBy(() -> GuardTortures.assertLinear(quadratic, "one letter"))
                .isInstanceOf(AssertionError.class);
    }
}
