/**
 * Finding personal data and secrets, and blocking, masking or replacing them. Entry point: {@code SensitiveData}.
 *
 * <p>Reading order: {@code EntityType}, {@code Entity}, {@code EntityDetector}, then the detectors.
 */
@NullMarked
package dev.aigw.routing.guard.sensitive;

import org.jspecify.annotations.NullMarked;
