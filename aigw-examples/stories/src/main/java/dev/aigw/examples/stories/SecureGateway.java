package dev.aigw.examples.stories;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.aigw.api.Caller;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuditEvent;
import dev.aigw.routing.access.AuditFile;
import dev.aigw.routing.access.Permissions;
import dev.aigw.routing.access.PresentedCredential;
import dev.aigw.routing.access.jwt.ClaimMapping;
import dev.aigw.routing.access.jwt.JwtAuthenticator;
import dev.aigw.routing.access.keys.ApiKeys;
import dev.aigw.routing.access.keys.KeySpec;
import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.access.keys.MintedKey;
import dev.aigw.routing.limit.LimitUsage;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Tier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A gateway inside an application. Its callers have API keys, which are minted, rotated and revoked while calls run, or
 * tokens of an identity provider. Permissions keep them to their models, tiers to their amounts, and the audit trail
 * has it all.
 */
public final class SecureGateway {

    private static final String ISSUER = "https://login.acme.example";

    private final PrintStream out;
    private final Access access;
    private final ModelRouter router;

    private SecureGateway(PrintStream out, Access access, ModelRouter router) {
        this.out = out;
        this.access = access;
        this.router = router;
    }

    /** Runs the story. */
    public static void main(String[] args) throws Exception {
        run(System.out);
    }

