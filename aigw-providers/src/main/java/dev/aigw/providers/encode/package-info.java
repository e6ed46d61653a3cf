/**
 * What the encoders of all vendors have in common: what to do about a part of a request that the vendor cannot take,
 * and about what another vendor made, when a conversation moves; and the one shape in which documents are ranked.
 *
 * <p>Doors: {@link dev.aigw.providers.encode.Unsupported}, {@link dev.aigw.providers.encode.Provenance} (reasoning, raw
 * parts), {@link dev.aigw.providers.encode.ToolIds}, {@link dev.aigw.providers.encode.Turns},
 * {@link dev.aigw.providers.encode.RerankCodec}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.encode;

import org.jspecify.annotations.NullMarked;
