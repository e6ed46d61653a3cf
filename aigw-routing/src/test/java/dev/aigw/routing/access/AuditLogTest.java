package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Outcome;
import dev.aigw.routing.observe.CapturingLogger;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

class AuditLogTest {

    private final CapturingLogger log = new CapturingLogger(Level.TRACE);
    private final AuditListener listener = AuditLog.slf4j(log);

    @Test
    void anEventIsOneLineOfFields() {
        listener.onEvent(AuditEvent.builder(AuditEvent.Type.DENIED, Instant.EPOCH)
                .caller(Caller.builder()
                        .tenant("acme")
                        .user("ada")
                        .role("b")
                        .role("a")
                        .key("k1")
                        .label("team", "search")
                        .build())
                .source("10.1.2.3")
                .callId("c1")
                .operation("chat")
                .requestedModel("usual")
                .model("m")
                .withheld(List.of("x", "y"))
                .rule("no-tools")
                .reason("the caller may not")
                .outcome(Outcome.FAILED)
                .error(ErrorKind.DENIED)
                .cost(Cost.usd(new BigDecimal("0.10")))
                .build());
        assertThat(log.lines)
                .containsExactly(
                        "WARN denied time=1970-01-01T00:00:00Z tenant=acme user=ada roles=a,b key=k1"
                                + " source=10.1.2.3 id=c1 operation=chat requested=usual model=m withheld=x,y rule=no-tools"
                                + " reason=\"the caller may not\" outcome=FAILED kind=DENIED cost=\"0.1 USD\" label=team:search");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedOrLostIsAWarning(AuditEvent.Type type) {
        listener.onEvent(AuditEvent.builder(type, Instant.EPOCH).build());
        boolean warns = switch (type) {
            case DENIED, REJECTED, LOST -> true;
            default -> false;
        };
        assertThat(log.lines).singleElement().asString().startsWith(warns ? "WARN " : "INFO ");
    }

    @Test
    void aNameCannotFakeAFieldOrALineOrTurnTheText() {
        listener.onEvent(AuditEvent.builder(AuditEvent.Type.CALLED, Instant.EPOCH)
                .caller(Caller.builder()
                        .tenant("a outcome=SUCCESS\n2026 INFO called")
                        .user("\u202eada\u2066")
                        .label("x rule=all", "\"y\"")
                        .build())
                .build());
        assertThat(log.lines)
                .containsExactly("INFO called time=1970-01-01T00:00:00Z tenant=\"a outcome=SUCCESS 2026 INFO called\""
                        + " user=\"\\\\u202eada\\\\u2066\" label=\"x rule=all:\\\"y\\\"\"");
    }
}
