/**
 * TensorFlow Serving over REST. Entry point: {@link dev.aigw.providers.tfserving.TensorFlowServing}, a preset of
 * {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}.
 */
@NullMarked
package dev.aigw.providers.tfserving;

import org.jspecify.annotations.NullMarked;
