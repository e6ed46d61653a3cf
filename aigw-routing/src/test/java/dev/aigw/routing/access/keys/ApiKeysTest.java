package dev.aigw.routing.access.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuditEvent;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.AuthenticationResult.Kind;
import dev.aigw.routing.access.PresentedCredential;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

    private static final String PEPPER = "0123456789abcdef0123456789abcdef";
    private static final String NEW_PEPPER = "fedcba9876543210fedcba9876543210";
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final KeyStore store = KeyStore.inMemory();
    private final List<AuditEvent> events = new ArrayList<>();
    private final ApiKeys keys = builder().build();

    @AfterEach
    void close() {
        keys.close();
    }

    private ApiKeys.Builder builder() {
        return ApiKeys.builder()
                .store(store)
                .serverSecret("2026", PEPPER)
                .clock(now::get)
                .audit(events::add);
    }

    private MintedKey mint(String tenant) {
        return keys.mint(KeySpec.builder("reports", tenant).build());
    }

    private AuthenticationResult check(String key) {
        return keys.authenticate(PresentedCredential.of(key));
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
    }

    /** Returns the same text with one character changed. */
    private static String changed(String key, int at) {
        char c = key.charAt(at) == 'a' ? 'b' : 'a';
        return key.substring(0, at) + c + key.substring(at + 1);
    }

    @Test
    void aMintedKeyIsItsCallers() {
        MintedKey minted = keys.mint(KeySpec.builder("nightly reports", "acme")
                .user("ada")
                .role("analyst")
                .scope("chat")
                .tier("gold")
                .label("team", "finance")
                .expiresAt(NOON.plusSeconds(60))
                .build());

        assertThat(check(minted.secret()).caller())
                .isEqualTo(Caller.builder()
                        .key(minted.id())
                        .tenant("acme")
                        .user("ada")
                        .role("analyst")
                        .scope("chat")
                        .tier("gold")
                        .label("team", "finance")
                        .build());
        Caller let = Access.builder()
                .authenticator(keys)
                .build()
                .authenticate(PresentedCredential.authorization("Bearer " + minted.secret()));
        assertThat(let.isAuthenticated()).isTrue();
        assertThat(keys.find(minted.id()).name()).isEqualTo("nightly reports");
        assertThat(keys.find(minted.id()).createdAt()).isEqualTo(NOON);
    }

    @Test
    void scannersFindKeysByPatternAndTheChecksumTellsThemFromOthers() {
        String key = mint("acme").secret();

        assertThat(key).matches("aigw_[0-9a-z]{16}_[0-9A-Za-z]{36}");
        assertThat(Pattern.compile(keys.pattern())
                        .matcher("x = \"" + key + "\";")
                        .results())
                .hasSize(1);
        assertThat(KeyFormat.checksum("123456789"))
                .as("CRC-32's check value, cbf43926")
                .isEqualTo("3jZRME");
    }

    @Test
    void noTwoKeysShareASecretOrAnId() {
        Set<String> secrets = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            MintedKey minted = mint("acme");
            secrets.add(minted.secret().substring(22));
            ids.add(minted.id());
        }
        assertThat(secrets).hasSize(1_000);
        assertThat(ids).hasSize(1_000);
    }

    // What is not a key.

    @Test
    void aKeyThatIsCutOrExtendedIsRefused() {
        String key = mint("acme").secret();

        for (int length = "aigw_".length(); length < key.length(); length++) {
            assertThat(check(key.substring(0, length)).kind()).isEqualTo(Kind.REJECTED);
        }
        for (String more : List.of("0", " x", "\u0000", "_", "=", "%00", key)) {
            assertThat(check(key + more).kind()).isEqualTo(Kind.REJECTED);
        }
    }

    @Test
    void aKeyWithAnyCharacterChangedIsRefusedByItsChecksum() {
        FaultyStore far = new FaultyStore();
        try (ApiKeys there = ApiKeys.builder().store(far).build()) {
            String key = there.mint(KeySpec.builder("reports", "acme").build()).secret();
            for (int at = "aigw_".length(); at < key.length(); at++) {
                assertThat(there.authenticate(PresentedCredential.of(changed(key, at)))
                                .kind())
                        .isEqualTo(Kind.REJECTED);
            }
        }
        assertThat(far.finds).as("typos cost no look-up").hasValue(0);
    }

    @Test
    void aMadeUpKeyWithARightChecksumIsRefused() {
        MintedKey minted = mint("acme");
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());

        AuthenticationResult unknown = check(format.write(format.newId(), format.newSecret()));
        AuthenticationResult wrong = check(format.write(minted.id(), format.newSecret()));

        assertThat(unknown.kind()).isEqualTo(Kind.REJECTED);
        assertThat(unknown.reason()).isEqualTo("there is no such key");
        assertThat(wrong.kind()).isEqualTo(Kind.REJECTED);
        assertThat(wrong.reason()).isEqualTo("the secret is wrong");
        assertThat(wrong.key()).isEqualTo(minted.id());
    }

    @Test
    void theSecretOfAnotherKeyIsRefused() {
        MintedKey one = mint("acme");
        MintedKey other = mint("other");
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());

        assertThat(check(format.write(one.id(), format.parse(other.secret()).secret()))
                        .kind())
                .isEqualTo(Kind.REJECTED);
    }

    @Test
    void aHashThatWasCopiedToAnotherRecordFitsNoSecret() {
        MintedKey mine = mint("attacker");
        MintedKey theirs = mint("acme");
        StoredKey victim = store.find(theirs.id());
        store.replace(victim.next(victim.key(), store.find(mine.id()).secrets()), victim.version());
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());

        assertThat(check(format.write(theirs.id(), format.parse(mine.secret()).secret()))
                        .kind())
                .isEqualTo(Kind.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "aigw", "sk_live_abc", "Bearer", "AIGW_", "aigw2_", "xaigw_", "eyJhbGciOiJub25lIn0.e30."})
    void aCredentialOfAnotherPrefixIsLeftToOthers(String presented) {
        String rest = mint("acme").secret().substring("aigw_".length());

        assertThat(check(presented).kind()).isEqualTo(Kind.NOT_MINE);
        assertThat(check(presented + (presented.endsWith("_") ? rest : "")).kind())
                .isEqualTo(Kind.NOT_MINE);
        assertThat(keys.authenticate(PresentedCredential.principal("ada")).kind())
                .isEqualTo(Kind.NOT_MINE);
    }

    @Test
    void keysOfAnotherPrefixAreNotKnownHere() {
        try (ApiKeys mine = builder().prefix("acmeai").build()) {
            MintedKey minted = mine.mint(KeySpec.builder("reports", "acme").build());

            assertThat(minted.secret()).startsWith("acmeai_");
            assertThat(mine.authenticate(PresentedCredential.of(minted.secret()))
                            .kind())
                    .isEqualTo(Kind.ACCEPTED);
            String reprefixed = "aigw" + minted.secret().substring("acmeai".length());
            assertThat(check(reprefixed).kind())
                    .as("the checksum covers the prefix")
                    .isEqualTo(Kind.REJECTED);
        }
        for (String wrong : List.of("", "a", "with_underscore", "a-b", "9abc", "ключ", "a".repeat(17), "a\n")) {
            assertThatThrownBy(() -> ApiKeys.builder().prefix(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void caseAndLookAlikesMakeAnotherKey() {
        String key = mint("acme").secret();
        int secretAt = "aigw_".length() + 17;

        assertThat(check(key.toUpperCase(Locale.ROOT)).caller()).isNull();
        assertThat(check(key.substring(0, 5)
                                + key.substring(5, secretAt).toUpperCase(Locale.ROOT)
                                + key.substring(secretAt))
                        .caller())
                .isNull();
        String[][] alike = {
            {"a", "\u0430"}, {"a", "\uFF41"}, {"0", "\uFF10"}, {"_", "\uFF3F"}, {"g", "g\u200B"}, {"K", "\u212A"}
        };
        for (String[] pair : alike) {
            String fake = key.replace(pair[0], pair[1]);
            if (!fake.equals(key)) {
                assertThat(check(fake).caller()).as(pair[1]).isNull();
            }
        }
    }

    @Test
    void aKeyOfAMegabyteIsRefusedUnread() {
        FaultyStore far = new FaultyStore();
        try (ApiKeys there = ApiKeys.builder().store(far).build()) {
            AuthenticationResult result = there.authenticate(PresentedCredential.of("aigw_" + "a".repeat(1 << 20)));

            assertThat(result.kind()).isEqualTo(Kind.REJECTED);
            assertThat(result.reason()).hasSizeLessThan(100);
            assertThat(result.key()).isNull();
            assertThat(far.finds).hasValue(0);
        }
    }

    // The same work whatever is wrong.

    /** Counts what is hashed. */
    private static final class CountedHashes extends SecretHashes {

        final AtomicInteger keyed = new AtomicInteger();
        final AtomicInteger salted = new AtomicInteger();

        CountedHashes(Map<String, byte[]> secrets, @Nullable String current) {
            super(secrets, current, new SecureRandom());
        }

        @Override
        byte[] keyed(String serverSecret, byte[] message) {
            keyed.incrementAndGet();
            return super.keyed(serverSecret, message);
        }

        @Override
        byte[] salted(byte[] salt, byte[] message) {
            salted.incrementAndGet();
            return super.salted(salt, message);
        }

        String counts() {
            return "keyed " + keyed.getAndSet(0) + ", salted " + salted.getAndSet(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUnknownIdAWrongSecretARevokedKeyAndTheRightOneTakeTheSameHashing(boolean withServerSecret) {
        CountedHashes hashes = withServerSecret
                ? new CountedHashes(Map.of("2026", PEPPER.getBytes(StandardCharsets.UTF_8)), "2026")
                : new CountedHashes(Map.of(), null);
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());
        try (ApiKeys counted = ApiKeys.builder().store(store).clock(now::get).build(hashes)) {
            MintedKey right = counted.mint(KeySpec.builder("reports", "acme").build());
            MintedKey revoked = counted.mint(KeySpec.builder("reports", "acme").build());
            counted.revoke(revoked.id());
            MintedKey expired = counted.mint(KeySpec.builder("reports", "acme")
                    .expiresAt(NOON.minusSeconds(1))
                    .build());
            hashes.counts();

            List<String> counts = new ArrayList<>();
            for (String presented : List.of(
                    right.secret(),
                    revoked.secret(),
                    expired.secret(),
                    format.write(right.id(), format.newSecret()),
                    format.write(revoked.id(), format.newSecret()),
                    format.write(format.newId(), format.newSecret()))) {
                counted.authenticate(PresentedCredential.of(presented));
                counts.add(hashes.counts());
            }

            assertThat(counts).containsOnly(withServerSecret ? "keyed 1, salted 0" : "keyed 0, salted 1");
        }
    }

    // The life of a key.

    @Test
    void aRevokedKeyIsRefusedAtOnceAndForEver() {
        MintedKey minted = mint("acme");

        ApiKey revoked = keys.revoke(minted.id());

        assertThat(check(minted.secret()).kind()).isEqualTo(Kind.REJECTED);
        assertThat(check(minted.secret()).reason()).isEqualTo("the key was revoked at " + NOON);
        assertThat(revoked.state(NOON)).isEqualTo(ApiKey.State.REVOKED);
        assertThatThrownBy(() -> keys.rotate(minted.id())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys.update(minted.id(), change -> change.expiresAt(null)))
                .isInstanceOf(IllegalStateException.class);
        pass(Duration.ofDays(1));
        assertThat(keys.revoke(minted.id()).revokedAt()).isEqualTo(NOON);
        assertThat(events)
                .filteredOn(event -> event.type() == AuditEvent.Type.KEY_REVOKED)
                .hasSize(1);
    }

    @Test
    void revokingATenantRevokesAllItsKeysAndNoOthers() {
        List<MintedKey> theirs = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            theirs.add(mint("acme"));
        }
        MintedKey other = mint("ACME");

        assertThat(keys.revokeTenant("acme")).isEqualTo(450);
        assertThat(keys.revokeTenant("acme")).isZero();

        assertThat(theirs).allMatch(key -> check(key.secret()).kind() == Kind.REJECTED);
        assertThat(check(other.secret()).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void aKeyExpiresToTheMomentAndALaterExpiryRevivesIt() {
        MintedKey minted = keys.mint(KeySpec.builder("reports", "acme")
                .expiresAt(NOON.plusSeconds(10))
                .build());
        pass(Duration.ofMillis(9_999));
        assertThat(check(minted.secret()).kind()).isEqualTo(Kind.ACCEPTED);
        pass(Duration.ofMillis(1));
        assertThat(check(minted.secret()).reason()).isEqualTo("the key expired at " + NOON.plusSeconds(10));
        assertThatThrownBy(() -> keys.rotate(minted.id())).isInstanceOf(IllegalStateException.class);

        keys.update(minted.id(), change -> change.expiresAt(null));

        assertThat(check(minted.secret()).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void theOldSecretOfARotatedKeyIsValidUntilTheOverlapEnds() {
        MintedKey old = mint("acme");
        MintedKey fresh = keys.rotate(old.id(), Duration.ofHours(1));

        assertThat(fresh.id()).isEqualTo(old.id());
        pass(Duration.ofHours(1).minusMillis(1));
        assertThat(check(old.secret()).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(check(fresh.secret()).kind()).isEqualTo(Kind.ACCEPTED);
        pass(Duration.ofMillis(1));
        assertThat(check(old.secret()).kind()).isEqualTo(Kind.REJECTED);
        assertThat(check(old.secret()).reason()).contains("rotated").contains("ended");
        assertThat(check(fresh.secret()).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void aRotationThatIsRepeatedEndsNoSecretThatIsInUse() {
        MintedKey old = mint("acme");
        keys.rotate(old.id());
        MintedKey second = keys.rotate(old.id());

        assertThat(check(old.secret()).kind()).isEqualTo(Kind.ACCEPTED);
        keys.rotate(old.id());
        keys.rotate(old.id());
        assertThatThrownBy(() -> keys.rotate(old.id()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wait for the overlap to end");

        MintedKey last = keys.rotate(old.id(), Duration.ZERO);
        assertThat(check(old.secret()).kind()).isEqualTo(Kind.REJECTED);
        assertThat(check(second.secret()).kind()).isEqualTo(Kind.REJECTED);
        assertThat(check(last.secret()).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void aLaterRotationDoesNotExtendAnEarlierOverlap() {
        MintedKey old = mint("acme");
        keys.rotate(old.id(), Duration.ofHours(1));
        keys.rotate(old.id(), Duration.ofDays(9));
        pass(Duration.ofHours(1));

        assertThat(check(old.secret()).kind()).isEqualTo(Kind.REJECTED);
    }

    @Test
    void anUpdateAppliesToTheNextCall() {
        MintedKey minted = mint("acme");

        keys.update(
                minted.id(),
                change -> change.tier("gold").scopes("chat").roles("staff").labels(Map.of("a", "b")));

        Caller caller = check(minted.secret()).caller();
        assertThat(caller.tier()).isEqualTo("gold");
        assertThat(caller.scopes()).containsExactly("chat");
        assertThat(caller.roles()).containsExactly("staff");
        assertThat(caller.labels()).containsExactly(Map.entry("a", "b"));
        keys.update(minted.id(), change -> change.tier(null));
        assertThat(check(minted.secret()).caller().tier()).isNull();
    }

    @Test
    void anIdThatIsNoneIsNotAskedFor() {
        for (String id : List.of("", "x", "' OR '1'='1", "0".repeat(1 << 20), "ABCDEFGHIJKLMNOP")) {
            assertThat(keys.find(id)).isNull();
            assertThatThrownBy(() -> keys.revoke(id)).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void onlyAKeyThatIsNotActiveIsRemoved() {
        MintedKey minted = mint("acme");
        assertThatThrownBy(() -> keys.remove(minted.id())).isInstanceOf(IllegalStateException.class);

        keys.revoke(minted.id());
        keys.remove(minted.id());

        assertThat(keys.find(minted.id())).isNull();
        assertThat(check(minted.secret()).reason()).isEqualTo("there is no such key");
    }

    // Texts.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a ",
                "\ta",
                "a\r\nX-Admin: true",
                "a\u0000",
                "a\u001B[31m",
                "a\u202Eb",
                "a\u200Bb",
                "a\u2028b",
                "\uD800",
                "\uE000",
                "e\u0301"
            })
    void textsThatLogsOrHeadersCouldTripOverAreRefused(String text) {
        assertThatThrownBy(() -> KeySpec.builder(text, "acme")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeySpec.builder("name", text)).isInstanceOf(IllegalArgumentException.class);
        KeySpec.Builder spec = KeySpec.builder("name", "acme");
        assertThatThrownBy(() -> spec.label("name", text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.label(text, "value")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.scope(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.role(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.tier(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.user(text)).isInstanceOf(IllegalArgumentException.class);
        MintedKey minted = mint("acme");
        assertThatThrownBy(() -> keys.update(minted.id(), change -> change.labels(Map.of("a", text))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.update(minted.id(), change -> change.scopes(text)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTenantThatOnlyLooksLikeAnotherInFullWidthIsRefused() {
        assertThatThrownBy(() -> KeySpec.builder("name", "ａｃｍｅ")).hasMessageContaining("NFKC");
        assertThat(KeySpec.builder("Größe ½", "größe").build()).isNotNull();
    }

    @Test
    void textsAndTheirNumberAreBounded() {
        assertThatThrownBy(() -> KeySpec.builder("a".repeat(201), "acme")).hasMessageContaining("200");
        KeySpec.Builder labels = KeySpec.builder("a".repeat(200), "acme");
        KeySpec.Builder scopes = KeySpec.builder("a", "acme");
        for (int i = 0; i < 65; i++) {
            scopes.scope("s" + i);
            labels.label("l" + i, "v");
        }
        assertThatThrownBy(labels::build).hasMessageContaining("32");
        assertThatThrownBy(scopes::build).hasMessageContaining("64");
        assertThatThrownBy(() -> keys.list(null, null, 1_001)).isInstanceOf(IllegalArgumentException.class);
    }

    // Secrets.

    @Test
    void noSecretShowsAnywhere() {
        MintedKey minted = mint("acme");
        MintedKey rotated = keys.rotate(minted.id());
        StoredKey stored = store.find(minted.id());
        PresentedCredential presented = PresentedCredential.of(minted.secret());
        AuthenticationResult wrong = check(changed(minted.secret(), 30));
        AuthenticationResult right = check(minted.secret());

        List<String> texts = new ArrayList<>(List.of(
                minted.toString(),
                rotated.toString(),
                minted.key().toString(),
                stored.toString(),
                stored.toJson(),
                stored.secrets().toString(),
                presented.toString(),
                wrong.toString(),
                right.toString(),
                keys.toString(),
                store.toString(),
                new KeyFormat("aigw", new SecureRandom()).parse(minted.secret()).toString()));
        events.forEach(event -> texts.add(event.toString() + event.reason() + event.key() + event.source()));

        for (MintedKey key : List.of(minted, rotated)) {
            String secret = key.secret().substring(22);
            for (int at = 0; at + 8 <= secret.length(); at++) {
                String part = secret.substring(at, at + 8);
                assertThat(texts).noneMatch(text -> text.contains(part));
            }
        }
        assertThat(texts).noneMatch(text -> text.contains(PEPPER));
        KeySecret hash = stored.secrets().get(0);
        assertThat(hash.hash()).isNotEqualTo(minted.secret().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRefusalTellsTheCallerNothing() {
        MintedKey minted = mint("acme");
        keys.revoke(minted.id());
        Access access = Access.builder().authenticator(keys).audit(events::add).build();

        assertThatThrownBy(() -> access.authenticate(PresentedCredential.of(minted.secret())))
                .isInstanceOf(GatewayException.class)
                .hasMessage("the caller's credential is not valid");
        AuditEvent last = events.get(events.size() - 1);
        assertThat(last.type()).isEqualTo(AuditEvent.Type.REJECTED);
        assertThat(last.key()).isEqualTo(minted.id());
        assertThat(last.reason()).contains("revoked");
    }

    // Server secrets.

    @Test
    void aServerSecretIsReplacedWithoutOutage() {
        MintedKey minted = mint("acme");
        PresentedCredential presented = PresentedCredential.of(minted.secret());
        try (ApiKeys next = ApiKeys.builder()
                        .store(store)
                        .serverSecret("2027", NEW_PEPPER)
                        .formerServerSecret("2026", PEPPER)
                        .build();
                ApiKeys last = ApiKeys.builder()
                        .store(store)
                        .serverSecret("2027", NEW_PEPPER)
                        .build()) {
            assertThat(last.authenticate(presented).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(next.authenticate(presented).kind()).isEqualTo(Kind.ACCEPTED);

            next.flush();

            assertThat(store.find(minted.id()).secrets().get(0).serverSecret()).isEqualTo("2027");
            assertThat(last.authenticate(presented).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void aServerSecretOfTheSameIdButAnotherValueLetsNobodyIn() {
        MintedKey minted = mint("acme");
        try (ApiKeys other =
                ApiKeys.builder().store(store).serverSecret("2026", NEW_PEPPER).build()) {
            assertThat(other.authenticate(PresentedCredential.of(minted.secret()))
                            .kind())
                    .isEqualTo(Kind.REJECTED);
        }
        assertThatThrownBy(() -> ApiKeys.builder().serverSecret("a", "short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("short");
    }

    @Test
    void saltedHashesGetAServerSecretLater() {
        MintedKey minted;
        try (ApiKeys salted = ApiKeys.builder().store(store).build()) {
            minted = salted.mint(KeySpec.builder("reports", "acme").build());
            assertThat(salted.authenticate(PresentedCredential.of(minted.secret()))
                            .kind())
                    .isEqualTo(Kind.ACCEPTED);
            assertThat(store.find(minted.id()).toJson()).contains("\"salt\"");
        }

        assertThat(check(minted.secret()).kind()).isEqualTo(Kind.ACCEPTED);
        keys.flush();

        assertThat(store.find(minted.id()).toJson()).doesNotContain("\"salt\"").contains("\"2026\"");
        assertThat(check(minted.secret()).kind()).isEqualTo(Kind.ACCEPTED);
    }

    // Audit.

    @Test
    void managementIsAuditedWithWhoDidWhat() {
        ApiKeys byAda = keys.by("ada@ops");
        MintedKey minted =
                byAda.mint(KeySpec.builder("reports", "acme").tier("free").build());
        byAda.rotate(minted.id());
        byAda.update(minted.id(), change -> change.tier("gold"));
        byAda.update(minted.id(), change -> change.tier("gold"));
        byAda.revoke(minted.id());

        assertThat(events)
                .extracting(AuditEvent::type)
                .containsExactly(
                        AuditEvent.Type.KEY_MINTED,
                        AuditEvent.Type.KEY_ROTATED,
                        AuditEvent.Type.KEY_CHANGED,
                        AuditEvent.Type.KEY_REVOKED);
        assertThat(events).allMatch(event -> minted.id().equals(event.key()) && "ada@ops".equals(event.source()));
        assertThat(events).allMatch(event -> "acme".equals(event.caller().tenant()));
        assertThat(events.get(2).reason()).isEqualTo("tier: free -> gold");
    }

    @Test
    void aListenerThatThrowsStopsNoRevocation() {
        try (ApiKeys noisy = ApiKeys.builder()
                .store(store)
                .audit(event -> {
                    throw new IllegalStateException("disk full");
                })
                .build()) {
            MintedKey minted = noisy.mint(KeySpec.builder("reports", "acme").build());
            noisy.revoke(minted.id());
            assertThat(noisy.authenticate(PresentedCredential.of(minted.secret()))
                            .kind())
                    .isEqualTo(Kind.REJECTED);
        }
    }

    // When it was last used.

    @Test
    void callsWriteNothingAndTheLastUseIsWrittenOnce() {
        FaultyStore far = new FaultyStore();
        ApiKeys there = ApiKeys.builder().store(far).clock(now::get).build();
        MintedKey minted = there.mint(KeySpec.builder("reports", "acme").build());
        int before = far.writes.get();
        for (int i = 0; i < 1_000; i++) {
            pass(Duration.ofSeconds(1));
            there.authenticate(PresentedCredential.of(minted.secret()));
        }
        assertThat(far.writes).hasValue(before);
        assertThat(there.find(minted.id()).lastUsed()).isEqualTo(now.get());
        assertThat(far.kept.find(minted.id()).key().lastUsed()).isNull();

        far.down = true;
        there.flush();
        far.down = false;
        there.close();

        assertThat(far.writes).hasValue(before + 1);
        assertThat(far.kept.find(minted.id()).key().lastUsed()).isEqualTo(now.get());
        assertThat(far.kept.find(minted.id()).version()).isZero();
    }

    @Test
    void aRefusedKeyCountsAsNotUsed() {
        MintedKey minted = mint("acme");
        keys.revoke(minted.id());
        check(minted.secret());

        assertThat(keys.find(minted.id()).lastUsed()).isNull();
    }

    // Many at once.

    @Test
    void nothingIsLostAndNoRevokedKeyIsAcceptedWhileManyManageAndCall() throws Exception {
        int threads = 4;
        AtomicBoolean over = new AtomicBoolean();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        MintedKey shared = mint("shared");
        ExecutorService executor = Executors.newFixedThreadPool(threads + 1);
        try {
            Future<?> caller = executor.submit(() -> {
                while (!over.get()) {
                    if (check(shared.secret()).caller() == null) {
                        wrong.add("the shared key is refused");
                    }
                }
            });
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int mine = t;
                all.add(executor.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        MintedKey key =
                                keys.mint(KeySpec.builder("k", "t" + mine).build());
                        MintedKey rotated = keys.rotate(key.id());
                        if (check(key.secret()).caller() == null
                                || check(rotated.secret()).caller() == null) {
                            wrong.add("a rotated key is refused");
                        }
                        keys.revoke(key.id());
                        if (check(key.secret()).caller() != null
                                || check(rotated.secret()).caller() != null) {
                            wrong.add("a revoked key is accepted");
                        }
                        keys.update(shared.id(), change -> {
                            List<String> scopes =
                                    new ArrayList<>(change.before().scopes());
                            if (scopes.size() < 60) {
                                scopes.add("s" + mine + "-" + scopes.size());
                            }
                            change.scopes(scopes.toArray(String[]::new));
                        });
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            over.set(true);
            caller.get(60, TimeUnit.SECONDS);
        } finally {
            executor.shutdownNow();
        }

        assertThat(wrong).isEmpty();
        assertThat(keys.find(shared.id()).scopes()).as("no update lost").hasSize(60);
        assertThat(store.list(null, null, 1_000)).hasSize(401);
    }
}
