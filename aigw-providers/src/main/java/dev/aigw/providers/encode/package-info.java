/**
 * What the encoders of all vendors have in common: what to do about a part of a request that the vendor cannot take.
 *
 * <p>Door: {@link dev.aigw.providers.encode.Unsupported}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.encode;

import org.jspecify.annotations.NullMarked;
