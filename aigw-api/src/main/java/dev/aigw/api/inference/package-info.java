/**
 * Inference on tensors, after the Open Inference Protocol v2. Entry points:
 * {@link dev.aigw.api.inference.InferenceRequest} and {@link dev.aigw.api.inference.InferenceResponse}; both consist of
 * {@link dev.aigw.api.inference.Tensor}s.
 */
@NullMarked
package dev.aigw.api.inference;

import org.jspecify.annotations.NullMarked;
