package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.VirtualEnvironment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
        assertThat(Instances.authority("http://127.0.0.1/v1?sig=secret")).isEqualTo("127.0.0.1/v1");
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
}
