package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.routing.access.AuthenticationResult.Kind;
import dev.aigw.routing.access.PresentedCredential;
import dev.aigw.routing.access.keys.ApiKey;
import dev.aigw.routing.access.keys.ApiKeys;
import dev.aigw.routing.access.keys.KeySpec;
import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.access.keys.KeyStoreContract;
import dev.aigw.routing.access.keys.KeyStoreException;
import dev.aigw.routing.access.keys.MintedKey;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisKeyStoreTest extends KeyStoreContract {

    private final RedisProcess server = RedisProcess.started();
    private SharedRedis one;
    private SharedRedis other;

    @BeforeAll
    void connect() {
        one = connection();
        other = connection();
    }

    @AfterEach
    void empty() {
        one.ask(commands -> commands.flushall());
    }

    @AfterAll
    void stop() {
        one.close();
        other.close();
        server.close();
    }

    /** Returns the connection of one more JVM, whose bound no busy machine passes. */
    private SharedRedis connection() {
        return SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
    }

    @Override
    protected KeyStore store() {
        return one.keyStore();
    }

    @Override
    protected KeyStore another() {
        return other.keyStore();
    }

    private static KeySpec spec(String tenant) {
        return KeySpec.builder("reports", tenant).build();
    }

    private static Kind kind(ApiKeys keys, MintedKey key) {
        return keys.authenticate(PresentedCredential.of(key.secret())).kind();
    }

    @Test
    void aRevocationReachesAnotherJvmThoughItHasACopy() {
        try (ApiKeys here = ApiKeys.builder().store(store()).build();
                ApiKeys there = ApiKeys.builder().store(another()).build()) {
            MintedKey minted = here.mint(spec("acme"));
            assertThat(kind(there, minted)).isEqualTo(Kind.ACCEPTED);
            here.revoke(minted.id());

            while (kind(there, minted) == Kind.ACCEPTED) {
                Thread.onSpinWait(); // until the copy is over, which is a second old at most
            }
            assertThat(kind(there, minted)).isEqualTo(Kind.REJECTED);
        }
    }

    @Test
    void redisHasHashesAndNoSecret() {
        try (ApiKeys keys = ApiKeys.builder().store(store()).build()) {
            MintedKey minted = keys.mint(spec("acme"));
            Map<String, byte[]> fields = one.ask(commands -> commands.hgetall("aigw:key:{" + minted.id() + "}"));
            List<String> names = one.ask(commands -> commands.keys("*"));

            assertThat(fields).containsOnlyKeys("v", "r");
            String secret = minted.secret().substring(22, 30);
            assertThat(new String(fields.get("r"), StandardCharsets.UTF_8))
                    .contains("\"hash\"")
                    .doesNotContain(secret);
            assertThat(names).hasSize(3).noneMatch(name -> name.contains(secret));
        }
    }

    @Test
    void whatAnIndexHasTooMuchIsSkipped() {
        try (ApiKeys keys = ApiKeys.builder().store(store()).build()) {
            MintedKey minted = keys.mint(spec("acme"));
            for (int i = 0; i < 500; i++) {
                String gone = String.format(Locale.ROOT, "%016d", i);
                one.ask(commands -> commands.zadd("aigw:keys:{all}", 0.0, gone.getBytes(StandardCharsets.UTF_8)));
            }

            assertThat(keys.list(null, null, 10)).extracting(ApiKey::id).containsExactly(minted.id());
        }
    }

    @Test
    void withoutRedisNobodyIsLetInAndAKillAndARestartAreBridged() {
        try (RedisProcess mine = RedisProcess.started("--appendonly yes", "--appendfsync always");
                SharedRedis redis = SharedRedis.builder()
                        .uri(mine.uri())
                        .connectWait(Duration.ofSeconds(20))
                        .timeout(Duration.ofSeconds(20))
                        .probeEvery(Duration.ofMillis(20))
                        .build();
                ApiKeys keys = ApiKeys.builder()
                        .store(redis.keyStore())
                        .outageTolerance(Duration.ofMinutes(10))
                        .build();
                ApiKeys strict = ApiKeys.builder()
                        .store(redis.keyStore())
                        .cacheTime(Duration.ZERO)
                        .outageTolerance(Duration.ZERO)
                        .build()) {
            MintedKey minted = keys.mint(spec("acme"));
            assertThat(kind(strict, minted)).isEqualTo(Kind.ACCEPTED);
            mine.kill();

            assertThat(kind(strict, minted)).isEqualTo(Kind.UNAVAILABLE);
            assertThat(kind(keys, minted)).isEqualTo(Kind.ACCEPTED);
            assertThatThrownBy(() -> keys.revoke(minted.id())).isInstanceOf(KeyStoreException.class);
            mine.start();
            while (kind(strict, minted) != Kind.ACCEPTED) {
                Thread.onSpinWait();
            }
            keys.revoke(minted.id());
            assertThat(kind(keys, minted)).isEqualTo(Kind.REJECTED);
            assertThat(kind(strict, minted)).isEqualTo(Kind.REJECTED);
        }
    }

    @Test
    void theListedRightsAreEnough() throws IOException {
        String fleet = Files.readString(Path.of("guide", "fleet.md"));
        Matcher listed =
                Pattern.compile("ACL SETUSER aigw on >password ([^`]+)").matcher(fleet);
        assertThat(listed.find()).isTrue();
        String more = "+zrangebylex";
        assertThat(Files.readString(Path.of("guide", "api-keys.md"))).contains("`" + more + "`");
        RedisClient client = RedisClient.create();
        try (client;
                StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(server.uri()))) {
            CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
            String words = "SETUSER keys on >pass " + listed.group(1).strip() + " " + more;
            List.of(words.split("\\s+", -1)).forEach(args::add);
            connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
        }
        try (SharedRedis poor = SharedRedis.builder()
                        .uri("redis://keys:pass@127.0.0.1:" + server.port())
                        .timeout(Duration.ofSeconds(20))
                        .connectWait(Duration.ofSeconds(20))
                        .build();
                ApiKeys keys = ApiKeys.builder().store(poor.keyStore()).build()) {
            MintedKey minted = keys.mint(spec("acme"));
            assertThat(kind(keys, minted)).isEqualTo(Kind.ACCEPTED);
            keys.close();
            assertThat(keys.rotate(minted.id()).key().lastUsed()).isNotNull();
            assertThat(keys.revokeTenant("acme")).isEqualTo(1);
            keys.remove(minted.id());
            assertThat(keys.list("acme")).isEmpty();
        }
    }
}
