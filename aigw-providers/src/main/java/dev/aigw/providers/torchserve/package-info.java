/**
 * TorchServe's inference API. Entry point: {@link dev.aigw.providers.torchserve.TorchServe}, a preset of
 * {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}.
 */
@NullMarked
package dev.aigw.providers.torchserve;

import org.jspecify.annotations.NullMarked;
