package dev.aigw.providers.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Everything that reads bytes from outside gives a result or a {@code GatewayException} for any bytes: inputs that it
 * reads are changed in some places, by random numbers with a fixed seed. The Maven profile {@code fuzz} goes on where
 * this stops.
 */
class ParsersTest {

    private static final long SEED = 20261130;
    private static final int TRIES = 150;

    @TestFactory
    Stream<DynamicTest> whatCannotBeReadIsAFailureOfTheGateway() {
        return Targets.all().stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> mutate(target)));
    }

    private static void mutate(Target target) throws Exception {
        List<byte[]> seeds = target.seeds();
        for (byte[] seed : seeds) {
            target.reader().read(seed);
        }
        for (int i = 0; i < TRIES; i++) {
            long number = new Random(SEED + i).nextLong();
            byte[] input = new Mutations(number).mutate(seeds.get(i % seeds.size()));
            try {
                target.reader().read(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        target + " with seed " + number + " fails for "
                                + new String(input, StandardCharsets.ISO_8859_1),
                        e);
            }
        }
    }
}
