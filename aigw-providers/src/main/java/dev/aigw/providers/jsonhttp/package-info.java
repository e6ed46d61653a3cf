/**
 * Any service that answers JSON with JSON: a team's own {@code POST /predict}, and whatever else has a shape of its
 * own.
 *
 * <p>Door: {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}. Then {@link dev.aigw.providers.jsonhttp.PathRule}
 * (where a model is asked) and {@code JsonMapping} (how a payload becomes a body, and a body an answer). The packages
 * {@code tfserving} and {@code torchserve} are settings of this adapter.
 */
@NullMarked
package dev.aigw.providers.jsonhttp;

import org.jspecify.annotations.NullMarked;
