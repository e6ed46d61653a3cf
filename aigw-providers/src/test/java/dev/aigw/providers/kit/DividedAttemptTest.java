package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.AttemptContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DividedAttemptTest {

    @Test
    void whatACallReportsReachesTheWholeAttempt() {
        List<String> reported = new ArrayList<>();
        AttemptContext plain = AttemptContext.builder("m").build();
        AttemptContext whole = (AttemptContext) Proxy.newProxyInstance(
                AttemptContext.class.getClassLoader(),
                new Class<?>[] {AttemptContext.class},
                (proxy, method, values) -> {
                    if (method.getReturnType() == void.class) {
                        reported.add(method.getName() + List.of(values));
                        return null;
                    }
                    return method.invoke(plain, values);
                });

        AttemptContext call = new DividedAttempt(whole).next();
        call.warn("slow");
        call.headroom(0.5, Duration.ofSeconds(3));
        call.rateLimits(List.of());

        assertThat(reported).containsExactly("warn[slow]", "headroom[0.5, PT3S]", "rateLimits[[]]");
    }
}
