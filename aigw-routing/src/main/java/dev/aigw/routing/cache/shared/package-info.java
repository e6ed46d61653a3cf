/**
 * Shares cached replies among JVMs, in any {@link dev.aigw.api.spi.CacheStore}.
 *
 * <p>Entry point: {@link dev.aigw.routing.cache.shared.SharedCache}, a {@link dev.aigw.api.spi.ResultCache} with a
 * small cache in the heap in front of the store.
 *
 * <p>Reading order: {@code SharedCache}; {@code KeyDigest} (the key) with {@code RequestForm} and
 * {@code CanonicalWriter}; {@code ReplyCodec} (the bytes) with {@code ReplyForm}, {@code PlainWriter} and
 * {@code PlainReader}; {@code Seal}, which
 * encrypts or signs them; {@code TensorForm}, which both sides share, as they do the api's forms of chats.
 */
@NullMarked
package dev.aigw.routing.cache.shared;

import org.jspecify.annotations.NullMarked;
