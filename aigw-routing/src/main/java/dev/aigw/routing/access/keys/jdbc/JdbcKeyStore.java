package dev.aigw.routing.access.keys.jdbc;

import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.access.keys.KeyStoreException;
import dev.aigw.routing.access.keys.StoredKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps keys in a table of a database, by plain SQL that H2, PostgreSQL and MySQL understand.
 *
 * <pre>{@code
 * JdbcKeyStore store = JdbcKeyStore.of(dataSource);
 * store.createTable();     // once, or run JdbcKeyStore.SCHEMA by your migration tool
 * }</pre>
 *
 * <p>Each method takes a connection, uses it in auto-commit mode, and closes it. Set times of a second or less for
 * getting a connection and for a query in the data source: calls wait for them while the database is down, once a
 * second for each key. It must be the primary: a replica that lags shows revoked keys as valid. A version column is the
 * optimistic lock of changes.
 *
 * <p>Case and trailing blanks of tenants count though the database may ignore them. Safe for use by many threads and
 * JVMs. It closes nothing but its connections.
 */
public final class JdbcKeyStore implements KeyStore {

    /** The name of the table if none is given. */
    public static final String DEFAULT_TABLE = "aigw_keys";

    /**
     * The table, with {@code aigw_keys} for its name: {@code last_used} has milliseconds since 1970, and {@code record}
     * the JSON of {@link StoredKey#toJson}.
     */
    public static final String SCHEMA =
            "CREATE TABLE aigw_keys (id VARCHAR(64) NOT NULL PRIMARY KEY, tenant VARCHAR(200) NOT NULL,"
                    + " version BIGINT NOT NULL, last_used BIGINT, record TEXT NOT NULL)";

    /** An index for lists of a tenant's keys. */
    public static final String INDEX = "CREATE INDEX aigw_keys_tenant ON aigw_keys (tenant, id)";

    private static final String UNIQUE = "23";

    private final DataSource source;
    private final String table;

    private JdbcKeyStore(DataSource source, String table) {
        this.source = Objects.requireNonNull(source, "source");
        this.table = table;
    }

    /** Returns a store in the table {@value #DEFAULT_TABLE}. */
    public static JdbcKeyStore of(DataSource source) {
        return new JdbcKeyStore(source, DEFAULT_TABLE);
    }

    /**
     * Returns a store in a table of this name, which may have the name of a schema before it.
     *
     * @throws IllegalArgumentException for a name with other characters than letters, digits, {@code _} and one dot
     */
    public static JdbcKeyStore of(DataSource source, String table) {
        if (!table.matches("[A-Za-z][A-Za-z0-9_]{0,62}(\\.[A-Za-z][A-Za-z0-9_]{0,62})?")) {
            throw new IllegalArgumentException(
                    "the table's name must have letters, digits and _ only, and may follow a schema and a dot");
        }
        return new JdbcKeyStore(source, table);
    }

    /**
     * Makes the table and its index, if the table does not exist.
     *
     * @throws KeyStoreException if that is not possible
     */
    public void createTable() {
        run("the table cannot be made", connection -> {
            if (!exists(connection)) {
                for (String statement : List.of(SCHEMA, INDEX)) {
                    try (PreparedStatement create = connection.prepareStatement(named(statement))) {
                        create.execute();
                    }
                }
            }
            return true;
        });
    }

