package dev.aigw.examples.benchmarks;

import dev.aigw.api.Caller;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import dev.aigw.routing.access.keys.ApiKeys;
import dev.aigw.routing.access.keys.KeySpec;
import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.access.keys.MintedKey;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the check of an API key with a warm record: of the right key through {@code Access}, and of keys that are
 * wrong in different ways, whose times should not tell which.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyBenchmark {

    private static final KeySpec SPEC =
            KeySpec.builder("bench", "acme").scope("chat").tier("gold").build();

    private static ApiKeys keys(KeyStore store, String serverSecret) {
        return ApiKeys.builder().store(store).serverSecret("2026", serverSecret).build();
    }

    /** A key, right or wrong in one way. */
    @State(Scope.Benchmark)
    public static class Presented {

        /** What is presented. */
        @Param({"right", "wrongSecret", "unknownId", "revoked", "typo"})
        public String presented = "right";

        private final KeyStore store = KeyStore.inMemory();
        private final ApiKeys keys = keys(store, "0123456789abcdef0123456789abcdef");
        private PresentedCredential credential = PresentedCredential.of(null);

        /** Mints the key. */
        @Setup
        public void mint() {
            MintedKey minted = keys.mint(SPEC);
            String secret = minted.secret();
            switch (presented) {
                case "right" -> {}
                case "wrongSecret" -> {
                    try (ApiKeys others = keys(store, "another one of the same length..")) {
                        secret = others.mint(SPEC).secret(); // its hash is of another server secret
                    }
                }
                case "unknownId" -> {
                    keys.revoke(minted.id());
                    keys.remove(minted.id());
                }
                case "revoked" -> keys.revoke(minted.id());
                default -> secret = secret.substring(0, secret.length() - 1) + "-";
            }
            credential = PresentedCredential.of(secret);
        }

        /** Ends the thread of the keys. */
        @TearDown
        public void close() {
            keys.close();
        }
    }

    /** The right key and what it is presented to. */
    @State(Scope.Benchmark)
    public static class Right {

        private final ApiKeys keys = keys(KeyStore.inMemory(), "0123456789abcdef0123456789abcdef");
        private final Access access = Access.builder().authenticator(keys).build();
        private final PresentedCredential credential =
                PresentedCredential.of(keys.mint(SPEC).secret());

        /** Ends the thread of the keys. */
        @TearDown
        public void close() {
            keys.close();
        }
    }

    /** The check alone. */
    @Benchmark
    public AuthenticationResult key(Presented presented) {
        return presented.keys.authenticate(presented.credential);
    }

    /** The right key, through {@code Access}. */
    @Benchmark
    public Caller access(Right right) {
        return right.access.authenticate(right.credential);
    }
}
