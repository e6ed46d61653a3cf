package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight times the worst text takes about eight times the work, in CPU time of this thread; sixty-four would be its
 * square.
 */
class PersonalDataGrowthTest {

    private static final int SHORT = 8_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final PersonalData detector = PersonalData.builder()
            .givenNames()
            .names(List.of("Ada Lovelace", "Ada King"))
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@",
                "a@",
                "a.",
                "a@a.",
                "x.com@",
                "a@b.cc ",
                "%40",
                "\"",
                "\"@",
                "1",
                "1 ",
                "12 ",
                "1.",
                "1-",
                "4111 ",
                "+1",
                "0 ",
                "(1)",
                "1 1-1.",
                "4111-1111-1111-1111 ",
                "123-45-6789 ",
                "12345678901 ",
                "DE1",
                "DE89 ",
                "DE89 3704 0044 0532 0130 00 ",
                ":",
                "::",
                "a:",
                "1::",
                "aa-",
                "aaaa.",
                "11:22:33:44:55:66 ",
                "1.1.1.1 ",
                "born ",
                "born 1 ",
                "phone 1",
                "card 1",
                "zip 123 ",
                "St ",
                "Elm St ",
                "1 Elm St ",
                "12 rue ",
                "Str 1 ",
                "A",
                "Ada ",
                "Mrs ",
                "\u8EAB\u4EFD",
                "x",
            })
    void workGrowsWithTheLength(String piece) {
        String text = piece.repeat(SHORT / piece.length());
        String longer = text.repeat(8);
        long shortWork = Long.MAX_VALUE;
        long longWork = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            shortWork = Math.min(shortWork, work(text));
            longWork = Math.min(longWork, work(longer));
        }
        assertThat(longWork).isLessThan(32 * Math.max(shortWork, 100_000));
    }

    private long work(String text) {
        long before = THREADS.getCurrentThreadCpuTime();
        int found = detector.find(text).size() + detector.undecidedFrom(text);
        assertThat(found).isNotNegative();
        return THREADS.getCurrentThreadCpuTime() - before;
    }
}
