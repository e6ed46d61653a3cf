/**
 * Callers by tokens of an identity provider: JSON Web Tokens, whose signature is checked here, and opaque tokens, which
 * the provider is asked about (RFC 7662).
 *
 * <p>Entry points: {@link dev.aigw.routing.access.jwt.JwtAuthenticator}, for which {@code com.nimbusds:nimbus-jose-jwt}
 * must be added, and {@link dev.aigw.routing.access.jwt.IntrospectionAuthenticator}, which needs nothing else. Then
 * read {@code CompactToken} and {@code TokenRules}, what a token must be; {@code JwkParser}, which keys are trusted;
 * {@code RemoteKeys}, when they are fetched.
 */
@NullMarked
package dev.aigw.routing.access.jwt;

import org.jspecify.annotations.NullMarked;
