package dev.aigw.routing.redis;

import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.access.keys.StoredKey;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps API keys in Redis, each in a hash of its own with its version, its record and the time of its last use. Changes
 * of one are atomic by scripts. Two indexes, of all keys and of each tenant's, are written before a key is added and
 * after it was removed, so that no key is missing in them; what they have too much is skipped. Safe for use by many
 * threads.
 */
final class RedisKeyStore implements KeyStore {

    private static final String RECORD = "key";
    private static final String INDEX = "keys";
    private static final String RECORD_FIELD = "r";
    private static final String USED_FIELD = "u";
    private static final int AT_ONCE = 200;

    /** What can be an id: nothing that would end a hash tag. */
    private static final Pattern ID = Pattern.compile("[0-9a-z]{1,64}");

    // Only commands that the other features use as well, so that one access list serves all.

    private static final Script ADD = new Script("""
            if redis.call('HMGET', KEYS[1], 'v')[1] then return 0 end
            redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', ARGV[2])
            if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'u', ARGV[3]) end
            return 1
            """);
    private static final Script REPLACE = new Script("""
            if redis.call('HMGET', KEYS[1], 'v')[1] ~= ARGV[1] then return 0 end
            redis.call('HSET', KEYS[1], 'v', ARGV[2], 'r', ARGV[3])
            return 1
            """);
    private static final Script USED = new Script("""
            local known = redis.call('HMGET', KEYS[1], 'v', 'u')
            if not known[1] or (known[2] and tonumber(known[2]) >= tonumber(ARGV[1])) then return 0 end
            redis.call('HSET', KEYS[1], 'u', ARGV[1])
            return 1
            """);

    private final SharedRedis redis;

    RedisKeyStore(SharedRedis redis) {
        this.redis = redis;
    }

    private String record(String id) {
        return redis.key(RECORD, id, "");
    }

    private String index(@Nullable String tenant) {
        return redis.key(INDEX, tenant == null ? "all" : "tenant-" + digest(tenant), "");
    }

    /** Returns a name for a tenant that has no braces and a bounded length. */
    private static String digest(String tenant) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(tenant.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Command<Long> script(Script script, String id, String... args) {
        String[] keys = {record(id)};
        byte[][] values = new byte[args.length][];
        for (int i = 0; i < args.length; i++) {
            values[i] = bytes(args[i]);
        }
        return commands -> script.run(commands, ScriptOutputType.INTEGER, keys, values);
    }

    @Override
    public @Nullable StoredKey find(String id) {
        return ID.matcher(id).matches() ? read(redis.ask(reading(id))) : null;
    }

    private Command<List<KeyValue<String, byte[]>>> reading(String id) {
        String key = record(id);
        return commands -> commands.hmget(key, RECORD_FIELD, USED_FIELD);
    }

    private static @Nullable StoredKey read(List<KeyValue<String, byte[]>> fields) {
        KeyValue<String, byte[]> record = fields.get(0);
        KeyValue<String, byte[]> used = fields.get(1);
        if (!record.hasValue()) {
            return null;
        }
        StoredKey key = StoredKey.fromJson(text(record.getValue()));
        return used.hasValue() ? key.usedAt(Instant.ofEpochMilli(Long.parseLong(text(used.getValue())))) : key;
    }

    @Override
    public boolean add(StoredKey key) {
        for (String index : List.of(index(null), index(key.tenant()))) {
            redis.ask(commands -> commands.zadd(index, 0.0, bytes(key.id())));
        }
        Instant used = key.key().lastUsed();
        long added = redis.ask(script(
                ADD,
                key.id(),
                Long.toString(key.version()),
                key.toJson(),
                used == null ? "" : Long.toString(used.toEpochMilli())));
        return added == 1;
    }

    @Override
    public boolean replace(StoredKey key, long version) {
        long replaced = redis.ask(
                script(REPLACE, key.id(), Long.toString(version), Long.toString(key.version()), key.toJson()));
        return replaced == 1;
    }

    @Override
    public void remove(String id) {
        StoredKey known = find(id);
        if (known == null) {
            return;
        }
        String key = record(id);
        redis.ask(commands -> commands.del(key));
        for (String index : List.of(index(null), index(known.tenant()))) {
            redis.ask(commands -> commands.zrem(index, bytes(id)));
        }
    }

    @Override
    public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        List<StoredKey> page = new ArrayList<>();
        String last = after;
        boolean more = true;
        while (more && page.size() < most) {
            int wanted = Math.min(most - page.size(), AT_ONCE);
            List<String> ids = ids(index(tenant), last, wanted);
            more = ids.size() == wanted;
            for (StoredKey key : records(ids)) {
                if (tenant == null || key.tenant().equals(tenant)) {
                    page.add(key);
                }
            }
            last = ids.isEmpty() ? last : ids.get(ids.size() - 1);
        }
        return page;
    }

    private List<String> ids(String index, @Nullable String after, int most) {
        Range.Boundary<byte[]> from =
                after == null ? Range.Boundary.unbounded() : Range.Boundary.excluding(bytes(after));
        Range<byte[]> range = Range.from(from, Range.Boundary.unbounded());
        return redis.ask(commands -> commands.zrangebylex(index, range, Limit.create(0, most))).stream()
                .map(RedisKeyStore::text)
                .toList();
    }

    /** Returns the records of these ids that exist; all are asked for at once. */
    private List<StoredKey> records(List<String> ids) {
        List<CompletableFuture<List<KeyValue<String, byte[]>>>> answers = ids.stream()
                .map(id -> redis.start(reading(id)).toCompletableFuture())
                .toList();
        List<StoredKey> found = new ArrayList<>();
        for (CompletableFuture<List<KeyValue<String, byte[]>>> answer : answers) {
            StoredKey key = read(redis.await(answer));
            if (key != null) {
                found.add(key);
            }
        }
        return found;
    }

    @Override
    public void used(Map<String, Instant> times) {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        times.forEach((id, time) -> {
            if (ID.matcher(id).matches()) {
                answers.add(redis.start(script(USED, id, Long.toString(time.toEpochMilli())))
                        .toCompletableFuture());
                if (answers.size() == AT_ONCE) {
                    answers.forEach(redis::await);
                    answers.clear();
                }
            }
        });
        answers.forEach(redis::await);
    }

    @Override
    public String toString() {
        return "RedisKeyStore{" + redis + "}";
    }
}
