package dev.aigw.examples.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.aigw.api.Caller;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import dev.aigw.routing.access.jwt.JwtAuthenticator;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures how long it takes to let a caller in by a JSON Web Token: one that is known, and one that is new. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenBenchmark {

    private static final String ISSUER = "https://login.example.com";
    private static final String AUDIENCE = "gateway";

    private final String rs256;
    private final String es256;
    private final JwtAuthenticator remembering;
    private final JwtAuthenticator forgetting;
    private final Access access;

    /** Makes the keys, and a token of each. */
    public TokenBenchmark() {
        try {
            RSAKey rsa = new RSAKeyGenerator(2048).keyID("r1").generate();
            ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
            rs256 = token(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").build(), new RSASSASigner(rsa));
            es256 = token(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1").build(), new ECDSASigner(ec));
            String jwks = new JWKSet(List.of(rsa, ec)).toPublicJWKSet().toString();
            remembering = JwtAuthenticator.builder()
                    .issuer(ISSUER)
                    .audience(AUDIENCE)
                    .jwks(jwks)
                    .build();
            forgetting = JwtAuthenticator.builder()
                    .issuer(ISSUER)
                    .audience(AUDIENCE)
                    .jwks(jwks)
                    .maximumCached(0)
                    .build();
            access = Access.builder().authenticator(remembering).build();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String token(JWSHeader header, JWSSigner signer) throws JOSEException {
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                header,
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject("ada")
                        .claim("roles", List.of("analyst", "staff"))
                        .claim("scope", "chat embed")
                        .claim("email", "ada@example.com")
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(3_600)))
                        .build());
        token.sign(signer);
        return token.serialize();
    }

    /** Checks that the tokens are accepted, so that no rejection is measured. */
    @Setup
    public void check() {
        for (String token : List.of(rs256, es256)) {
            if (forgetting.authenticate(PresentedCredential.of(token)).kind() != AuthenticationResult.Kind.ACCEPTED) {
                throw new IllegalStateException("a token is not accepted");
            }
        }
    }

    /** A token that was verified before. */
    @Benchmark
    public AuthenticationResult known() {
        return remembering.authenticate(PresentedCredential.of(rs256));
    }

    /** The same through the access, from the header to the caller. */
    @Benchmark
    public Caller knownByAccess() {
        return access.authenticate(PresentedCredential.authorization("Bearer " + rs256));
    }

    /** A token that was never seen, signed with RSA. */
    @Benchmark
    public AuthenticationResult newRs256() {
        return forgetting.authenticate(PresentedCredential.of(rs256));
    }

    /** A token that was never seen, signed with an elliptic curve. */
    @Benchmark
    public AuthenticationResult newEs256() {
        return forgetting.authenticate(PresentedCredential.of(es256));
    }
}
