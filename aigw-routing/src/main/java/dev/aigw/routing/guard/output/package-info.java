/**
 * Checking what models answer. Entry points: {@code SystemPromptLeak}, {@code Links}, {@code ForbiddenTopics},
 * {@code ReplySchema}.
 */
@NullMarked
package dev.aigw.routing.guard.output;

import org.jspecify.annotations.NullMarked;
