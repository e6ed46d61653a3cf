package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.Fault;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers get who find all deployments unavailable: the kind and the cause of what made them so. */
class UnavailableCauseTest extends RouterHarness {

    private static final CallOptions SHORT =
            CallOptions.builder().timeout(Duration.ofSeconds(1)).build();

    UnavailableCauseTest() {
        super(17);
    }

    private static GatewayException serverError() {
        return GatewayException.builder(ErrorKind.SERVER_ERROR, "vendor answered 500: disk full")
                .provider("fake")
                .deployment("fake/a")
                .status(500)
                .vendorCode("internal_error")
                .body("{\"prompt\":\"a secret of the first caller\"}")
                .partial(ChatResponse.builder()
                        .text("a secret answer")
                        .finishReason(FinishReason.STOP)
                        .build())
                .cause(new IllegalStateException("the root"))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void anOpenBreakerReportsTheKindAndTheCauseThatOpenedIt(Way way) {
        FakeProvider.Builder script = fake();
        for (int i = 0; i < 5; i++) {
            script.fail(serverError());
        }
        try (FakeProvider fake = script.build();
                ModelRouter router = builder(fake)
                        .model("m", model -> model.deployment("fake/a"))
                        .retry(RetryPolicy.none())
                        .build()) {
            for (int i = 0; i < 5; i++) {
                failure(() -> way.chat(router, "m"));
            }
            assertThat(router.snapshot().models().get(0).deployments().get(0).breaker())
                    .isEqualTo(BreakerState.OPEN);

            GatewayException e = failure(() -> way.chat(router, ChatRequest.of("m", "hello"), SHORT));

            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e).hasMessageContaining("its breaker is OPEN").hasMessageContaining("SERVER_ERROR");
            assertThat(e.retryAfter()).isPositive();
            GatewayException cause = (GatewayException) e.getCause();
            assertThat(cause.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(cause).hasMessage("vendor answered 500: disk full").hasRootCauseMessage("the root");
            assertThat(cause.status()).isEqualTo(500);
            assertThat(cause.vendorCode()).isEqualTo("internal_error");
            assertThat(cause.body()).isNull();
            assertThat(cause.partial()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineOfOneCallerIsATimeoutForTheOthers(Way way) {
        try (FakeProvider fake = fake().hang().build();
                ModelRouter router = builder(fake)
                        .model("m", model -> model.deployment("fake/a"))
                        .retry(RetryPolicy.builder().deadlineShare(1).build())
                        .build()) {
            CallOptions patient =
                    CallOptions.builder().timeout(Duration.ofSeconds(20)).build();
            for (int i = 0; i < 5; i++) {
                failure(() -> way.chat(router, ChatRequest.of("m", "hello"), patient));
            }
            GatewayException e = failure(() -> way.chat(router, ChatRequest.of("m", "hello"), SHORT));
            assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(e.getCause()).hasMessageContaining("deadline");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCooldownReportsItsKindAndItsCause(Way way) {
        try (FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.AUTHENTICATION, "wrong key")
                                .deployment("fake/a")
                                .build())
                        .build();
                ModelRouter router = builder(fake)
                        .model("m", model -> model.deployment("fake/a"))
                        .build()) {
            failure(() -> way.chat(router, "m"));
            GatewayException e = failure(() -> way.chat(router, ChatRequest.of("m", "hello"), SHORT));
            assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(e.getCause()).hasMessageContaining("wrong key");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPromptAboveTheLimitOfOneKeyIsSentWithAnother(Way way) {
        GatewayException aboveTheLimit = GatewayException.builder(ErrorKind.CONTEXT_TOO_LONG, "request too large")
                .subject(FailureSubject.CREDENTIAL)
                .deployment("fake/x")
                .build();
        try (FakeProvider fake = fake().fail(aboveTheLimit).reply("ok").build();
                ModelRouter router = builder(fake)
                        .model(
                                "m",
                                model -> model.deployment("fake/x", it -> it.credential(Credential.of("small")))
                                        .deployment("fake/x", it -> it.credential(Credential.of("large")))
                                        .strategy(RoutingStrategies.ordered()))
                        .build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServersOwnFailureThatBlamesTheRequestCountsAgainstNoDeployment(Way way) throws InterruptedException {
        for (String words : List.of(
                "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
                "input is too large to process. increase the physical batch size",
                "this model is missing data required for image input")) {
            Fault blames = Fault.reply(
                    500,
                    "application/json",
                    "{\"error\":{\"code\":500,\"message\":\"" + words + "\",\"type\":\"server_error\"}}");
            try (FaultLab lab = new FaultLab().server("a", request -> blames).server("b")) {
                for (int i = 0; i < 10; i++) {
                    ChatResponse answer = lab.chat(way);
                    assertThat(answer.route().deployment()).isEqualTo("b/x");
                    assertThat(answer.route().attempts()).hasSize(2);
                }
                assertThat(lab.router()
                                .snapshot()
                                .models()
                                .get(0)
                                .deployments()
                                .get(0)
                                .breaker())
                        .isEqualTo(BreakerState.CLOSED);
            }
        }
    }
}