    static void run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("secure-gateway");
        try {
            run(out, folder.resolve("audit.jsonl"));
        } finally {
            delete(folder);
        }
    }

    private static void run(PrintStream out, Path trail) throws Exception {
        ECKey issuer = new ECKeyGenerator(Curve.P_256).keyID("2026-11").generate();
        FakeProvider vendor = FakeProvider.builder("vendor")
                .reply("An answer of some twelve words that says what there is to say.")
                .build();
        Limits limits = Limits.builder()
                .tier(Tier.named("free").requestsPerMinute(1_000_000).usdPerMonth("0.01"))
                .tier(Tier.named("gold").requestsPerMinute(1_000_000).usdPerMonth("500"))
                .build();
        try (AuditFile audit = AuditFile.builder(trail).chained().build();
                ApiKeys keys = ApiKeys.builder()
                        .store(KeyStore.inMemory())
                        .serverSecret("2026", "of an environment variable, at least 32 characters")
                        .audit(audit)
                        .build()) {
            Access access = Access.builder()
                    .authenticator(keys)
                    .authenticator(JwtAuthenticator.builder()
                            .issuer(ISSUER)
                            .audience("gateway")
                            .jwks(new JWKSet(issuer.toPublicJWK()).toString())
                            .caller(ClaimMapping.builder()
                                    .fixedTenant("acme")
                                    .roles("roles")
                                    .tier("plan")
                                    .build())
                            .build())
                    .permissions(Permissions.parse("""
                            allow gold:  tier=gold model=*
                            allow free:  tier=free model=small maxOutputTokens=200
                            allow staff: role=staff model=small,large
                            deny  no-search: capability=web-search
                            """))
                    .audit(audit)
                    .build();
            try (ModelRouter router = ModelRouter.builder()
                    .provider(vendor)
                    .model(
                            "small",
                            model -> model.deployment("vendor/small", it -> it.price(Price.usdPerMillion("1", "20"))))
                    .model(
                            "large",
                            model -> model.deployment("vendor/large", it -> it.price(Price.usdPerMillion("5", "90"))))
                    .access(access)
                    .limits(limits)
                    .build()) {
                SecureGateway gateway = new SecureGateway(out, access, router);
                gateway.keysComeAndGo(keys);
                gateway.tokens(issuer);
                MintedKey free =
                        keys.mint(KeySpec.builder("trial", "birch").tier("free").build());
                gateway.denials(free);
                gateway.budget(free, limits);
            }
        }
        trail(out, trail);
    }

    /** Returns the caller who presents this, as a server does for each request. */
    private Caller letIn(String secret, String address) {
        return access.authenticate(
                PresentedCredential.authorization("Bearer " + secret).from(address));
    }

    private String ask(String secret, String model) {
        try {
            ChatResponse answer = router.as(letIn(secret, "10.0.0.7")).chat(model, "Why is the sky blue?");
            return String.valueOf(answer.route().deployment());
        } catch (GatewayException e) {
            return e.kind() + ": " + e.getMessage();
        }
    }

    private void keysComeAndGo(ApiKeys keys) throws Exception {
        out.println("1. keys are minted, rotated and revoked while calls run");
        MintedKey first = keys.mint(
                KeySpec.builder("nightly reports", "cedar").tier("gold").build());
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch underWay = new CountDownLatch(200);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = Stream.<Runnable>generate(() -> () -> {
                        while (!stop.get()) {
                            (ask(first.secret(), "large").startsWith("vendor/") ? answered : refused).incrementAndGet();
                            underWay.countDown();
                        }
                    })
                    .limit(4)
                    .<Future<?>>map(callers::submit)
                    .toList();
            underWay.await();
            MintedKey second = keys.rotate(first.id(), Duration.ofHours(1));
            out.println("  rotated:  the new secret " + ask(second.secret(), "large") + ", the old one "
                    + ask(first.secret(), "large") + ", and of all calls so far " + refused.get() + " were refused");
            keys.revoke(first.id());
            out.println("  revoked:  " + ask(second.secret(), "large"));
            stop.set(true);
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            callers.shutdownNow();
        }
        String secret = first.secret();
        char last = secret.charAt(secret.length() - 1);
        out.println("  a typo:   "
                + ask(secret.substring(0, secret.length() - 1) + (last == 'a' ? 'b' : 'a'), "large"));
    }

    private void tokens(ECKey issuer) throws JOSEException {
        out.println("2. tokens of an identity provider");
        Instant now = Instant.now();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("gateway")
                .subject("ada")
                .claim("roles", List.of("staff"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
        out.println("  staff:    " + ask(signed(issuer, claims.build()), "large"));
        out.println("  expired:  "
                + ask(
                        signed(
                                issuer,
                                claims.expirationTime(Date.from(now.minusSeconds(600)))
                                        .build()),
                        "large"));
        ECKey forged = new ECKeyGenerator(Curve.P_256).keyID("2026-11").generate();
        out.println("  forged:   "
                + ask(
                        signed(
                                forged,
                                claims.expirationTime(Date.from(now.plusSeconds(600)))
                                        .build()),
                        "large"));
    }

    private static String signed(ECKey key, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    private void denials(MintedKey free) {
        out.println("3. a free key has the small model only");
        out.println("  small:    " + ask(free.secret(), "small"));
        out.println("  large:    " + ask(free.secret(), "large"));
        out.println("  direct:   " + ask(free.secret(), "vendor/large"));
        Caller caller = letIn(free.secret(), "10.0.0.7");
        try {
            router.as(caller)
                    .chat(ChatRequest.builder()
                            .model("small")
                            .user("Tell me everything.")
                            .maxOutputTokens(5_000)
                            .build());
        } catch (GatewayException e) {
            out.println("  long:     " + e.kind() + ": " + e.getMessage());
        }
    }

    private void budget(MintedKey free, Limits limits) {
        out.println("4. its budget of a cent is spent");
        int answers = 0;
        String answer = ask(free.secret(), "small");
        while (answer.startsWith("vendor/")) {
            answers++;
            answer = ask(free.secret(), "small");
        }
        out.println(
                "  after " + (answers > 2 ? "some" : "few") + " answers: " + answer.substring(0, answer.indexOf(':')));
        for (LimitUsage usage : limits.usage(letIn(free.secret(), "10.0.0.7"))) {
            out.println("  my usage: " + usage.limit() + (usage.used().signum() > 0 ? ", in use" : ""));
        }
    }

    private static void trail(PrintStream out, Path trail) {
        out.println("5. the audit trail");
        Map<String, Integer> counts = new TreeMap<>();
        try (Stream<AuditEvent> events = AuditFile.read(trail)) {
            events.forEach(event -> counts.merge(
                    event.type() + (event.rule() == null ? "" : " by rule " + event.rule()), 1, Integer::sum));
        }
        counts.forEach((what, count) -> out.println("  " + what + (count > 20 ? "  many" : "  " + count)));
        try (Stream<AuditEvent> events = AuditFile.read(trail)) {
            events.filter(event -> event.type() == AuditEvent.Type.REJECTED)
                    .map(AuditEvent::reason)
                    .distinct()
                    .sorted()
                    .forEach(reason -> out.println("  rejected because: " + reason));
        }
        out.println("  lines that were changed: " + AuditFile.verify(trail).size());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
