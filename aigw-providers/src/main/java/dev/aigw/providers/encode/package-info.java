/**
 * What the encoders of all vendors have in common: what to do about a part of a request that the vendor cannot take,
 * and ids of tool calls that another vendor made.
 *
 * <p>Doors: {@link dev.aigw.providers.encode.Unsupported}, {@link dev.aigw.providers.encode.ToolIds}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.encode;

import org.jspecify.annotations.NullMarked;
