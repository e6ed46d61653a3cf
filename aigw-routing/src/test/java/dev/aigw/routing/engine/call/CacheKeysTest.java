package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.engine.call.CacheKeys.Sharing;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CacheKeysTest {

    private static final StageLab LAB = new StageLab(new VirtualEnvironment(1));

    private static Hop hop(Caller caller) {
        return LAB.hop(
                ChatRequest.CHAT,
                ChatRequest.of("m", "hello"),
                CallOptions.builder().caller(caller).build(),
                call -> null);
    }

    private static String scope(Sharing sharing, Caller caller) {
        return new CacheKeys(sharing).key(hop(caller)).scope();
    }

    private static Caller caller(@Nullable String tenant, @Nullable String user, @Nullable String key) {
        Caller.Builder caller = Caller.builder();
        if (tenant != null) {
            caller.tenant(tenant);
        }
        if (user != null) {
            caller.user(user);
        }
        if (key != null) {
            caller.key(key);
        }
        return caller.build();
    }

    @Provide
    static Arbitrary<Caller> callers() {
        Arbitrary<String> names = Arbitraries.of("", "a", "/", "%", "%25", "%2F", "a/b", "b", "/b", "%all", "//k", "k");
        Arbitrary<String> maybe = names.injectNull(0.3);
        return Combinators.combine(maybe, maybe, maybe).as(CacheKeysTest::caller);
    }

    @Property(tries = 2_000)
    void onlyCallersOfOneTenantShare(@ForAll("callers") Caller one, @ForAll("callers") Caller other) {
        boolean same = one.tenant() != null || other.tenant() != null
                ? Objects.equals(one.tenant(), other.tenant())
                : one.user() != null || other.user() != null
                        ? Objects.equals(one.user(), other.user())
                        : Objects.equals(one.key(), other.key());

        assertThat(scope(Sharing.TENANT, one).equals(scope(Sharing.TENANT, other)))
                .isEqualTo(same);
        assertThat(scope(Sharing.TENANT, one)).isNotEqualTo(scope(Sharing.ALL, other));
    }

    @Property(tries = 2_000)
    void onlyOneUserOfOneTenantShares(@ForAll("callers") Caller one, @ForAll("callers") Caller other) {
        CacheKeys keys = new CacheKeys(Sharing.USER);
        if (!keys.serve(hop(one).call()) || !keys.serve(hop(other).call())) {
            assertThat(one.user() == null || other.user() == null).isTrue();
            return;
        }
        boolean same = Objects.equals(one.tenant(), other.tenant()) && Objects.equals(one.user(), other.user());

        assertThat(scope(Sharing.USER, one).equals(scope(Sharing.USER, other))).isEqualTo(same);
    }

    @Test
    void anonymousCallersShareAndEmptyNamesAreNotMissingOnes() {
        assertThat(scope(Sharing.TENANT, Caller.ANONYMOUS)).isEmpty();
        assertThat(Stream.of(
                                Caller.ANONYMOUS,
                                Caller.ofTenant(""),
                                caller(null, "", null),
                                caller(null, "ada", null),
                                caller(null, null, "k-1"))
                        .map(caller -> scope(Sharing.TENANT, caller)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aCallerWithoutAUserHasNoKeyWhereUsersDoNotShare() {
        Hop anonymous = hop(Caller.ofTenant("acme"));

        assertThat(new CacheKeys(Sharing.USER).serve(anonymous.call())).isFalse();
        assertThatThrownBy(() -> new CacheKeys(Sharing.USER).key(anonymous)).hasMessageContaining("without a user");
    }

    @Test
    void whatTheOptionsRequireOfADeploymentIsPartOfTheKey() {
        Hop strict = LAB.hop(
                ChatRequest.CHAT,
                ChatRequest.of("m", "hello"),
                CallOptions.builder().region("eu").build(),
                call -> null);

        assertThat(new CacheKeys(Sharing.ALL).key(strict).conditions()).isEqualTo(List.of("region eu"));
        assertThat(new CacheKeys(Sharing.ALL).key(strict))
                .isNotEqualTo(new CacheKeys(Sharing.ALL).key(hop(Caller.ANONYMOUS)));
    }
}
