/**
 * Conversations of many turns: what was said so far, and what of it fits a model. Entry points:
 * {@link dev.aigw.api.conversation.Conversation}, which remembers, and {@link dev.aigw.api.conversation.ContextWindow},
 * which makes a request fit.
 *
 * <p>Reading order: {@code Conversation}, {@code ToolPairs} (calls without results), {@code ContextWindow},
 * {@code History} (where a conversation may be cut).
 */
@NullMarked
package dev.aigw.api.conversation;

import org.jspecify.annotations.NullMarked;
