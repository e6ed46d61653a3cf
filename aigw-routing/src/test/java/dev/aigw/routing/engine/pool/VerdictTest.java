package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.routing.engine.pool.Verdict.Circumstances;
import dev.aigw.routing.engine.pool.Verdict.Health;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {

    private static final Circumstances SENT = new Circumstances(true, false, false, false);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** What an attempt that was sent and failed by each kind says of its deployment. */
    private record Row(
            ErrorKind kind, Health health, @Nullable CooldownScope scope, Duration cooldown) {}

    private static Row health(ErrorKind kind, Health health) {
        return new Row(kind, health, null, Duration.ZERO);
    }

    private static Row cooldown(ErrorKind kind, CooldownScope scope, Duration cooldown) {
        return new Row(kind, Health.UNKNOWN, scope, cooldown);
    }

    static Stream<Row> table() {
        return Stream.of(
                health(ErrorKind.OVERLOADED, Health.BAD),
                health(ErrorKind.SERVER_ERROR, Health.BAD),
                health(ErrorKind.CONNECTION, Health.BAD),
                health(ErrorKind.TIMEOUT, Health.BAD),
                health(ErrorKind.MALFORMED_RESPONSE, Health.BAD),
                health(ErrorKind.STREAM_INTERRUPTED, Health.BAD),
                cooldown(ErrorKind.RATE_LIMITED, CooldownScope.DEPLOYMENT, Duration.ofSeconds(1)),
                cooldown(ErrorKind.QUOTA_EXHAUSTED, CooldownScope.CREDENTIAL, FIVE_MINUTES),
                cooldown(ErrorKind.AUTHENTICATION, CooldownScope.CREDENTIAL, FIVE_MINUTES),
                cooldown(ErrorKind.PERMISSION, CooldownScope.CREDENTIAL_MODEL, FIVE_MINUTES),
                cooldown(ErrorKind.NOT_FOUND, CooldownScope.DEPLOYMENT, FIVE_MINUTES),
                health(ErrorKind.CONTEXT_TOO_LONG, Health.UNKNOWN),
                health(ErrorKind.PAYLOAD_TOO_LARGE, Health.UNKNOWN),
                health(ErrorKind.UNSUPPORTED, Health.UNKNOWN),
                health(ErrorKind.CONTENT_FILTERED, Health.UNKNOWN),
                health(ErrorKind.INVALID_REQUEST, Health.UNKNOWN),
                health(ErrorKind.LIMIT_EXCEEDED, Health.UNKNOWN),
                health(ErrorKind.BUDGET_EXCEEDED, Health.UNKNOWN),
                health(ErrorKind.DENIED, Health.UNKNOWN),
                health(ErrorKind.GUARD_REJECTED, Health.UNKNOWN),
                health(ErrorKind.INTERNAL, Health.UNKNOWN),
                health(ErrorKind.UNCONFIRMED, Health.BAD),
                health(ErrorKind.UNKNOWN_MODEL, Health.UNKNOWN),
                health(ErrorKind.NO_ROUTE, Health.UNKNOWN),
                health(ErrorKind.ROUTER_CLOSED, Health.UNKNOWN));
    }

    private static Verdict failed(GatewayException failure, Circumstances circumstances) {
        return Verdict.of(Outcome.FAILED, failure, circumstances);
    }

    private static GatewayException failure(ErrorKind kind, FailureSubject subject) {
        return GatewayException.builder(kind, "planned").subject(subject).build();
    }

    @ParameterizedTest
    @MethodSource("table")
    void eachKindSpeaksAgainstWhomTheTableNames(Row row) {
        Verdict verdict = failed(failure(row.kind, FailureSubject.UNKNOWN), SENT);

        assertThat(verdict.health()).isEqualTo(row.health);
        assertThat(verdict.scope()).isEqualTo(row.scope);
        assertThat(verdict.cooldown()).isEqualTo(row.cooldown);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void whatWasNeverSentSaysNothing(ErrorKind kind) {
        Circumstances unsent = new Circumstances(false, false, true, false);

        assertThat(failed(failure(kind, FailureSubject.UNKNOWN), unsent)).isEqualTo(Verdict.NOTHING);
        assertThat(Verdict.of(Outcome.SUCCESS, null, unsent)).isEqualTo(Verdict.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void aFailureOfOneRequestSaysNothing(ErrorKind kind) {
        assertThat(failed(failure(kind, FailureSubject.REQUEST), SENT)).isEqualTo(Verdict.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void aSideCallCountsAgainstNoDeployment(ErrorKind kind) {
        Verdict verdict = failed(failure(kind, FailureSubject.UNKNOWN), new Circumstances(true, false, true, true));

        assertThat(verdict.health()).isEqualTo(Health.UNKNOWN);
        assertThat(verdict.scope()).isNull();
    }

    @Test
    void aTimeoutOfTheCallersOwnCountsAgainstNoDeploymentUnlessTheWaitWasLong() {
        GatewayException timeout = failure(ErrorKind.TIMEOUT, FailureSubject.UNKNOWN);

        assertThat(failed(timeout, new Circumstances(true, true, false, false))).isEqualTo(Verdict.NOTHING);
        assertThat(failed(timeout, new Circumstances(true, true, true, false)).health())
                .isEqualTo(Health.BAD);
    }

    @Test
    void aDeadlineSpeaksAgainstTheDeploymentOnlyAfterALongWait() {
        GatewayException deadline = failure(ErrorKind.DEADLINE, FailureSubject.UNKNOWN);

        assertThat(Verdict.of(Outcome.ABANDONED, deadline, new Circumstances(true, true, false, false)))
                .isEqualTo(Verdict.NOTHING);
        assertThat(failed(deadline, new Circumstances(true, true, true, false)).health())
                .isEqualTo(Health.BAD);
    }

    @Test
    void aQuotaOrPermissionOfOneModelLeavesTheCredentialsOtherModelsAlone() {
        assertThat(failed(failure(ErrorKind.QUOTA_EXHAUSTED, FailureSubject.MODEL), SENT)
                        .scope())
                .isEqualTo(CooldownScope.CREDENTIAL_MODEL);
        assertThat(failed(failure(ErrorKind.PERMISSION, FailureSubject.CREDENTIAL), SENT)
                        .scope())
                .isEqualTo(CooldownScope.CREDENTIAL);
    }

    @Test
    void theProvidersOwnResetTimeGoesBeforeTheUsualCooldown() {
        GatewayException limited = GatewayException.builder(ErrorKind.RATE_LIMITED, "planned")
                .retryAfter(Duration.ofSeconds(7))
                .build();

        assertThat(failed(limited, SENT).cooldown()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aReplyThatCameSpeaksForTheDeploymentAndAnAbandonedOneSaysNothing() {
        assertThat(Verdict.of(Outcome.SUCCESS, null, SENT)).isEqualTo(Verdict.SERVES);
        assertThat(Verdict.of(Outcome.ABANDONED, null, SENT)).isEqualTo(Verdict.NOTHING);
    }
}
