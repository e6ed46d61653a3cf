/**
 * Parses and writes JSON, and finds common text deltas without parsing. The only package that uses Jackson's mapper.
 *
 * <p>Entry point: {@link dev.aigw.providers.json.Json}. Then {@link dev.aigw.providers.json.TextDeltaTemplate}, the
 * guarded fast path of streams. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.json;

import org.jspecify.annotations.NullMarked;
