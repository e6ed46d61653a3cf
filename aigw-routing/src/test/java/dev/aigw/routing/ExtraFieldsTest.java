package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExtraFieldsTest extends RouterHarness {

    private static final ChatRequest REQUEST = ChatRequest.builder("m")
            .user("hello")
            .extra("safety", "off")
            .extra("one", "container", "c1")
            .extra("two", "container", "c2")
            .extraEverywhere("session", 7)
            .build();

    private FakeProvider one = named("one").reply("from one").build();
    private FakeProvider two = named("two").reply("from two").build();

    ExtraFieldsTest() {
        super(11);
    }

    private FakeProvider.Builder named(String name) {
        return FakeProvider.builder(name).waiter(environment::await);
    }

    private ModelRouter.Builder router() {
        return builder(one, two)
                .model("m", model -> model.deployment("one/a").fallback("other"))
                .model("other", model -> model.deployment("two/b"));
    }

    private static Map<String, ?> sent(FakeProvider provider) {
        List<Map<String, ?>> all = provider.attempts().stream()
                .<Map<String, ?>>map(seen -> seen.request().extra())
                .toList();
        assertThat(all).isNotEmpty().allSatisfy(each -> assertThat(each).isEqualTo(all.get(0)));
        return all.get(0);
    }

    @ParameterizedTest
    @EnumSource(RouterHarness.Way.class)
    void aVendorGetsItsOwnFieldsAndThoseOfNobody(Way way) {
        try (ModelRouter router = router().build()) {
            ChatResponse response = way.chat(router, environment, REQUEST, CallOptions.DEFAULT);

            assertThat(sent(one)).isEqualTo(Map.of("safety", "off", "container", "c1", "session", 7));
            assertThat(response.route().warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(RouterHarness.Way.class)
    void aFallbackToAnotherVendorLeavesOutWhatWasForTheFirst(Way way) {
        one = named("one").fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = router().build()) {
            ChatResponse response = way.chat(router, environment, REQUEST, CallOptions.DEFAULT);

            assertThat(response.text()).isEqualTo("from two");
            assertThat(sent(one).get("safety")).isEqualTo("off");
            assertThat(sent(two)).isEqualTo(Map.of("container", "c2", "session", 7));
            assertThat(response.route().warnings())
                    .singleElement()
                    .asString()
                    .contains("two was not sent the extra fields [safety]", "extraEverywhere");
        }
    }

    @ParameterizedTest
    @EnumSource(RouterHarness.Way.class)
    void aVendorThatDoesNotKeepTheConversationIsNotAskedWithoutIt(Way way) {
        one = named("one").fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = router().build()) {
            ChatRequest request = ChatRequest.builder("m")
                    .user("And in winter?")
                    .extra("previous_response_id", "resp_1")
                    .build();
            assertThatThrownBy(() -> way.chat(router, environment, request, CallOptions.DEFAULT))
                    .isInstanceOf(GatewayException.class)
                    .hasStackTraceContaining("two does not have what previous_response_id names");
            assertThat(two.attempts()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(RouterHarness.Way.class)
    void aSecondDeploymentOfAnotherVendorDoesSoToo(Way way) {
        one = named("one").fail(ErrorKind.CONNECTION).build();
        try (ModelRouter router = builder(one, two)
                .model(
                        "m",
                        model -> model.deployment("one/a").deployment("two/b").strategy(RoutingStrategies.ordered()))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            assertThat(way.chat(router, environment, REQUEST, CallOptions.DEFAULT)
                            .text())
                    .isEqualTo("from two");
            assertThat(sent(two)).doesNotContainKey("safety");

            way.chat(router, environment, REQUEST, CallOptions.DEFAULT);
            assertThat(two.attempts())
                    .as("an answer to less than was asked is not stored")
                    .hasSize(2);
        }
    }

    @Test
    void aStreamThatBreaksGoesOnWithoutThem() {
        one = named("one")
                .streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "from "))
                .build();
        try (ModelRouter router = router().build();
                ChatStream stream = router.stream(REQUEST)) {
            ChatResponse response = stream.response();
            assertThat(response.text()).isEqualTo("from two");
            assertThat(sent(two)).isEqualTo(Map.of("container", "c2", "session", 7));
            assertThat(response.route().warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("[safety]"));
        }
    }

    @Test
    void adaptersOfOneVendorShareThem() {
        one = named("one").fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = builder(new OfVendor(one), new OfVendor(two))
                .model("m", model -> model.deployment("one/a").fallback("other"))
                .model("other", model -> model.deployment("two/b"))
                .build()) {
            ChatRequest request =
                    REQUEST.toBuilder().extra("acme", "region", "eu").build();
            assertThat(router.chat(request).route().warnings()).isEmpty();
            assertThat(sent(two)).isEqualTo(Map.of("safety", "off", "container", "c2", "session", 7, "region", "eu"));
        }
    }

    @Test
    void everyOperationWithExtraFieldsHasScopes() {
        try (ModelRouter router =
                builder(one, two).model("e", model -> model.deployment("two/b")).build()) {
            router.embed(EmbeddingRequest.builder("e")
                    .input("x")
                    .extra("two", "input_type", "query")
                    .extra("one", "task", "search")
                    .build());
            assertThat(sent(two)).isEqualTo(Map.of("input_type", "query"));
        }
    }

    @Test
    void whatIsSentIsPartOfACallsIdentity() {
        assertThat(REQUEST.toBuilder().extra("two", "container", "c3").build().cacheIdentity())
                .isNotEqualTo(REQUEST.cacheIdentity());
        assertThatThrownBy(() -> ChatRequest.builder("m").extra("a/b", "c", 1)).hasMessageContaining("adapter");
    }

    /** An adapter of the vendor "acme", whatever its name is. */
    private record OfVendor(ProviderAdapter adapter) implements ProviderAdapter {

        @Override
        public String name() {
            return adapter.name();
        }

        @Override
        public String vendor() {
            return "acme";
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return adapter.supports(operation);
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            return adapter.call(operation, request, attempt);
        }
    }
}
