package dev.aigw.routing.access.keys;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.internal.JsonFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link KeyStore} keeps of one key: what is known of it, hashes of its secrets, and a version that counts its
 * changes. A store keeps the text of {@link #toJson} and beside it what it searches by: {@link #id}, {@link #tenant},
 * {@link #version}. Immutable.
 */
public final class StoredKey {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);
    private static final String FORM = "api-key";
    private static final int FORM_VERSION = 1;

    private final ApiKey key;
    private final List<KeySecret> secrets;
    private final long version;

    /** The secrets are in the order they were minted, the newest last. */
    StoredKey(ApiKey key, List<KeySecret> secrets, long version) {
        this.key = key;
        this.secrets = List.copyOf(secrets);
        this.version = version;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it is damaged, or written by a newer release; the message has none of it
     */
    public static StoredKey fromJson(String json) {
        return fromPlain(parse(json));
    }

    /** Reads JSON, without quoting it in a failure. */
    static Object parse(String json) {
        try {
            return MAPPER.readValue(json, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON"
                    + (e.getLocation() == null
                            ? ""
                            : " from line " + e.getLocation().getLineNr() + " on"));
        }
    }

    static String write(Map<String, @Nullable Object> plain) {
        try {
            return MAPPER.writeValueAsString(plain);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a key cannot be written", e);
        }
    }

    static StoredKey fromPlain(@Nullable Object plain) {
        JsonFields fields = JsonFields.read(plain, FORM, FORM_VERSION);
        ApiKey.Draft draft = new ApiKey.Draft();
        draft.id = fields.needText("id");
        draft.name = fields.needText("name");
        draft.tenant = fields.needText("tenant");
        draft.user = fields.text("user");
        draft.tier = fields.text("tier");
        draft.roles = new TreeSet<>(fields.texts("roles"));
        draft.scopes = new TreeSet<>(fields.texts("scopes"));
        Map<String, String> labels = new TreeMap<>();
        if (fields.has("labels")) {
            JsonFields each = fields.fields("labels");
            each.plain().keySet().forEach(name -> labels.put(name, each.needText(name)));
        }
        draft.labels = labels;
        draft.createdAt = Instant.parse(fields.needText("created"));
        draft.expiresAt = time(fields, "expires");
        draft.revokedAt = time(fields, "revoked");
        draft.lastUsed = time(fields, "used");
        return new StoredKey(draft.build(), fields.list("secrets", KeySecret::read), fields.needWhole("revision"));
    }

    private static @Nullable Instant time(JsonFields fields, String name) {
        String text = fields.text(name);
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable Object text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    Map<String, @Nullable Object> plain() {
        return JsonFields.of(FORM, FORM_VERSION)
                .with("id", key.id())
                .with("name", key.name())
                .with("tenant", key.tenant())
                .with("user", key.user())
                .with("tier", key.tier())
                .with("roles", List.copyOf(new TreeSet<>(key.roles())), role -> role)
                .with("scopes", List.copyOf(new TreeSet<>(key.scopes())), scope -> scope)
                .with("labels", key.labels())
                .with("created", text(key.createdAt()))
                .with("expires", text(key.expiresAt()))
                .with("revoked", text(key.revokedAt()))
                .with("used", text(key.lastUsed()))
                .with("secrets", secrets, KeySecret::plain)
                .with("revision", version)
                .plain();
    }

    /** Returns all of it as JSON: hashes, and no secret. */
    public String toJson() {
        return write(plain());
    }

    /** Returns what is known of the key. */
    public ApiKey key() {
        return key;
    }

    /** Returns the key's id: 16 characters of a to z and 0 to 9. */
    public String id() {
        return key.id();
    }

    /** Returns the tenant, which a store compares exactly: case and blanks count. */
    public String tenant() {
        return key.tenant();
    }

    /** Returns how often it was changed; 0 for a new one. When it was last used is no change. */
    public long version() {
        return version;
    }

    List<KeySecret> secrets() {
        return secrets;
    }

    /** Returns the same, last used then, if that is later than what it says. */
    public StoredKey usedAt(@Nullable Instant time) {
        Instant known = key.lastUsed();
        if (time == null || (known != null && !time.isAfter(known))) {
            return this;
        }
        ApiKey.Draft draft = key.draft();
        draft.lastUsed = time;
        return new StoredKey(draft.build(), secrets, version);
    }

    /** Returns the next version. */
    StoredKey next(ApiKey changed, List<KeySecret> newSecrets) {
        return new StoredKey(changed, newSecrets, version + 1);
    }

    @Override
    public String toString() {
        return key + "@" + version;
    }
}
