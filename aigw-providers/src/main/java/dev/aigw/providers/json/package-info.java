/**
 * The one place that knows Jackson's mapper: parsing and writing JSON, and finding the common text delta without
 * parsing.
 *
 * <p>Door: {@link dev.aigw.providers.json.Json}. Then {@link dev.aigw.providers.json.TextDeltaTemplate}, the guarded
 * fast path of streams. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.json;

import org.jspecify.annotations.NullMarked;
