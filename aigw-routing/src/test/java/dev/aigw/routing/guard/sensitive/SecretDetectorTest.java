package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretDetectorTest {

    private static final SecretDetector DETECTOR = SecretDetector.create();

    private final SecretTokens tokens = new SecretTokens(7);

    private static void assertFinds(String text, EntityType type, String secret) {
        int start = text.indexOf(secret);
        assertThat(DETECTOR.find(text)).as(text).anySatisfy(entity -> {
            assertThat(entity.type()).isEqualTo(type);
            assertThat(text.substring(entity.start(), entity.end())).isEqualTo(secret);
            assertThat(entity.start()).isEqualTo(start);
        });
    }

    private static void assertFindsNothing(String text) {
        assertThat(DETECTOR.find(text).stream()
                        .map(entity -> entity.type() + " " + text.substring(entity.start(), entity.end())))
                .as(text)
                .isEmpty();
    }

    /** Every line of the file of shapes, in the places where keys are found. */
    @TestFactory
    Stream<DynamicTest> everyShapeIsFoundWhereKeysStand() throws IOException {
        String file;
        try (var in = SecretDetector.class.getResourceAsStream("secret-shapes.txt")) {
            file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return file.lines()
                .filter(line -> !line.isBlank() && line.charAt(0) != '#')
                .map(line -> {
                    String[] columns = line.split("\\s+", 4);
                    return DynamicTest.dynamicTest(
                            columns[0], () -> foundEverywhere(columns[0], columns[1], columns[2]));
                });
    }

    private void foundEverywhere(String name, String pattern, String options) {
        SecretDetector shapesAlone = SecretDetector.builder().withoutContext().build();
        SecretTokens made = new SecretTokens(name.hashCode());
        int at = options.indexOf("after=");
        String word = at < 0 ? "value" : options.substring(at + 6).split("[/,]", -1)[0];
        for (String frame : List.of(
                "%s=%s",
                "\"%s\": \"%s\",",
                "%s: %s\n",
                "  %s = '%s'\r\n",
                "set(%s, \"%s\")",
                "| %s= | `%s` |",
                "https://example.org/?%s=%s",
                "{\\\"%s\\\":\\\"%s\\\"}",
                "<%s>%s</x>",
                "%s:\\n%s\\n")) {
            String token = made.various(pattern);
            String text = frame.formatted(word, token);
            int start = text.indexOf(token, frame.indexOf('%') + word.length());
            assertThat(shapesAlone.find(text)).as(name + " in " + frame).anySatisfy(entity -> {
                assertThat(entity.type().isSecret()).isTrue();
                assertThat(entity.start()).isLessThanOrEqualTo(start);
                assertThat(entity.end()).isGreaterThanOrEqualTo(start + token.length());
            });
        }
    }

    @Test
    void aTokenWithTheRightChecksumIsCertain() {
        String token = tokens.github("ghp_");
        String wrong = token.substring(0, token.length() - 1) + (token.endsWith("0") ? "1" : "0");

        assertThat(DETECTOR.find(token))
                .singleElement()
                .satisfies(entity -> assertThat(entity.score()).isEqualTo(1));
        assertThat(DETECTOR.find(wrong))
                .singleElement()
                .satisfies(entity -> assertThat(entity.score()).isLessThan(1));
    }

    @Test
    void aTokenInsideALongerOneIsNone() {
        String key = tokens.of("AKIA[A-Z0-9]{16}");

        assertFinds("id " + key + ".", EntityType.API_KEY, key);
        assertFinds("{\"a\":\"x\\n" + key + "\\n\"}", EntityType.API_KEY, key);
        assertFinds("?k%3D" + key + "&b=1", EntityType.API_KEY, key);
        assertFindsNothing("x" + key);
        assertFindsNothing(key + "x");
        assertFindsNothing(tokens.base64(30) + key + tokens.base64(30));
        assertFindsNothing("iVBORw0KGgo2Kd9sXpQz81Lm/" + key + "/Qz81Lm");
    }

    @Test
    void privateKeysAreFoundInAllTheirFrames() {
        for (String label : List.of(
                "PRIVATE KEY",
                "RSA PRIVATE KEY",
                "EC PRIVATE KEY",
                "ENCRYPTED PRIVATE KEY",
                "OPENSSH PRIVATE KEY",
                "DSA PRIVATE KEY",
                "PGP PRIVATE KEY BLOCK")) {
            for (String lineEnd : List.of("\n", "\r\n", "\\n", "\\\\n", " ", "\n    ", "\\n\" +\n    \"")) {
                String key = tokens.pem(label, lineEnd);
                assertFinds("the key:\n" + key + "\nthanks", EntityType.PRIVATE_KEY, key);
                assertFinds("{\"private_key\": \"" + key + "\\n\", \"a\": 1}", EntityType.PRIVATE_KEY, key);
            }
        }
    }

    @Test
    void aPrivateKeyWithoutItsEndIsFound() {
        String key = tokens.pem("RSA PRIVATE KEY", "\n");
        String cut = key.substring(0, key.indexOf("\n-----END"));

        assertFinds(cut, EntityType.PRIVATE_KEY, cut);
        assertFinds(cut + "\n\nNow a sentence.", EntityType.PRIVATE_KEY, cut);
    }

    @Test
    void otherKeysAreFound() {
        String putty = "Private-Lines: 2\n" + tokens.base64(48) + "\n" + tokens.base64(30);
        assertFinds(
                "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\n" + tokens.base64(48) + "\n"
                        + putty + "\nPrivate-MAC: " + tokens.hex(64),
                EntityType.PRIVATE_KEY,
                putty);
        String d = tokens.base62(43);
        assertFinds(
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + tokens.base62(43) + "\",\"d\":\"" + d + "\"}",
                EntityType.PRIVATE_KEY,
                d);
        assertFinds("{\"d\": \"" + d + "\", \"kty\": \"EC\"}", EntityType.PRIVATE_KEY, d);
        String bare = "MIIEow" + "IBAAK" + "CAQEA" + tokens.base62(300);
        assertFinds("key: " + bare, EntityType.PRIVATE_KEY, bare);
        String inside = Base64.getEncoder()
                .encodeToString(tokens.pem("RSA PRIVATE KEY", "\n").getBytes(StandardCharsets.UTF_8));
        assertFinds("tls.key: " + inside, EntityType.PRIVATE_KEY, inside);
    }

    @Test
    void publicKeysAndCertificatesPass() {
        assertFindsNothing(tokens.pem("PUBLIC KEY", "\n"));
        assertFindsNothing(tokens.pem("CERTIFICATE", "\n"));
        assertFindsNothing("MIIDdTCCAl2gAwIBAgIL" + tokens.base62(400));
        assertFindsNothing("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ" + tokens.base62(300) + " me@host");
        assertFindsNothing("if key.startswith(\"-----BEGIN PRIVATE KEY-----\"):\n    return load(key)");
        assertFindsNothing("\"-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----\\n\"");
        assertFindsNothing("-----BEGIN PRIVATE KEY-----\nYOUR_KEY_HERE\n-----END PRIVATE KEY-----");
    }

    @Test
    void tokensWithAHeaderThatCanBeDecodedAreJwts() {
        String jwt = tokens.jwt();
        assertFinds("curl -H \"Authorization: Bearer " + jwt + "\"", EntityType.JWT, jwt);
        assertFinds("?id_token=" + jwt + "&state=1", EntityType.JWT, jwt);
        assertFinds("See " + jwt + ".", EntityType.JWT, jwt);
        String unsigned = jwt.substring(0, jwt.lastIndexOf('.'));
        assertFinds("token " + unsigned + ".", EntityType.JWT, unsigned);

        assertFindsNothing("eyJhbGciOi.eyJzdWIi");
        assertFindsNothing("eyJAAAA.eyJBBB.CCC");
        assertFindsNothing("data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbXX0=");
    }

    @Test
    void thePasswordOfAUrlIsFoundAndTheHostIsLeft() {
        for (String scheme :
                List.of("https", "postgresql", "mongodb+srv", "redis", "amqps", "jdbc:mysql", "smtp", "ftp")) {
            assertFinds(
                    "db: " + scheme + "://app:hunter2!x@db.internal:5432/main",
                    EntityType.CONNECTION_STRING,
                    "hunter2!x");
        }
        assertFinds("redis://:pX7vRt@cache:6379/0", EntityType.CONNECTION_STRING, "pX7vRt");
        assertFinds("https://me%40corp.com:a%2Fb@c1@proxy:8080", EntityType.CONNECTION_STRING, "a%2Fb@c1");
        assertFinds("jdbc:oracle:thin:scott/t1ger99@//h:1521/x", EntityType.CONNECTION_STRING, "t1ger99");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org:8080/a@b",
                "ssh://git@github.com/a/b",
                "https://user:${PASSWORD}@host/",
                "https://user:<password>@host/",
                "postgres://postgres:postgres@localhost/x",
                "mongodb://username:password@localhost",
                "https://{user}:{pass}@host",
                "http://[::1]:80/x?y=a@b",
                "see https://a.b:c, mail me@b"
            })
    void urlsWithoutASecretPass(String text) {
        assertFindsNothing(text);
    }

    @Test
    void connectionStringsAreFound() {
        assertFinds(
                "Server=db;Database=x;User Id=app;Password=tr0ub4dor;Encrypt=yes",
                EntityType.CONNECTION_STRING,
                "tr0ub4dor");
        assertFinds(
                "\"Data Source=h:1521/d;User ID=svc;Password=svcacctpass;\"",
                EntityType.CONNECTION_STRING,
                "svcacctpass");
        String key = tokens.base62(86) + "==";
        assertFinds(
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + key + ";EndpointSuffix=core.windows.net",
                EntityType.CONNECTION_STRING,
                key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password = \"%s\"",
                "password: %s",
                "Password:%s",
                "DB_PASSWORD=%s",
                "export MYSQL_PWD='%s'",
                "\"password\": \"%s\"",
                "\"password\" : '%s',",
                "{\\\"password\\\":\\\"%s\\\"}",
                "<password>%s</password>",
                "&quot;password&quot;: &quot;%s&quot;",
                "db.password=%s\n",
                "spring.datasource.password: %s",
                "userPassword := \"%s\"",
                "$config['password'] = '%s';",
                "params.put(\"password\", \"%s\")",
                "conn.setPassword(\"%s\");",
                "mysql --password=%s -h db",
                "mysql --password %s -h db",
                "Connect-VIServer x -User a -Password %s",
                "machine h login me password %s",
                "login: me, pw: %s",
                "My password is %s",
                "the passphrase was: %s",
                "const password: string = '%s';",
                "passwd => \"%s\",",
                "password=%s;",
                "{\"user\": \"a\", \"password\": \"%s\"}",
                "ALTER USER a IDENTIFIED BY '%s';",
                "Passwort: %s",
                "mein Kennwort ist %s",
                "contraseña: %s",
                "mot de passe : %s",
                "senha=%s",
                "пароль: %s",
                "密码：%s",
                "密码: %s",
                "パスワード: %s",
                "비밀번호: %s",
                "şifre: %s",
                "**Password:** %s",
                "- password: `%s`"
            })
    void aPasswordIsFoundByItsContext(String frame) {
        assertFinds(frame.formatted("Xk9#mQ2vLp"), EntityType.PASSWORD, "Xk9#mQ2vLp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key = \"%s\"",
                "\"apiKey\": \"%s\",",
                "API_KEY=%s",
                "export ACME_TOKEN=%s",
                "acme.client-secret: %s",
                "x-api-key: %s",
                "curl -H 'X-Auth-Token: %s'",
                "Authorization: Bearer %s",
                "authorization: %s",
                "--token %s",
                "--api-key=%s",
                "https://api.example.org/v1?access_token=%s&x=1",
                "const secretKey = '%s';",
                "private static final String TOKEN = \"%s\";",
                "The API key is %s",
                "here is our api key:\n\n%s\n",
                "ACME SECRET %s",
                "_auth=%s",
                "os.environ['SECRET_TOKEN'] = '%s'",
                "  token: \"%s\" # prod"
            })
    void aTokenIsFoundByItsContext(String frame) {
        String token = tokens.base62(30) + "4f9Q";
        assertFinds(frame.formatted(token), EntityType.PASSWORD, token);
    }

    @Test
    void basicAuthenticationIsFound() {
        String basic = Base64.getEncoder().encodeToString("alice:Xk9mQ2vLp".getBytes(StandardCharsets.UTF_8));

        assertFinds("Authorization: Basic " + basic, EntityType.PASSWORD, basic);
        assertFinds("curl -u alice:Xk9mQ2vLp https://x", EntityType.PASSWORD, "Xk9mQ2vLp");
        assertFinds("curl -s --user 'alice:Xk9mQ2vLp' https://x", EntityType.PASSWORD, "Xk9mQ2vLp");
        assertFindsNothing("curl -u alice https://x");
        assertFindsNothing("curl -u \"$USER:$PASS\" https://x");
        assertFindsNothing("Basic understanding of authentication is required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key = \"<your-api-key>\"",
                "api_key: your_api_key_here_123",
                "API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx",
                "API_KEY=${ACME_API_KEY}",
                "API_KEY=$ACME_API_KEY_2",
                "token: {{ secrets.TOKEN_V2 }}",
                "token: ${{ secrets.NPM_TOKEN }}",
                "password: changeme",
                "password=********",
                "password: example123",
                "token = \"REDACTED-4f9Q\"",
                "token=%TOKEN_1%",
                "password = <password1>",
                "password: #{db_password1}",
                "secret: AKIAIOSFODNN7EXAMPLE",
                "api_key = os.environ[\"KEY_2\"]",
                "token = getToken2(request)",
                "password = self.config.password1()",
                "password: str = None",
                "token: Optional[str] = None",
                "def login(user, password=None): pass",
                "if token != expected_token2[0]:",
                "password: string | undefined",
                "const password = req.body.password;",
                "password: required|min:8|max:64",
                "Your password must be 8-20 characters",
                "Password: min 8 characters, 1 digit",
                "password reset",
                "The token is invalid.",
                "the secret is patience",
                "key = \"user:profile:1234\"",
                "\"key\": \"cache-v2-homepage\"",
                "max_tokens: 4096",
                "tokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased-v2\")",
                "eos_token_id: 50256",
                "next_page_token: \"CAUQAA7f3k2x9LmQ0pRs\"",
                "public_key: \"4f9Qk2x9LmQ0pRsT7vWx\"",
                "primary_key = \"a81bc81bdead4e5dabff90865d1e13b1\"",
                "secret_name: prod-db-password-v2",
                "PASSWORD_FILE=/run/secrets/db_password1",
                "key_path = \"/etc/ssl/private/key1.pem\"",
                "monkey = \"4f9Qk2x9LmQ0pRsT7vWx8yZa\"",
                "keyboard: QWERTZ-105-de",
                "token_url: https://login.example.org/oauth2/v2.0/token",
                "passport: X1234567",
                "author: Jane Doe 1984",
                "git checkout 9fceb02d0ae598e95dc970b74767f19372d61af8",
                "token.type = \"access_token_v2\"",
                "env = append(env, \"PWD=\"+directory2)",
                "if len(key) != x25519PrivateKeySize {",
                "Pw = 0x48 // Rex.w",
                "if password == expected2.value {",
                "it's okay to pass IPv4-mapped IPv6 addresses",
                "user_pass = '%s:%s' % (user, password)",
                "['HTTPPasswordMgrWithPriorAuth', 'AbstractBasicAuthHandler2']",
                "!s.ReadUint16LengthPrefixed(&token)",
                "UserName       *uint16\nPassword       *uint16",
                "{\"go/token\", \"\\x04r\\x86\\x01>\\x02\\x03\\x01\\x0f\\x02\"},",
                "ssh-keygen -t ed25519 -C \"me@example.org\""
            })
    void placeholdersCodeAndSentencesPass(String text) {
        assertFindsNothing(text);
    }

    @Test
    void hashesIdsAndLockFilesPass() {
        assertFindsNothing("commit " + tokens.hex(40));
        assertFindsNothing("sha256:" + tokens.hex(64));
        assertFindsNothing("id: " + tokens.uuid());
        assertFindsNothing("\"integrity\": \"sha512-" + tokens.base62(86) + "==\"");
        assertFindsNothing("js-tokens@^4.0.0:\n  version \"4.0.0\"\n  resolved \"https://r.example/js-tokens-4.0.0.tgz#"
                + tokens.hex(40) + "\"\n  integrity sha512-" + tokens.base62(86) + "==\n");
        assertFindsNothing("github.com/99designs/keyring v1.2.1 h1:" + tokens.base62(43) + "=\n"
                + "github.com/x/secret v0.0.0-20190828131459-ac6e1d30ea4e/go.mod h1:" + tokens.base62(43) + "=\n");
        assertFindsNothing("name = \"secrecy\"\nversion = \"0.8.0\"\nchecksum = \"" + tokens.hex(64) + "\"\n");
        assertFindsNothing(
                "\"@a/b\": [\"@a/b@0.15.0\", \"\", { \"os\": \"linux\" }, \"sha512-" + tokens.base62(86) + "==\"],");
        assertFindsNothing("<img src=\"data:image/png;base64," + tokens.base64(3000) + "\">");
        assertFindsNothing("//# sourceMappingURL=data:application/json;base64," + tokens.base64(900));
        assertFindsNothing(
                "!function(e,t){\"use strict\";var n=e.token,r=t.key;n&&r.auth(n.secret);for(var i=0;i<9;i++)r[i].pass=n}"
                        .repeat(20));
    }

    /** What users of gitleaks, trufflehog, detect-secrets, secretlint and ripsecrets reported of them. */
    @Test
    void reportedFalseAlarmsPass() {
        assertFindsNothing("`tokenizationId`: '" + tokens.hex(32) + "',");
        assertFindsNothing("LLM_SECRET_NAME = \"NEXUS-GPT4-API-KEY\"");
        assertFindsNothing("keyword\t= \"Befaehigung_P2\"\n<Object mapKey=\"R648-MF-DEPARTURE\" ... >");
        assertFindsNothing("minisat-master-keying:x64-uwp=fail\nmonkeys-audio:mx64-uwp=fail");
        assertFindsNothing("This is the username/password combination. It was rejected 3 times.");
        assertFindsNothing("\"integrity\": \"sha512-GDHVin2EJ9aWs" + tokens.base62(70) + "==\",");
        assertFindsNothing("%wheel ALL=(ALL) NOPASSWD: ALL");
        assertFindsNothing("MYSQL_ALLOW_EMPTY_PASSWORD: yes");
        assertFindsNothing("test_organization_access_request_details\ntest_" + "a".repeat(35));
        assertFindsNothing("\"packageManager\": \"pnpm@9.1.0+sha512." + tokens.hex(128) + "\"");
        assertFindsNothing("DOTENV_PUBLIC_KEY=\"03" + tokens.hex(64) + "\"");
        assertFindsNothing(
                "if ((mode == Mode.OFFLINE && key.isPersistent()) || (mode == Mode.API && key.isReturnable())");
        assertFindsNothing("data = JSON.stringify {service_key: pagerDutyServiceApiKey, event_type: \"trigger\"}");
        assertFindsNothing("$this->privateKey = new PrivateKey($keys['privatekey']);");
        assertFindsNothing("datadog:\n  checksum: " + tokens.hex(20) + "\n  image: x@sha256:" + tokens.hex(64));
        assertFindsNothing("DD_API_KEY=11111111111111111111111111111111");
        assertFindsNothing("https://github.com/acme/widgets/zipball/" + tokens.hex(40));
    }

    /** What users reported as missed. */
    @Test
    void reportedMissesAreFound() {
        assertFinds("  PASSWORD: dY^5Ke76gdSiF", EntityType.PASSWORD, "dY^5Ke76gdSiF");
        String uuid = "oov9e5e9-3ccb-20c3-1097-74gyye7tx42q";
        assertFinds("  OPSGENIE_API_KEY: " + uuid, EntityType.PASSWORD, uuid);
        assertFinds("https://api.example.org/v1/json?apiKey=" + uuid, EntityType.PASSWORD, uuid);
        assertFinds("auth_key=836e3fdd362bdc7d\nauth_secret=3ec93ccfbe14d941", EntityType.PASSWORD, "3ec93ccfbe14d941");
        assertFinds("password='123abc'", EntityType.PASSWORD, "123abc");
        assertFinds("user: wangxn\npassword: wangxn123", EntityType.PASSWORD, "wangxn123");
        assertFinds("password: 123456", EntityType.PASSWORD, "123456");
        assertFinds(
                "SNYK_TOKEN=" + "9ed918b9-7ea6-4880-9734-e3822649e20b",
                EntityType.API_KEY,
                "9ed918b9-7ea6-4880-9734-e3822649e20b");
    }

    @Test
    void shapesOfYourOwnAreAddedToTheBuiltInOnes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ours.txt");
        Files.writeString(file, """
                # ours
                acme-key  acme_(live|test)_[0-9a-f]{32}  mixed  https://acme.example
                acme-id   [0-9]{12}   after=acme_account,distinct=3,type=ACME_ACCOUNT  internal
                """);
        SecretDetector detector = SecretDetector.builder().shapes(file).build();
        String key = "acme_live_" + tokens.hex(32);

        assertThat(detector.find("key " + key))
                .singleElement()
                .satisfies(entity -> assertThat(entity.type()).isEqualTo(EntityType.API_KEY));
        assertThat(detector.find("acme_account: 123456789012"))
                .singleElement()
                .satisfies(entity -> assertThat(entity.type().name()).isEqualTo("ACME_ACCOUNT"));
        assertThat(detector.find(tokens.github("ghp_"))).hasSize(1);
        assertThat(DETECTOR.find(key)).isEmpty();
    }

    @Test
    void whatIsIgnoredAndLeftOutIsNotReported() {
        String token = tokens.github("ghp_");

        assertThat(SecretDetector.builder().ignore(token).build().find("x " + token))
                .isEmpty();
        assertThat(SecretDetector.builder().withoutBuiltInShapes().build().find(token))
                .isEmpty();
        assertThat(SecretDetector.builder().withoutContext().build().find("password: Xk9#mQ2vLp"))
                .isEmpty();
        assertThat(SecretDetector.builder().withoutContext().build().find(token))
                .hasSize(1);
    }

    @Test
    void aLineThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> SecretDetector.builder().shape("acme acme_[0-9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("a name, a pattern");
        assertThatThrownBy(() -> SecretDetector.builder().shape("acme acme_[0-9 - x"))
                .hasMessageContaining("a class without its end");
        assertThatThrownBy(() -> SecretDetector.builder().shape("acme acme_.* - x"))
                .hasMessageContaining("put a backslash before it");
        assertThatThrownBy(() -> SecretDetector.builder().shape("acme [0-9]{9} - x"))
                .hasMessageContaining("by after=");
        assertThatThrownBy(() -> SecretDetector.builder().shape("acme acme_[0-9]{9} often x"))
                .hasMessageContaining("no option");
        assertThatThrownBy(() -> SecretDetector.builder().withoutContext().withoutContext())
                .hasMessageContaining("withoutContext is set twice");
    }

    @Test
    void nothingOfTheTextIsInItsToString() {
        assertThat(SecretDetector.builder().ignore("Xk9mQ2vLp").build().toString())
                .isEqualTo("SecretDetector");
    }
}
