/**
 * Moderation: verdicts on texts and images. Entry points, in reading order:
 * {@link dev.aigw.api.moderation.ModerationRequest} and {@link dev.aigw.api.moderation.ModerationResponse}.
 */
@NullMarked
package dev.aigw.api.moderation;

import org.jspecify.annotations.NullMarked;
