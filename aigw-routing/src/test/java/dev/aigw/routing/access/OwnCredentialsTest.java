package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.rollout.Shadow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that bring credentials of their own. */
class OwnCredentialsTest extends RouterHarness {

    private static final Caller ACME = Caller.ofTenant("acme");
    private static final Caller BANK = Caller.ofTenant("bank");
    private static final Caller HOUSE = Caller.ofTenant("nobody");

    private final Map<String, Credential> vault =
            Map.of("acme", Credential.of("key of acme"), "bank", Credential.of("key of bank"));
    private final List<String> sent = new ArrayList<>();
    private String failing = "";
    private ModelRouter router = router(builder -> {});

    OwnCredentialsTest() {
        super(5);
    }

    @AfterEach
    void close() {
        router.close();
    }

    /** A vendor that notes which secret a call came with. */
    private final class Vendor implements ProviderAdapter {

        private final String name;

        Vendor(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return operation.equals(ChatRequest.CHAT);
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            Credential credential = attempt.credential();
            String secret = credential == null ? "key of the house" : credential.secret();
            sent.add(name + " " + secret);
            if (secret.equals(failing)) {
                throw GatewayException.of(ErrorKind.AUTHENTICATION, "wrong key");
            }
            return operation.replyType().cast(ChatResponse.of("hello from " + secret));
        }
    }

    private @org.jspecify.annotations.Nullable Credential credential(Caller caller, String provider) {
        return provider.equals("vendor") ? vault.get(caller.tenant()) : null;
    }

    private ModelRouter router(Consumer<ModelRouter.Builder> more) {
        return router(this::credential, more);
    }

    private ModelRouter router(CallerCredentials own, Consumer<ModelRouter.Builder> more) {
        ModelRouter.Builder builder = builder(new Vendor("vendor"), new Vendor("other"))
                .model("m", model -> model.deployment("vendor/m", deployment -> deployment.keys("key 1", "key 2")))
                .model("both", model -> model.deployment("vendor/m").fallback("spare"))
                .model("spare", model -> model.deployment("other/m"))
                .model("watched", model -> model.deployment("other/m")
                        .shadow(Shadow.builder("both").share(1).build()))
                .access(Access.builder().credentials(own).build());
        more.accept(builder);
        return builder.build();
    }

    private ChatResponse ask(Way way, Caller caller, String model) {
        return way.chat(
                router,
                ChatRequest.of(model, "hello"),
                CallOptions.builder().caller(caller).build());
    }

    @ParameterizedTest
    @EnumSource
    void aCallIsMadeWithItsCallersCredential(Way way) {
        assertThat(ask(way, ACME, "m").text()).isEqualTo("hello from key of acme");
        assertThat(ask(way, BANK, "m").text()).isEqualTo("hello from key of bank");
        assertThat(ask(way, HOUSE, "m").text()).startsWith("hello from key ");
        assertThat(ask(way, ACME, "vendor/direct").text()).isEqualTo("hello from key of acme");
        assertThat(ask(way, ACME, "m").route().deployment()).isEqualTo("vendor/m~own");
        assertThat(sent).filteredOn(each -> each.matches("vendor key [12]")).hasSize(1);
    }

    @Test
    void aKeyThatFailsHoldsUpNobodyElse() {
        failing = "key of acme";

        for (int i = 0; i < 20; i++) {
            assertThat(failure(() -> ask(Way.SYNC, ACME, "m")).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(ask(Way.SYNC, BANK, "m").text()).isEqualTo("hello from key of bank");
        }

        assertThat(sent).filteredOn("vendor key of acme"::equals).hasSize(1); // then it cools down
        assertThat(ask(Way.SYNC, HOUSE, "m").text()).startsWith("hello from key ");
        assertThat(router.snapshot().models().get(0).deployments())
                .allSatisfy(deployment -> {
                    assertThat(deployment.breaker()).isEqualTo(BreakerState.CLOSED);
                    assertThat(deployment.cooldown()).isEqualTo(Duration.ZERO);
                });
    }

    @Test
    void theCooldownOfAKeyIsOneForAllItsModels() {
        failing = "key of acme";
        failure(() -> ask(Way.SYNC, ACME, "m"));
        sent.clear();

        assertThat(ask(Way.SYNC, ACME, "both").text()).isEqualTo("hello from key of the house");
        assertThat(sent).containsExactly("other key of the house");
    }

    @Test
    void whoBringsNoKeyMayBeRefusedTheApplications() {
        router.close();
        router = router(
                new CallerCredentials() {
                    @Override
                    public @org.jspecify.annotations.Nullable Credential credential(Caller caller, String provider) {
                        return OwnCredentialsTest.this.credential(caller, provider);
                    }

                    @Override
                    public boolean mayUseApplications(Caller caller, String provider) {
                        return false;
                    }
                },
                builder -> {});

        assertThat(failure(() -> ask(Way.SYNC, HOUSE, "m")).kind()).isEqualTo(ErrorKind.NO_ROUTE);
        assertThat(failure(() -> ask(Way.SYNC, ACME, "spare")).kind()).isEqualTo(ErrorKind.NO_ROUTE);
        assertThat(ask(Way.SYNC, ACME, "both").text()).isEqualTo("hello from key of acme");
        assertThat(sent).containsExactly("vendor key of acme");
    }

    @Test
    void answersAreCachedForTheKeyThatGotThem() {
        router.close();
        router = router(builder -> builder.cache(
                Caches.inMemory().maximumEntries(100).shared().build()));

        assertThat(ask(Way.SYNC, ACME, "m").text()).isEqualTo("hello from key of acme");
        assertThat(ask(Way.SYNC, BANK, "m").text()).isEqualTo("hello from key of bank");
        assertThat(ask(Way.SYNC, HOUSE, "m").text()).startsWith("hello from key ");
        int before = sent.size();
        assertThat(ask(Way.SYNC, ACME, "m").text()).isEqualTo("hello from key of acme");
        assertThat(sent).hasSize(before);
    }

    @Test
    void aShadowUsesTheApplicationsCredential() {
        environment.simulate(() -> {
            ask(Way.SYNC, ACME, "watched");
            environment.advance(Duration.ofSeconds(1));
        });

        assertThat(sent).containsExactlyInAnyOrder("other key of the house", "vendor key of the house");
    }

    @Test
    void explainShowsTheCallersDeployments() {
        assertThat(router.explain(
                                ChatRequest.CHAT,
                                ChatRequest.of("m", "hello"),
                                CallOptions.builder().caller(ACME).build())
                        .toString())
                .contains("vendor/m~own  kept")
                .doesNotContain("vendor/m#2")
                .doesNotContain("key of acme");
    }

    @Test
    void aReplacedTableServesThemFurther() {
        ask(Way.SYNC, ACME, "m");
        router.update(table -> table.replaceModel("m", model -> model.deployment("vendor/new")));

        assertThat(ask(Way.SYNC, ACME, "m").route().deployment()).isEqualTo("vendor/new~own");
    }
}
