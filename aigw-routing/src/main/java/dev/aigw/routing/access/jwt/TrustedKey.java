package dev.aigw.routing.access.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key of the issuer, with the algorithms it may be used with: the token never decides how its key is used. Safe for
 * use by many threads.
 */
final class TrustedKey {

    /** Returns whether a signature of an algorithm that the key may be used with is right. */
    private interface Check {
        boolean passes(String algorithm, byte[] signed, Base64URL signature)
                throws JOSEException, GeneralSecurityException;
    }

    private final @Nullable String id;
    private final Object material;
    private final Set<String> algorithms;
    private final Check check;
    private volatile boolean retired;

    private TrustedKey(@Nullable String id, Object material, Set<String> algorithms, Check check) {
        this.id = id;
        this.material = material;
        this.algorithms = algorithms;
        this.check = check;
    }

    static TrustedKey rsa(@Nullable String id, RSAPublicKey key, Set<String> algorithms) {
        return new TrustedKey(id, key, algorithms, byNimbus(new RSASSAVerifier(key)));
    }

    static TrustedKey ec(@Nullable String id, ECPublicKey key, Set<String> algorithms) throws JOSEException {
        return new TrustedKey(id, key, algorithms, byNimbus(new ECDSAVerifier(key)));
    }

    /** The JDK has this algorithm, for which Nimbus needs another library. */
    static TrustedKey ed25519(@Nullable String id, PublicKey key, Set<String> algorithms) {
        return new TrustedKey(id, key, algorithms, (algorithm, signed, signature) -> {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(signed);
            return ed25519.verify(signature.decode());
        });
    }

    static TrustedKey secret(byte[] secret, Set<String> algorithms) throws JOSEException {
        return new TrustedKey(null, secret, algorithms, byNimbus(new MACVerifier(secret)));
    }

    private static Check byNimbus(JWSVerifier verifier) {
        // The token's own header is not given to it: it was checked, and only its algorithm matters here.
        return (algorithm, signed, signature) ->
                verifier.verify(new JWSHeader(JWSAlgorithm.parse(algorithm)), signed, signature);
    }

    /** Returns whether a token of this algorithm and key id, if it names one, may be signed by this key. */
    boolean fits(String algorithm, @Nullable String keyId) {
        return algorithms.contains(algorithm) && (keyId == null || keyId.equals(id));
    }

    boolean verifies(String algorithm, CompactToken token) {
        try {
            return check.passes(algorithm, token.signed(), new Base64URL(token.signature()));
        } catch (SignatureException | JOSEException e) {
            return false; // such as a signature of another length
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot verify " + algorithm, e);
        }
    }

    /** Returns whether another key is the same, for the same algorithms. */
    boolean isSame(TrustedKey other) {
        return material.equals(other.material)
                && algorithms.equals(other.algorithms)
                && (id == null ? other.id == null : id.equals(other.id));
    }

    /** Ends the trust: what it has verified is verified no more. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }
}
