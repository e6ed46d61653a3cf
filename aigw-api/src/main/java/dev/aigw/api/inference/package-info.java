/**
 * Tensors in, tensors out, after the Open Inference Protocol v2. Doors: {@link dev.aigw.api.inference.InferenceRequest}
 * and {@link dev.aigw.api.inference.InferenceResponse}; both are made of {@link dev.aigw.api.inference.Tensor}s.
 */
@NullMarked
package dev.aigw.api.inference;

import org.jspecify.annotations.NullMarked;
