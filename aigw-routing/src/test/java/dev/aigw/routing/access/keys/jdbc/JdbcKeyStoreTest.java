package dev.aigw.routing.access.keys.jdbc;

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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcKeyStoreTest extends KeyStoreContract {

    private final H2 source = new H2();
    private final JdbcKeyStore store = JdbcKeyStore.of(source);

    @BeforeEach
    void create() {
        open("");
    }

    private void open(String mode) {
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" + mode);
        store.createTable();
    }

    @AfterEach
    void drop() throws SQLException {
        execute("SHUTDOWN");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    protected KeyStore store() {
        return store;
    }

    @Override
    protected KeyStore another() {
        return JdbcKeyStore.of(source);
    }

    @ParameterizedTest
    @ValueSource(strings = {";MODE=PostgreSQL", ";MODE=MySQL;DATABASE_TO_LOWER=TRUE", ";MODE=MSSQLServer"})
    void theStatementsAreThoseOfOtherDatabasesToo(String mode) {
        open(mode);
        store.createTable();

        keysLiveTheirWholeLifeInIt();
    }

    /** As MySQL does by default. */
    @Test
    void aDatabaseThatIgnoresCaseConfusesNoTenants() {
        open(";MODE=MySQL;IGNORECASE=TRUE");
        try (ApiKeys keys = ApiKeys.builder().store(store).build()) {
            MintedKey mine = keys.mint(KeySpec.builder("k", "acme").build());
            MintedKey other = keys.mint(KeySpec.builder("k", "ACME").build());
            assertThat(store.find(mine.id().toUpperCase(java.util.Locale.ROOT))).isNull();
            assertThat(keys.list("acme")).extracting(ApiKey::id).containsExactly(mine.id());
            for (int i = 0; i < 10; i++) {
                keys.mint(KeySpec.builder("k", i % 2 == 0 ? "acme" : "ACME").build());
            }
            assertThat(store.list("acme", null, 4)).hasSize(4);

            assertThat(keys.revokeTenant("acme")).isEqualTo(6);

            assertThat(keys.authenticate(PresentedCredential.of(other.secret())).kind())
                    .isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void sqlInAnIdOrATenantIsText() throws SQLException {
        try (ApiKeys keys = ApiKeys.builder().store(store).build()) {
            MintedKey minted = keys.mint(
                    KeySpec.builder("k", "x'); DROP TABLE aigw_keys; --").build());

            assertThat(keys.revokeTenant("' OR '1'='1")).isZero();
            assertThat(store.find("' OR '1'='1")).isNull();
            store.remove("' OR '1'='1");
            assertThat(keys.list("x'); DROP TABLE aigw_keys; --")).hasSize(1);
            assertThat(keys.authenticate(PresentedCredential.of(minted.secret()))
                            .kind())
                    .isEqualTo(Kind.ACCEPTED);
        }
        for (String table : new String[] {"", "a b", "a;b", "a.b.c", "a\"", "1a", "a--"}) {
            assertThatThrownBy(() -> JdbcKeyStore.of(source, table)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theTableHasHashesAndNoSecret() throws SQLException {
        try (ApiKeys keys = ApiKeys.builder().store(store).build()) {
            MintedKey minted = keys.mint(KeySpec.builder("k", "acme").build());
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT * FROM aigw_keys")) {
                assertThat(rows.next()).isTrue();
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append(' ');
                }
                assertThat(row)
                        .contains(minted.id())
                        .doesNotContain(minted.secret().substring(22, 30));
            }
        }
    }

    @Test
    void anotherTableAndSchemaCanBeUsed() throws SQLException {
        execute("CREATE SCHEMA security");
        JdbcKeyStore other = JdbcKeyStore.of(source, "security.api_keys");
        other.createTable();
        other.createTable();
        try (ApiKeys keys = ApiKeys.builder().store(other).build()) {
            keys.mint(KeySpec.builder("k", "acme").build());
        }

        assertThat(other.list("acme", null, 10)).hasSize(1);
        assertThat(store.list("acme", null, 10)).isEmpty();
    }

    @Test
    void aDamagedRecordLetsNobodyInAndStopsNoOtherKey() throws SQLException {
        try (ApiKeys keys = ApiKeys.builder().store(store).build()) {
            MintedKey damaged = keys.mint(KeySpec.builder("k", "acme").build());
            MintedKey whole = keys.mint(KeySpec.builder("k", "acme").build());
            execute("UPDATE aigw_keys SET record = '{' WHERE id = '" + damaged.id() + "'");
            try (ApiKeys there = ApiKeys.builder().store(store).build()) {
                assertThat(there.authenticate(PresentedCredential.of(damaged.secret()))
                                .kind())
                        .isEqualTo(Kind.UNAVAILABLE);
                assertThat(there.authenticate(PresentedCredential.of(whole.secret()))
                                .kind())
                        .isEqualTo(Kind.ACCEPTED);
            }
        }
    }

    @Test
    void withoutTheTableNobodyIsLetIn() throws SQLException {
        try (ApiKeys keys = ApiKeys.builder().store(store).build()) {
            MintedKey minted = keys.mint(KeySpec.builder("k", "acme").build());
            execute("DROP TABLE aigw_keys");
            try (ApiKeys there = ApiKeys.builder().store(store).build()) {
                assertThat(there.authenticate(PresentedCredential.of(minted.secret()))
                                .kind())
                        .isEqualTo(Kind.UNAVAILABLE);
                assertThatThrownBy(() -> there.revoke(minted.id())).isInstanceOf(KeyStoreException.class);
            }
        }
    }
}
