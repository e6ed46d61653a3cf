package dev.aigw.providers.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Searches for bytes that a parser cannot bear, led by the coverage of the code. The first byte of an input says which
 * target of the method reads the rest. Without {@code JAZZER_FUZZ=1} it reads the seeds and what was found before.
 */
class ParsersFuzzTest {

    private static List<Target> targets(Predicate<String> names) {
        return Targets.all().stream().filter(target -> names.test(target.name())).toList();
    }

    private static final List<Target> REPLIES = targets(name -> name.endsWith(" reply"));
    private static final List<Target> STREAMS = targets(name -> name.endsWith(" stream"));
    private static final List<Target> ERRORS = targets(name -> name.endsWith(" error"));
    private static final List<Target> HEADERS = targets("headers"::equals);
    private static final List<Target> SECRETS = targets("secrets"::equals);
    private static final List<Target> OPERATIONS = targets(name -> !name.endsWith(" reply")
            && !name.endsWith(" stream")
            && !name.endsWith(" error")
            && !name.equals("headers")
            && !name.equals("secrets"));

    private static Stream<Arguments> seeds(List<Target> targets) {
        return targets.stream().flatMap(target -> target.seeds().stream().map(seed -> {
            byte[] input = new byte[seed.length + 1];
            input[0] = (byte) targets.indexOf(target);
            System.arraycopy(seed, 0, input, 1, seed.length);
            return Arguments.of((Object) input);
        }));
    }

    private static void read(List<Target> targets, byte[] input) throws Exception {
        if (input.length > 0) {
            targets.get((input[0] & 0xFF) % targets.size())
                    .reader()
                    .read(Arrays.copyOfRange(input, 1, input.length));
        }
    }

    static Stream<Arguments> replies() {
        return seeds(REPLIES);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void replies(byte[] input) throws Exception {
        read(REPLIES, input);
    }

    static Stream<Arguments> streams() {
        return seeds(STREAMS);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void streams(byte[] input) throws Exception {
        read(STREAMS, input);
    }

    static Stream<Arguments> errors() {
        return seeds(ERRORS);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void errors(byte[] input) throws Exception {
        read(ERRORS, input);
    }

    static Stream<Arguments> operations() {
        return seeds(OPERATIONS);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void operations(byte[] input) throws Exception {
        read(OPERATIONS, input);
    }

    static Stream<Arguments> headers() {
        return seeds(HEADERS);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void headers(byte[] input) throws Exception {
        read(HEADERS, input);
    }

    static Stream<Arguments> secrets() {
        return seeds(SECRETS);
    }

    @MethodSource
    @FuzzTest(maxDuration = "5m")
    void secrets(byte[] input) throws Exception {
        read(SECRETS, input);
    }
}
