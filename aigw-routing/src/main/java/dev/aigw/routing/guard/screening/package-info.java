/**
 * Refusing known bad and adversarial input. Entry points: {@code DenyList}, {@code TensorCheck}, {@code ImageCheck},
 * {@code CallerAnomalies}.
 */
@NullMarked
package dev.aigw.routing.guard.screening;

import org.jspecify.annotations.NullMarked;
