/** Guards that ask a model. Entry points: {@code ModerationGuard}, {@code ClassifierGuard}. */
@NullMarked
package dev.aigw.routing.guard.model;

import org.jspecify.annotations.NullMarked;
