package dev.aigw.routing.guard;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.routing.guard.screening.CallerAnomalies;
import dev.aigw.routing.guard.screening.DenyEntry;
import dev.aigw.routing.guard.screening.DenyList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Searches for texts that a guard cannot bear, led by the coverage of the code. The first byte of an input says which guard
 * reads the rest, as UTF-16. Without {@code JAZZER_FUZZ=1} it reads the catalogue of {@link GuardTortures}.
 */
class GuardsFuzzTest {

    private static final List<Guard> GUARDS = List.of(
            DenyList.builder("fuzzed")
                    .entry(DenyEntry.word("caf\u00e9 noir"))
                    .entry(DenyEntry.text("aab").action(GuardAction.REDACT))
                    .entry(DenyEntry.sha256(DenyEntry.hashOf("known")))
                    .entry(DenyEntry.pattern("(?i)id-[0-9]+"))
                    .build(),
            CallerAnomalies.builder().build());

    static Stream<Arguments> guards() {
        return GuardTortures.names().flatMap(name -> IntStream.range(0, GUARDS.size())
                .mapToObj(guard -> Arguments.of((Object) seed(guard, GuardTortures.text(name, 200)))));
    }

    private static byte[] seed(int guard, String text) {
        byte[] units = text.getBytes(StandardCharsets.UTF_16BE);
        byte[] seed = new byte[units.length + 1];
        seed[0] = (byte) guard;
        System.arraycopy(units, 0, seed, 1, units.length);
        return seed;
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void guards(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Guard guard = GUARDS.get((input[0] & 0xFF) % GUARDS.size());
        String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_16BE);
        check(guard.check(Inspections.input(text)), text);
        check(guard.check(Inspections.unfinished(text)), text);
    }

    private static void check(GuardVerdict verdict, String text) {
        for (GuardFinding finding : verdict.findings()) {
            if (finding.end() > text.length()) {
                throw new IllegalStateException("a span ends behind the text: " + finding);
            }
        }
        if (verdict.undecidedFrom() > text.length()) {
            throw new IllegalStateException("undecided from " + verdict.undecidedFrom() + " of " + text.length());
        }
    }
}
