/**
 * What the encoders of all vendors have in common: what to do about a part of a request that the vendor cannot take,
 * and about what another vendor made, when a conversation moves.
 *
 * <p>Doors: {@link dev.aigw.providers.encode.Unsupported}, {@link dev.aigw.providers.encode.Provenance} (reasoning, raw
 * parts), {@link dev.aigw.providers.encode.ToolIds}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.encode;

import org.jspecify.annotations.NullMarked;
