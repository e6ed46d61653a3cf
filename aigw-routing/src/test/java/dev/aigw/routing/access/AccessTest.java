package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How callers are let in. */
class AccessTest {

    private static final Caller ADA =
            Caller.builder().tenant("acme").user("ada").build();

    private final List<AuditEvent> events = new ArrayList<>();

    private Access access(Authenticator... authenticators) {
        Access.Builder access = Access.builder().audit(events::add);
        for (Authenticator authenticator : authenticators) {
            access.authenticator(authenticator);
        }
        return access.build();
    }

    private static Authenticator known(String secret, AuthenticationResult result) {
        return credential -> secret.equals(credential.secret()) ? result : AuthenticationResult.notMine();
    }

    private static GatewayException refusal(Access access, PresentedCredential credential) {
        GatewayException failure = catchThrowableOfType(GatewayException.class, () -> access.authenticate(credential));
        assertThat(failure.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
        return failure;
    }

    @Test
    void onlyTheReturnedCallerIsAuthenticated() {
        Caller caller = access(known("right", AuthenticationResult.accepted(ADA)))
                .authenticate(PresentedCredential.of("right"));

        assertThat(caller.isAuthenticated()).isTrue();
        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(ADA.isAuthenticated()).isFalse();
        assertThat(caller).isNotEqualTo(ADA).hasToString("acme/ada");
    }

    @Test
    void authenticatorsAreAskedInOrderUntilOneKnowsTheCredential() {
        Access access = access(
                known("a", AuthenticationResult.accepted(Caller.ofTenant("first"))),
                known("b", AuthenticationResult.rejected("revoked", "id-b")),
                known("b", AuthenticationResult.accepted(Caller.ofTenant("never"))),
                known("c", AuthenticationResult.accepted(Caller.ofTenant("third"))));

        assertThat(access.authenticate(PresentedCredential.of("a")).tenant()).isEqualTo("first");
        assertThat(access.authenticate(PresentedCredential.of("c")).tenant()).isEqualTo("third");
        refusal(access, PresentedCredential.of("b"));
        assertThat(events.get(2).type()).isEqualTo(AuditEvent.Type.REJECTED);
        assertThat(events.get(2).key()).isEqualTo("id-b");
        assertThat(events.get(2).reason()).isEqualTo("revoked");
    }

    @Test
    void theCallerIsNotToldWhyButTheAuditIs() {
        Access access = access(
                known("expired", AuthenticationResult.rejected("it expired")),
                known("unknown", AuthenticationResult.rejected("there is no such key")));
        String message = refusal(access, PresentedCredential.of("expired")).getMessage();

        for (String secret : new String[] {"unknown", "neither", "", "x".repeat(20_000)}) {
            assertThat(refusal(access, PresentedCredential.of(secret))).hasMessage(message);
        }
        assertThat(refusal(access, PresentedCredential.of(null))).hasMessage(message);
        assertThat(events)
                .extracting(AuditEvent::reason)
                .containsExactly(
                        "it expired",
                        "there is no such key",
                        "no authenticator knows credentials of this kind",
                        "no credential was presented",
                        "the credential has 20000 characters",
                        "no credential was presented");
    }

    @Test
    void whatFailsLetsNobodyIn() {
        Access access = access(
                credential -> {
                    throw new IllegalStateException("the store is down");
                },
                known("right", AuthenticationResult.accepted(ADA)));

        GatewayException failure = refusal(access, PresentedCredential.of("right"));

        assertThat(failure).hasMessageContaining("cannot be checked now");
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(failure).hasMessageNotContaining("store");
    }

    @Test
    void aRejectedCredentialIsNotCheckedAgainAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        Authenticator counting = credential -> {
            asked.incrementAndGet();
            return "right".equals(credential.secret())
                    ? AuthenticationResult.accepted(ADA)
                    : AuthenticationResult.rejected("wrong");
        };
        Access access = access(counting);
        for (int i = 0; i < 5; i++) {
            refusal(access, PresentedCredential.of("wrong"));
            access.authenticate(PresentedCredential.of("right"));
        }
        assertThat(asked).hasValue(6);

        Access forgetful = Access.builder()
                .authenticator(counting)
                .rejectionMemory(Duration.ZERO)
                .build();
        refusal(forgetful, PresentedCredential.of("wrong"));
        refusal(forgetful, PresentedCredential.of("wrong"));
        assertThat(asked).hasValue(8);
    }

    @Test
    void aCredentialThatCouldNotBeCheckedIsCheckedAgain() {
        AtomicInteger asked = new AtomicInteger();
        Access access = access(credential -> asked.incrementAndGet() == 1
                ? AuthenticationResult.unavailable("down", Duration.ofSeconds(2))
                : AuthenticationResult.accepted(ADA));

        refusal(access, PresentedCredential.of("right"));

        assertThat(access.authenticate(PresentedCredential.of("right")).user()).isEqualTo("ada");
    }

    @Test
    void aPrincipalOfTheApplicationIsTurnedIntoACaller() {
        Principal principal = () -> "ada";
        Access access = access(Authenticator.ofPrincipal(
                Principal.class, known -> Caller.builder().user(known.getName()).build()));

        assertThat(access.authenticate(PresentedCredential.principal(principal)).user())
                .isEqualTo("ada");
        refusal(access, PresentedCredential.principal("a string"));
    }

    @Test
    void theSchemeOfAHeaderIsNoPartOfTheSecret() {
        assertThat(PresentedCredential.authorization("Bearer  abc ").secret()).isEqualTo("abc");
        assertThat(PresentedCredential.authorization("bearer abc").secret()).isEqualTo("abc");
        assertThat(PresentedCredential.authorization("abc").secret()).isEqualTo("abc");
        assertThat(PresentedCredential.authorization("Bearer ").isMissing()).isTrue();
        assertThat(PresentedCredential.authorization(null).isMissing()).isTrue();
    }

    @Test
    void textFromOutsideCannotForgeALineOfTheAudit() {
        Access access = access(known("right", AuthenticationResult.accepted(ADA)));

        access.authenticate(PresentedCredential.of("right").from("10.0.0.1\r\nREJECTED admin\u202e" + "x".repeat(500)));

        assertThat(events.get(0).source())
                .startsWith("10.0.0.1  REJECTED admin x")
                .hasSize(200);
    }

    @Test
    void secretsDoNotShow() {
        PresentedCredential presented = PresentedCredential.of("sk-very-secret");
        Access access = access(known("other", AuthenticationResult.accepted(ADA)));

        assertThat(presented.toString()).doesNotContain("secret");
        assertThat(refusal(access, presented).toString()).doesNotContain("very");
        assertThat(events.toString()).doesNotContain("very");
    }

    @Test
    void anAccessWithoutAnythingIsRefused() {
        assertThatThrownBy(() -> Access.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither an authenticator, permissions nor credentials");
    }
}