    private boolean exists(Connection connection) {
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM " + table + " WHERE id = ''")) {
            select.executeQuery().close();
            return true;
        } catch (SQLException missing) {
            return false; // if there is another cause, making the table says so
        }
    }

    /** Puts the table's name into a statement; an index has no name of a schema. */
    private String named(String statement) {
        String simple = table.substring(table.indexOf('.') + 1);
        return statement
                .replace(DEFAULT_TABLE + "_tenant", simple + "_tenant")
                .replace(" " + DEFAULT_TABLE + " ", " " + table + " ");
    }

    @Override
    public @Nullable StoredKey find(String id) {
        Optional<StoredKey> found = run("a key cannot be read", connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT record, last_used FROM " + table + " WHERE id = ?")) {
                select.setString(1, id);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(read(rows)) : Optional.<StoredKey>empty();
                }
            }
        });
        return found.filter(key -> key.id().equals(id)).orElse(null); // it may ignore case
    }

    private static StoredKey read(ResultSet row) throws SQLException {
        StoredKey key = StoredKey.fromJson(row.getString(1));
        long lastUsed = row.getLong(2);
        return row.wasNull() ? key : key.usedAt(Instant.ofEpochMilli(lastUsed));
    }

    @Override
    public boolean add(StoredKey key) {
        return run("a key cannot be added", connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO " + table + " (id, tenant, version, last_used, record) VALUES (?, ?, ?, ?, ?)")) {
                insert.setString(1, key.id());
                insert.setString(2, key.tenant());
                insert.setLong(3, key.version());
                Instant lastUsed = key.key().lastUsed();
                if (lastUsed == null) {
                    insert.setNull(4, Types.BIGINT);
                } else {
                    insert.setLong(4, lastUsed.toEpochMilli());
                }
                insert.setString(5, key.toJson());
                insert.executeUpdate();
                return true;
            } catch (SQLException e) {
                if (e.getSQLState() != null && e.getSQLState().startsWith(UNIQUE) && isTaken(connection, key.id())) {
                    return false;
                }
                throw e;
            }
        });
    }

    private boolean isTaken(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM " + table + " WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public boolean replace(StoredKey key, long version) {
        return run("a key cannot be changed", connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE " + table + " SET version = ?, record = ? WHERE id = ? AND version = ?")) {
                update.setLong(1, key.version());
                update.setString(2, key.toJson());
                update.setString(3, key.id());
                update.setLong(4, version);
                return update.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void remove(String id) {
        run("a key cannot be removed", connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
                delete.setString(1, id);
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        return run("keys cannot be listed", connection -> {
            List<StoredKey> page = new ArrayList<>();
            String last = after;
            boolean more = true;
            while (more && page.size() < most) { // again, where the database confuses tenants
                List<StoredKey> rows = rows(connection, tenant, last, most - page.size());
                more = rows.size() == most - page.size();
                for (StoredKey row : rows) {
                    last = row.id();
                    if (tenant == null || row.tenant().equals(tenant)) {
                        page.add(row);
                    }
                }
            }
            return page;
        });
    }

    private List<StoredKey> rows(Connection connection, @Nullable String tenant, @Nullable String after, int most)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT record, last_used FROM " + table
                + " WHERE id > ?" + (tenant == null ? "" : " AND tenant = ?") + " ORDER BY id")) {
            select.setString(1, after == null ? "" : after);
            if (tenant != null) {
                select.setString(2, tenant);
            }
            select.setMaxRows(most);
            List<StoredKey> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(read(rows));
                }
            }
            return found;
        }
    }

    /** One statement for each key, in the order of ids, so that two JVMs cannot wait for each other in a circle. */
    @Override
    public void used(Map<String, Instant> times) {
        run("the last use of keys cannot be written", connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE " + table + " SET last_used = ? WHERE id = ? AND (last_used IS NULL OR last_used < ?)")) {
                for (Map.Entry<String, Instant> each : new TreeMap<>(times).entrySet()) {
                    long millis = each.getValue().toEpochMilli();
                    update.setLong(1, millis);
                    update.setString(2, each.getKey());
                    update.setLong(3, millis);
                    update.addBatch();
                }
                return update.executeBatch();
            }
        });
    }

    /** What is done with a connection. */
    @FunctionalInterface
    private interface Work<T> {

        T with(Connection connection) throws SQLException;
    }

    private <T> T run(String failure, Work<T> work) {
        try (Connection connection = source.getConnection()) {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            return work.with(connection);
        } catch (SQLException | IllegalArgumentException e) {
            throw new KeyStoreException(failure + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "JdbcKeyStore{" + table + "}";
    }
}
