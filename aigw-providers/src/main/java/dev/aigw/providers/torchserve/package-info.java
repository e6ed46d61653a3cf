/**
 * TorchServe's inference API. Door: {@link dev.aigw.providers.torchserve.TorchServe}, a setting of
 * {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}.
 */
@NullMarked
package dev.aigw.providers.torchserve;

import org.jspecify.annotations.NullMarked;
