package dev.aigw.routing.access.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Caller;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store of keys keeps to. */
@Timeout(120)
public abstract class KeyStoreContract {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00.123Z");

    protected KeyStoreContract() {}

    /** Returns the store, with nothing in it; the same for each call in one test. */
    protected abstract KeyStore store();

    /** Returns the same store as another process opens it. */
    protected abstract KeyStore another();

    private static StoredKey key(String id, String tenant) {
        ApiKey.Draft draft = new ApiKey.Draft();
        draft.id = id;
        draft.name = "a name with ' and \" and %";
        draft.tenant = tenant;
        draft.createdAt = NOON;
        return new StoredKey(draft.build(), List.of(new KeySecret(new byte[] {1, 2, 3}, "2026", null, null)), 0);
    }

    private static StoredKey named(StoredKey key, String name) {
        ApiKey.Draft draft = key.key().draft();
        draft.name = name;
        return key.next(draft.build(), key.secrets());
    }

    @Test
    public void whatWasAddedIsFoundWhole() {
        ApiKey.Draft draft = key("0000000000000001", "acme").key().draft();
        draft.user = "ada";
        draft.tier = "gold";
        draft.roles = Set.of("analyst", "admin");
        draft.scopes = Set.of("chat");
        draft.labels = Map.of("team", "Größe ☃ 漢字 \uD83D\uDE00", "quote", "'; DROP TABLE aigw_keys; --");
        draft.expiresAt = NOON.plusSeconds(60);
        draft.revokedAt = NOON.plusSeconds(5);
        StoredKey whole = new StoredKey(
                draft.build(),
                List.of(
                        new KeySecret(new byte[] {1}, null, new byte[] {9, 8}, NOON),
                        new KeySecret(new byte[] {2}, "2026", null, null)),
                7);

        assertThat(store().add(whole)).isTrue();

        for (KeyStore each : List.of(store(), another())) {
            StoredKey found = each.find(whole.id());
            assertThat(found).isNotNull();
            assertThat(found.toJson()).isEqualTo(whole.toJson());
            assertThat(found.version()).isEqualTo(7);
            assertThat(found.tenant()).isEqualTo("acme");
        }
        assertThat(store().find("0000000000000002")).isNull();
    }

    @Test
    public void anIdIsTakenOnce() {
        assertThat(store().add(key("0000000000000001", "acme"))).isTrue();
        assertThat(store().add(key("0000000000000001", "other"))).isFalse();
        assertThat(another().add(key("0000000000000001", "other"))).isFalse();
        assertThat(store().find("0000000000000001").tenant()).isEqualTo("acme");
    }

    @Test
    public void onlyTheNextVersionReplaces() {
        StoredKey first = key("0000000000000001", "acme");
        store().add(first);
        StoredKey second = named(first, "second");

        assertThat(store().replace(second, 1)).isFalse();
        assertThat(store().replace(second, 0)).isTrue();
        assertThat(another().replace(named(first, "lost"), 0)).isFalse();
        assertThat(store().replace(key("0000000000000002", "acme"), 0))
                .as("not there")
                .isFalse();

        assertThat(store().find(first.id()).key().name()).isEqualTo("second");
        assertThat(another().find(first.id()).version()).isEqualTo(1);
        assertThat(store().find("0000000000000002")).isNull();
    }

    @Test
    public void whatWasRemovedIsGone() {
        store().add(key("0000000000000001", "acme"));

        store().remove("0000000000000001");
        store().remove("0000000000000001");

        assertThat(store().find("0000000000000001")).isNull();
        assertThat(another().find("0000000000000001")).isNull();
        assertThat(store().list("acme", null, 10)).isEmpty();
        assertThat(store().list(null, null, 10)).isEmpty();
        assertThat(store().add(key("0000000000000001", "other"))).isTrue();
    }

