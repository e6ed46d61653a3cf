/**
 * TensorFlow Serving over REST. Door: {@link dev.aigw.providers.tfserving.TensorFlowServing}, a setting of
 * {@link dev.aigw.providers.jsonhttp.JsonHttpAdapter}.
 */
@NullMarked
package dev.aigw.providers.tfserving;

import org.jspecify.annotations.NullMarked;
