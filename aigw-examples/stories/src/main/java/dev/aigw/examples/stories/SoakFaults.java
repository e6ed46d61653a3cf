package dev.aigw.examples.stories;

import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.SeenRequest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The faults of the soak's servers, and how often they occur: the same for the same seed, server and request number.
 */
final class SoakFaults {

    private static final Duration EVER = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** Faults that take no time. */
    private static final List<Fault> QUICK = List.of(
            Fault.status(500),
            Fault.status(502, "bad_gateway"),
            Fault.status(503),
            Fault.status(503).header("retry-after-ms", "20"),
            Fault.status(529, "overloaded_error"),
            Fault.status(408, "timeout"),
            Fault.status(429).header("retry-after-ms", "30"),
            Fault.status(429)
                    .header("x-ratelimit-remaining-requests", "0")
                    .header("x-ratelimit-reset-requests", "25ms"),
            Fault.reset(),
            Fault.hangUp(),
            Fault.garbage(),
            Fault.reply(200, "text/html", "<html>please log in</html>"),
            Fault.reply(200, "application/json", "{\"choices\":[]}"),
            Fault.contentType("application/pdf"),
            Fault.cut(),
            Fault.cutByReset(),
            Fault.cutInsideCharacter(),
            Fault.endEarly(),
            Fault.errorInside("engine_overloaded"),
            Fault.errorMidway("engine_overloaded"),
            Fault.malformed(),
            Fault.withoutSentinel(),
            Fault.withoutFinishReason(),
            Fault.endTwice(),
            Fault.oversize(150_000),
            Fault.wrongLength(40),
            Fault.wrongLength(-25),
            Fault.slowHeaders(SHORT),
            Fault.slowFirstToken(SHORT),
            Fault.pace(Duration.ofMillis(2)));

    /** Faults that last until a timeout of the attempt. */
    private static final List<Fault> SILENT = List.of(
            Fault.silence(),
            Fault.stall(),
            Fault.slowHeaders(EVER),
            Fault.slowFirstToken(EVER),
            Fault.heartbeats(Duration.ofMillis(50)));

    private SoakFaults() {}

    /** A server whose requests get faults in these shares. */
    static Function<SeenRequest, Fault> mixed(long seed, double quick, double silent) {
        return request -> {
            SplittableRandom random = new SplittableRandom(seed + 31L * request.number());
            double chance = random.nextDouble();
            if (chance < silent) {
                return SILENT.get(random.nextInt(SILENT.size()));
            }
            if (chance < silent + quick) {
                return fitting(QUICK.get(random.nextInt(QUICK.size())), request);
            }
            return Fault.none();
        };
    }

    /** A server that is alternately down and up, and has faults in between. */
    static Function<SeenRequest, Fault> flapping(Function<SeenRequest, Fault> up, int period) {
        return request -> request.number() / period % 4 == 3 ? Fault.reset() : up.apply(request);
    }

    /** A server whose key was revoked. */
    static Function<SeenRequest, Fault> revoked() {
        return request -> Fault.status(401);
    }

    private static Fault fitting(Fault fault, SeenRequest request) {
        boolean tool = SoakQuestion.of(request.text()).number() % 5 == 0;
        return tool && fault.toString().equals("cut") ? Fault.cutInsideToolCall() : fault;
    }
}
