package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Caller;
import dev.aigw.routing.VirtualEnvironment;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AllowanceKeysTest {

    private static final List<String> OTHERS = List.of("others");

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger full = new AtomicInteger();

    private AllowanceKeys keys(int maximum) {
        return new AllowanceKeys(
                maximum,
                OTHERS,
                key -> {
                    created.incrementAndGet();
                    return new BucketAllowance(
                            BigDecimal.TEN, Duration.ofMinutes(1), BigDecimal.TEN, false, environment);
                },
                full::incrementAndGet);
    }

    private static Allowance.@Nullable Grant take(AllowanceKeys keys, String key, long amount) {
        Kept kept = keys.pin(List.of(key));
        try {
            return kept.allowance()
                    .take(BigDecimal.valueOf(amount), BigDecimal.ONE, false)
                    .grant();
        } finally {
            kept.unpin();
        }
    }

    private static List<List<String>> known(AllowanceKeys keys) {
        List<List<String>> known = new ArrayList<>();
        keys.forEach((key, allowance) -> known.add(key));
        return known;
    }

    @Test
    void aMillionInventedKeysTakeNoMoreThanTheMaximumAndShareOneAllowance() {
        AllowanceKeys keys = keys(1_000);
        int admitted = 0;
        for (int i = 0; i < 1_000_000; i++) {
            admitted += take(keys, "key-" + i, 10) == null ? 0 : 1;
        }
        assertThat(admitted).as("each own allowance and the shared one").isEqualTo(1_001);
        assertThat(known(keys)).hasSize(1_001).contains(OTHERS);
        assertThat(created).hasValue(1_001);
        assertThat(full).as("reported once").hasValue(1);
    }

    @Test
    void whatIsUnusedMakesPlaceAndWhatIsReservedDoesNot() {
        AllowanceKeys keys = keys(1_000);
        Allowance.Grant open = take(keys, "open", 5);
        for (int i = 0; i < 10_000; i++) {
            Objects.requireNonNull(take(keys, "key-" + i, 5)).settle(BigDecimal.ONE);
            environment.advance(Duration.ofSeconds(1)); // six seconds refill it
        }
        assertThat(known(keys)).hasSizeLessThan(100).contains(List.of("open")).doesNotContain(OTHERS);
        Objects.requireNonNull(open).settle(BigDecimal.valueOf(100));
        assertThat(take(keys, "open", 1)).as("the debt counts").isNull();
    }

    @Test
    void whileOthersForgetNothingThatIsTakenIsLost() throws Exception {
        AllowanceKeys keys = keys(50);
        AtomicLong taken = new AtomicLong();
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(thread);
                done.add(executor.submit(() -> {
                    start.await();
                    for (int i = 0; i < 20_000; i++) {
                        Allowance.Grant grant = take(keys, "key-" + random.nextInt(60), 1);
                        if (grant != null && random.nextInt(100) > 0) {
                            grant.settle(BigDecimal.ZERO); // unused again, so another thread may forget it
                        } else if (grant != null) {
                            taken.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            executor.shutdown();
        }
        AtomicLong reserved = new AtomicLong();
        keys.forEach((key, allowance) ->
                reserved.addAndGet(allowance.level().reserved().longValueExact()));
        assertThat(reserved).hasValue(taken.get());
        assertThat(known(keys)).hasSizeLessThanOrEqualTo(51);
    }

    /** Whatever two callers are called, their keys differ. */
    @Property(tries = 2_000)
    void differentCallersHaveDifferentTexts(
            @ForAll @Size(max = 6)
                    List<@net.jqwik.api.constraints.Chars({'a', '/', '%', '\uD800', '2', 'F'}) Character> names,
            @ForAll boolean longer) {
        StringBuilder text = new StringBuilder();
        names.forEach(text::append);
        String all = longer ? text.toString().repeat(60) : text.toString();
        Set<Caller> callers = new HashSet<>();
        callers.add(Caller.ANONYMOUS);
        for (int cut = 0; cut <= all.length(); cut++) {
            String tenant = all.substring(0, cut);
            String user = all.substring(cut);
            callers.add(Caller.ofTenant(tenant));
            callers.add(Caller.builder().user(user).build());
            callers.add(Caller.builder().tenant(tenant).user(user).build());
        }
        assertThat(callers.stream().map(DimensionValue::of)).doesNotHaveDuplicates();
    }
}
