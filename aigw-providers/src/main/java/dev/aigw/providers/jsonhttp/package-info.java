/**
 * Any service that answers JSON with JSON, such as a team's own {@code POST /predict}.
 *
 * <p>Entry point: {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}. Then
 * {@link dev.aigw.providers.jsonhttp.PathRule} (the path of a model) and {@code JsonMapping} (payload to body, and body
 * to answer). The packages {@code tfserving} and {@code torchserve} are settings of this adapter.
 */
@NullMarked
package dev.aigw.providers.jsonhttp;

import org.jspecify.annotations.NullMarked;
