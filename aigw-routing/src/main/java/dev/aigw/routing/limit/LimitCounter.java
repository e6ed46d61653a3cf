package dev.aigw.routing.limit;

import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The allowances of a limit, one for each key. Safe for use by many threads. */
final class LimitCounter {

    private static final Logger log = LoggerFactory.getLogger(Limits.class);

    private final Limit limit;
    private final Environment environment;
    private final @Nullable AllowanceStore store;
    private final AllowanceKeys allowances;

    LimitCounter(Limit limit, Environment environment, @Nullable AllowanceStore store) {
        this.limit = limit;
        this.environment = environment;
        this.store = store;
        this.allowances = new AllowanceKeys(
                limit.maximumKeys(),
                Collections.nCopies(limit.by().size(), DimensionValue.OTHERS),
                this::create,
                this::warnOfKeys);
    }

    private void warnOfKeys() {
        log.warn(
                "limit \"{}\" counts {} keys; all further ones share one allowance until some are unused again: raise"
                        + " maximumKeys, or limit by something that callers cannot invent",
                limit.name(),
                limit.maximumKeys());
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

    /** Returns the allowance of a key, pinned: the caller unpins it. */
    Kept pin(List<String> key) {
        return allowances.pin(key);
    }

    private Allowance create(List<String> key) {
        AllowanceSpec spec = AllowanceSpec.of(limit, key);
        return store == null ? spec.local(environment) : store.allowance(spec, environment);
    }

    /** Returns how much is left of the share that a call may use, from 0 to 1. */
    double left(List<String> key, BigDecimal share) {
        if (store == null) {
            Allowance known = allowances.find(key);
            return known == null ? 1 : left(known, share); // nothing of a new one is used
        }
        Kept kept = allowances.pin(key);
        try {
            return left(kept.allowance(), share);
        } finally {
            kept.unpin();
        }
    }

    private double left(Allowance allowance, BigDecimal share) {
        double most = limit.burst().multiply(share).doubleValue();
        double kept = limit.burst().doubleValue() - most;
        double left = (allowance.level().remaining().doubleValue() - kept) / most;
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
                .note(taking.note())
                .build();
    }

    /** Adds the usage of all keys to {@code report}. */
    void report(List<LimitUsage> report) {
        allowances.forEach((key, allowance) -> report.add(usage(key, allowance.level())));
    }

    /** Returns the usage of one key; nothing of a key without calls is used. */
    LimitUsage usage(List<String> key) {
        if (store == null) {
            Allowance known = allowances.find(key);
            return usage(
                    key,
                    known == null
                            ? new Allowance.Level(BigDecimal.ZERO, BigDecimal.ZERO, limit.burst())
                            : known.level());
        }
        Kept kept = allowances.pin(key);
        try {
            return usage(key, kept.allowance().level());
        } finally {
            kept.unpin();
        }
    }

    private LimitUsage usage(List<String> key, Allowance.Level level) {
        return LimitUsage.builder()
                .limit(limit.name())
                .measure(limit.measure())
                .key(describe(key))
                .used(level.used())
                .reserved(level.reserved())
                .remaining(level.remaining())
                .maximum(limit.maximum())
                .build();
    }
}
