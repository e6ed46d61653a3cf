package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.feature.Cooldowns;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstancesTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(5);
    private volatile List<String> urls = List.of("http://a:1/v1", "http://b:1/v1");

    private ModelRouter router(Instances instances) {
        ProviderAdapter adapter = ProviderAdapter.builder("vllm")
                .chat((request, attempt) -> ChatResponse.of(String.valueOf(attempt.baseUrl())))
                .build();
        return ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .model("m", model -> model.deployment("vllm/llama", deployment -> deployment.instances(instances)))
                .build();
    }

    private static Set<String> asked(ModelRouter router) {
        Set<String> places = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            places.add(router.chat("m", "hi").text());
        }
        return places;
    }

    private static List<String> ids(ModelRouter router) {
        return router.snapshot().models().get(0).deployments().stream()
                .map(RouterSnapshot.DeploymentState::id)
                .toList();
    }

    @Test
    void eachInstanceIsADeploymentOfItsOwn() {
        try (ModelRouter router = router(Instances.of("http://a:1/v1", "http://b:1/v1"))) {
            assertThat(ids(router)).containsExactly("vllm/llama@a:1/v1", "vllm/llama@b:1/v1");
            assertThat(asked(router)).containsExactly("http://a:1/v1", "http://b:1/v1");
            assertThat(environment.scheduled()).as("nothing to look up again").isZero();
        }
    }

    @Test
    void instancesThatComeAndGoArePickedUp() {
        try (ModelRouter router = router(Instances.from(() -> urls).every(Duration.ofSeconds(10)))) {
            asked(router);
            urls = List.of("http://b:1/v1", "http://c:1/v1");
            assertThat(asked(router)).contains("http://a:1/v1");
            environment.advance(Duration.ofSeconds(10));

            assertThat(asked(router)).containsExactly("http://b:1/v1", "http://c:1/v1");
            RouterSnapshot.DeploymentState b =
                    router.snapshot().models().get(0).deployments().get(0);
            assertThat(b.id()).isEqualTo("vllm/llama@b:1/v1");
            assertThat(b.succeeded())
                    .as("statistics of those that stay are kept")
                    .isGreaterThan(50 / 2);

            urls = List.of("http://a:1/v1");
            environment.advance(Duration.ofSeconds(10));
            assertThat(router.snapshot().models().get(0).deployments())
                    .singleElement()
                    .satisfies(a -> assertThat(a.succeeded())
                            .as("an instance that comes back begins anew")
                            .isZero());
        }
        assertThat(environment.scheduled())
                .as("nothing is looked up for a closed router")
                .isZero();
    }

    @Test
    void aLookupThatFailsKeepsWhatWasKnown() {
        AtomicInteger lookups = new AtomicInteger();
        Instances instances = Instances.from(() -> {
            if (lookups.incrementAndGet() == 2) {
                throw new IllegalStateException("registry is down");
            }
            return urls;
        });
        try (ModelRouter router = router(instances)) {
            environment.advance(Duration.ofSeconds(30));
            assertThat(asked(router)).hasSize(2);
            urls = List.of("http://c:1/v1");
            environment.advance(Duration.ofSeconds(30));
            assertThat(asked(router)).containsExactly("http://c:1/v1");
            assertThat(lookups).hasValue(3);
        }
    }

    @Test
    void aServiceWithoutInstancesHasNoRouteUntilOneComes() {
        urls = List.of();
        try (ModelRouter router = router(Instances.from(() -> urls))) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> router.chat("m", "hi"));
            assertThat(e.kind()).isEqualTo(ErrorKind.NO_ROUTE);
            urls = List.of("http://a:1/v1");
            environment.advance(Duration.ofSeconds(30));
            assertThat(router.chat(ChatRequest.of("m", "hi")).text()).isEqualTo("http://a:1/v1");
        }
    }

    @Test
    void anUpdateStopsLookingUpWhatIsNoLongerUsed() {
        try (ModelRouter router = router(Instances.from(() -> urls))) {
            assertThat(environment.scheduled()).isEqualTo(1);
            router.update(table -> table.replaceModel("m", model -> model.deployment("vllm/llama")));
            assertThat(environment.scheduled()).isZero();
        }
    }

    @Test
    void everyAddressOfANameIsAnInstance() throws UnknownHostException {
        InetAddress four = InetAddress.getByAddress(new byte[] {10, 0, 0, 7});
        InetAddress six =
                InetAddress.getByAddress(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        Instances instances = Instances.dns("http://llama.svc:8000/v1", host -> new InetAddress[] {six, four});
        assertThat(instances.current())
                .containsExactly("http://10.0.0.7:8000/v1", "http://[2001:db8:0:0:0:0:0:1]:8000/v1");
    }

    @Test
    void aQueryStaysButIsNoPartOfAnId() {
        Instances instances = Instances.dns(
                "http://llama.svc/v1?sig=secret", host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        assertThat(instances.current()).containsExactly("http://127.0.0.1/v1?sig=secret");
        assertThat(Place.of("http://127.0.0.1/v1?sig=secret").text()).isEqualTo("127.0.0.1/v1");
    }

    @Test
    void aNameThatIsUnknownIsNoReasonToFail() {
        Instances instances = Instances.dns("http://llama.svc/v1", host -> {
            throw new UnknownHostException(host);
        });
        assertThat(instances.current()).isEmpty();
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> Instances.dns("https://llama.svc/v1")).hasMessageContaining("TLS");
        assertThatThrownBy(() -> Instances.of()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> Instances.of("llama:8000")).hasMessageContaining("not a base URL");
        assertThatThrownBy(() -> Instances.of("http://a/v1").every(Duration.ofSeconds(1)))
                .hasMessageContaining("never change");
        assertThatThrownBy(() -> Instances.from(() -> urls).every(Duration.ZERO))
                .hasMessageContaining("positive");
    }

    @Test
    void instancesThatMakeNoValidTableChangeNothing() {
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(ProviderAdapter.builder("vllm")
                        .chat((request, attempt) -> ChatResponse.of(String.valueOf(attempt.baseUrl())))
                        .build())
                .model(
                        "m",
                        model -> model.deployment(
                                        "vllm/llama", deployment -> deployment.instances(Instances.from(() -> urls)))
                                .deployment("vllm/llama", deployment -> deployment.instances("http://c:1/v1")))
                .build()) {
            urls = List.of("http://c:1/v1");
            environment.advance(Duration.ofSeconds(30));
            assertThat(asked(router)).as("c would be listed twice").hasSize(3);
            urls = List.of("http://d:1/v1");
            environment.advance(Duration.ofSeconds(30));
            assertThat(asked(router)).containsExactly("http://c:1/v1", "http://d:1/v1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:SECRET@10.0.0.7/v1",
                "http://SECRET@10.0.0.7/v1",
                "10.0.0.7/v1?key=SECRET",
                "https://10.0.0.7/v1?key=SECRET",
                "http://10.0.0.7/a b?key=SECRET",
                "http://10.0.0.7/v1#SECRET^"
            })
    void noMessageShowsASecretOfABaseUrl(String url) {
        List<Throwable> all = new ArrayList<>();
        all.add(catchThrowable(() -> Instances.of(url)));
        all.add(catchThrowable(() -> Instances.dns(url, host -> new InetAddress[0])));
        all.add(catchThrowable(() ->
                new ModelTable().model("m", model -> model.deployment("a/x", it -> it.baseUrl(url)))));
        assertThat(all).anyMatch(Objects::nonNull);
        for (Throwable thrown : all) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("SECRET");
            }
        }
    }

    @Test
    void noTextShowsTheQueryOfABaseUrl() {
        Instances instances = Instances.of("http://a:1/v1?key=SECRET");
        Cooldowns[] cooldowns = new Cooldowns[1];
        ProviderAdapter adapter = ProviderAdapter.builder("vllm")
                .chat((request, attempt) -> ChatResponse.of("ok"))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(adapter)
                .feature(installer -> cooldowns[0] = installer.cooldowns())
                .model("m", model -> model.deployment("vllm/a", it -> it.instances(instances)))
                .model("n", model -> model.deployment("vllm/b", it -> it.baseUrl("https://b/v1?key=SECRET")))
                .model(
                        "wild/*",
                        model -> model.deployment("vllm/*", it -> it.baseUrl("https://b/v1?key=SECRET"))
                                .deployment("vllm/*", it -> it.baseUrl("https://b/v1?key=SECRET2")))
                .build()) {
            StringBuilder texts = new StringBuilder(instances + " " + router);
            for (String model : List.of("m", "n", "wild/c")) {
                texts.append(router.chat(model, "hi").route()).append(router.explain(ChatRequest.of(model, "hi")));
            }
            cooldowns[0].deployments().forEach(each -> texts.append(each.id()).append(each));
            texts.append(router.snapshot());
            assertThat(texts.toString()).contains("vllm/a@a:1/v1").doesNotContain("SECRET");
        }
    }

    @Test
    void anInstanceThatIsNotAllowedGetsNoCalls() {
        urls = List.of("http://10.20.0.1:8000/v1", "http://10.20.0.2:8000/v1", "http://169.254.169.254/latest");
        Instances found = Instances.from(() -> urls).every(Duration.ofSeconds(10));
        ProviderAdapter adapter = ProviderAdapter.builder("vllm")
                .chat((request, attempt) -> ChatResponse.of(String.valueOf(attempt.baseUrl())))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .allowedHosts(AllowedHosts.only("10.20.0.0/16"))
                .model("m", model -> model.deployment("vllm/llama", it -> it.instances(found)))
                .build()) {
            assertThat(asked(router)).containsExactly("http://10.20.0.1:8000/v1", "http://10.20.0.2:8000/v1");
            urls = List.of("http://10.20.0.3:8000/v1", "http://evil.example/v1");
            environment.advance(Duration.ofSeconds(11));
            assertThat(asked(router)).containsExactly("http://10.20.0.3:8000/v1");
            assertThat(router.explain(ChatRequest.of("m", "hi")).toString()).doesNotContain("evil.example");
        }
    }

    @Test
    void aBaseUrlThatIsNotAllowedIsRefusedWithTheTable() {
        ModelRouter.Builder builder = ModelRouter.builder()
                .provider(ProviderAdapter.builder("vllm")
                        .chat((request, attempt) -> ChatResponse.of(String.valueOf(attempt.allowedHosts())))
                        .build())
                .allowedHosts(AllowedHosts.only("vllm.svc").httpsOnly())
                .model("m", model -> model.deployment("vllm/a", it -> it.baseUrl("https://vllm.svc/v1")));
        try (ModelRouter router = builder.build()) {
            for (String other : List.of("https://evil.example/v1", "http://vllm.svc/v1")) {
                assertThatThrownBy(() -> router.update(table ->
                                table.model("n", model -> model.deployment("vllm/a", it -> it.baseUrl(other)))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("model \"n\": deployment \"vllm/a\": ")
                        .hasMessageContaining("allowedHosts(...)");
            }
            for (String model : List.of("m", "vllm/direct")) {
                assertThat(router.chat(model, "hi").text()).isEqualTo("AllowedHosts[vllm.svc] over HTTPS");
            }
        }
    }
}
