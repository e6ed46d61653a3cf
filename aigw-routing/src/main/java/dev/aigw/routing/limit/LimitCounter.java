package dev.aigw.routing.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The allowances of a limit, one for each key. An allowance not used for a whole window is full again, and is dropped
 * after two. Safe for use by many threads.
 */
final class LimitCounter {

    private final Limit limit;
    private final Environment environment;
    private final @Nullable AllowanceStore store;
    private final Cache<List<String>, Allowance> allowances;

    LimitCounter(Limit limit, Environment environment, @Nullable AllowanceStore store) {
        this.limit = limit;
        this.environment = environment;
        this.store = store;
        Caffeine<Object, Object> settings = Caffeine.newBuilder().executor(Runnable::run);
        Window window = limit.window();
        if (window == null) {
            settings.weakValues(); // grants refer to their allowance; without calls under way there is nothing to keep
        } else {
            settings.ticker(environment::nanoTime).expireAfterAccess(retention(window.longest()));
        }
        this.allowances = settings.build();
    }

    private static Duration retention(Duration window) {
        Duration longest = Duration.ofDays(365);
        return window.compareTo(longest) > 0 ? longest.multipliedBy(100) : window.multipliedBy(2);
    }

    Limit limit() {
        return limit;
    }

    List<String> key(CallContext call, @Nullable Attempt attempt) {
        List<Dimension> by = limit.by();
        if (by.isEmpty()) {
            return List.of();
        }
        if (by.size() == 1) {
            return List.of(by.get(0).value(call, attempt));
        }
        List<String> key = new ArrayList<>(by.size());
        for (Dimension dimension : by) {
            key.add(dimension.value(call, attempt));
        }
        return key;
    }

    Allowance allowance(List<String> key) {
        return allowances.get(key, this::create);
    }

    private Allowance create(List<String> key) {
        AllowanceSpec spec = AllowanceSpec.of(limit, key);
        return store == null ? spec.local(environment) : store.allowance(spec, environment);
    }

    /** Returns how much is left of the share that a call may use, from 0 to 1. */
    double left(List<String> key, BigDecimal share) {
        Allowance known = store == null ? allowances.getIfPresent(key) : allowance(key);
        if (known == null) {
            return 1; // nothing of it is used
        }
        double most = limit.burst().multiply(share).doubleValue();
        double kept = limit.burst().doubleValue() - most;
        double left = (known.level().remaining().doubleValue() - kept) / most;
        return Math.max(0, Math.min(1, left));
    }

    /** Returns a key in readable form. */
    Map<String, String> describe(List<String> key) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < key.size(); i++) {
            values.put(limit.by().get(i).toString(), key.get(i));
        }
        return values;
    }

    LimitReached reached(List<String> key, BigDecimal requested, Allowance.Taking taking) {
        return LimitReached.builder()
                .limit(limit.name())
                .measure(limit.measure())
                .key(describe(key))
                .requested(requested)
                .remaining(taking.remaining())
                .maximum(limit.maximum())
                .frees(taking.frees())
                .build();
    }

    /** Adds the usage of all keys to {@code report}. */
    void report(List<LimitUsage> report) {
        allowances.asMap().forEach((key, allowance) -> {
            Allowance.Level level = allowance.level();
            report.add(LimitUsage.builder()
                    .limit(limit.name())
                    .measure(limit.measure())
                    .key(describe(key))
                    .used(level.used())
                    .reserved(level.reserved())
                    .remaining(level.remaining())
                    .maximum(limit.maximum())
                    .build());
        });
    }
}
