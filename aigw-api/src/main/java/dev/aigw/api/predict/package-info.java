/**
 * Any JSON in, any JSON out, for model services with their own protocols. Entry points:
 * {@link dev.aigw.api.predict.PredictRequest} and {@link dev.aigw.api.predict.PredictResponse}.
 */
@NullMarked
package dev.aigw.api.predict;

import org.jspecify.annotations.NullMarked;
