/**
 * API keys that an application gives to its own callers: minted, rotated and revoked while calls run, stored only as
 * hashes. {@link dev.aigw.routing.access.keys.ApiKeys} is the entry point and the authenticator.
 *
 * <p>Reading order: {@code ApiKeys} (what an application calls), {@code KeyFormat} (how a key is written),
 * {@code SecretHashes} (how its secret is checked), {@code StoredKey} and {@code KeyStore} (what is kept, and where: in
 * memory, in a file by {@code FileKeyStore}, in a database by {@code jdbc.JdbcKeyStore}, in Redis by
 * {@code SharedRedis.keyStore()}), {@code KeyCache} (copies in front of slow stores), {@code LastUses} (when keys were
 * used).
 */
@NullMarked
package dev.aigw.routing.access.keys;

import org.jspecify.annotations.NullMarked;
