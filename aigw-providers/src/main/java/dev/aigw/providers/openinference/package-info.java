/**
 * The Open Inference Protocol v2 over REST, used by Triton, KServe, MLServer, Seldon, OpenVINO Model Server and others:
 * tensors as JSON or by the binary tensor extension, metadata and readiness.
 *
 * <p>Entry point: {@link dev.aigw.providers.openinference.OpenInferenceAdapter}. Then {@code InferEncoder} and
 * {@code InferDecoder} (a request and a reply), {@code JsonTensors} and {@code BinaryTensors} (the elements of a tensor
 * in either form), and the records that describe a server and its models.
 */
@NullMarked
package dev.aigw.providers.openinference;

import org.jspecify.annotations.NullMarked;