    @Test
    public void tenantsAreListedInPagesAndComparedExactly() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String id = "a00000000000000" + i;
            store().add(key(id, "acme"));
            ids.add(id);
        }
        List<String> others = List.of("ACME", "acmé", "acm", "acme2", "%", "' OR '1'='1", "acme*", "acm?");
        for (int i = 0; i < others.size(); i++) {
            store().add(key("b00000000000000" + i, others.get(i)));
        }

        List<String> listed = new ArrayList<>();
        String after = null;
        List<Integer> sizes = new ArrayList<>();
        do {
            List<StoredKey> page = store().list("acme", after, 3);
            page.forEach(each -> listed.add(each.id()));
            sizes.add(page.size());
            after = page.isEmpty() ? null : page.get(page.size() - 1).id();
        } while (sizes.get(sizes.size() - 1) == 3);

        assertThat(listed).containsExactlyElementsOf(ids);
        assertThat(sizes).containsExactly(3, 3, 1);
        for (String other : others) {
            assertThat(another().list(other, null, 100)).as(other).hasSize(1);
        }
        assertThat(store().list(null, null, 100)).hasSize(7 + others.size());
        assertThat(store().list("nobody", null, 100)).isEmpty();
    }

    @Test
    public void theLastUseOnlyAdvancesAndIsNoChange() {
        StoredKey key = key("0000000000000001", "acme");
        store().add(key);

        store().used(Map.of(key.id(), NOON.plusSeconds(60), "gone000000000000", NOON));
        another().used(Map.of(key.id(), NOON));

        assertThat(store().find(key.id()).key().lastUsed()).isEqualTo(NOON.plusSeconds(60));
        assertThat(store().find(key.id()).version()).isZero();
        assertThat(store().find("gone000000000000")).isNull();
        assertThat(store().replace(named(key, "changed"), 0)).isTrue();
        assertThat(another().find(key.id()).key().lastUsed())
                .as("a change keeps it")
                .isEqualTo(NOON.plusSeconds(60));
        assertThat(another().list("acme", null, 10).get(0).key().lastUsed()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    public void idsOfAnotherKindFindNothing() {
        store().add(key("0000000000000001", "acme"));

        for (String id : List.of("", "' OR '1'='1", "%", "*", "0000000000000001 ", "\u0000", "x}:{y", "../keys")) {
            assertThat(store().find(id)).as(id).isNull();
        }
    }

    @Test
    public void ofChangesAtOnceNoneIsLost() throws Exception {
        StoredKey key = key("0000000000000001", "acme");
        store().add(named(key, ""));
        int threads = 4;
        int each = 25;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                KeyStore mine = t % 2 == 0 ? store() : another();
                all.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        StoredKey before;
                        do {
                            before = mine.find(key.id());
                        } while (!mine.replace(named(before, before.key().name() + "x"), before.version()));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(store().find(key.id()).key().name()).isEqualTo("x".repeat(threads * each));
    }

    @Test
    public void keysLiveTheirWholeLifeInIt() {
        try (ApiKeys here = ApiKeys.builder().store(store()).build();
                ApiKeys there = ApiKeys.builder()
                        .store(another())
                        .cacheTime(Duration.ZERO)
                        .build()) {
            MintedKey minted = here.mint(KeySpec.builder("reports", "acme")
                    .scope("chat")
                    .label("a", "b")
                    .build());
            Caller caller =
                    there.authenticate(PresentedCredential.of(minted.secret())).caller();
            assertThat(caller).isNotNull();
            assertThat(caller.key()).isEqualTo(minted.id());
            assertThat(caller.scopes()).containsExactly("chat");

            MintedKey rotated = there.rotate(minted.id());
            assertThat(rotated.secret()).isNotEqualTo(minted.secret());
            assertThat(kind(there, minted)).isEqualTo(AuthenticationResult.Kind.ACCEPTED);
            assertThat(kind(there, rotated)).isEqualTo(AuthenticationResult.Kind.ACCEPTED);

            there.update(minted.id(), change -> change.tier("gold"));
            assertThat(there.authenticate(PresentedCredential.of(minted.secret()))
                            .caller()
                            .tier())
                    .isEqualTo("gold");

            assertThat(there.revokeTenant("acme")).isEqualTo(1);
            assertThat(kind(there, rotated)).isEqualTo(AuthenticationResult.Kind.REJECTED);
            assertThat(here.find(minted.id()).revokedAt()).isNotNull();
            here.flush();
            there.flush();
            assertThat(here.find(minted.id()).lastUsed()).isNotNull();
        }
    }

    private static AuthenticationResult.Kind kind(ApiKeys keys, MintedKey key) {
        return keys.authenticate(PresentedCredential.of(key.secret())).kind();
    }
}
