/**
 * Moderation: texts and images in, verdicts out. Doors: {@link dev.aigw.api.moderation.ModerationRequest} and
 * {@link dev.aigw.api.moderation.ModerationResponse}, to be read in that order.
 */
@NullMarked
package dev.aigw.api.moderation;

import org.jspecify.annotations.NullMarked;
