/**
 * Counting tokens on our side, before a call or where nobody reported them. Entry point:
 * {@link dev.aigw.api.token.TokenCounter}, which applications may implement over a tokenizer of their own.
 *
 * <p>Reading order: {@code TokenCounter}, {@code CalibratedCounter} (texts), {@code PromptTokens} (requests),
 * {@code ToolTokens}, {@code ImageTokens} with its {@code ImageRule}s.
 */
@NullMarked
package dev.aigw.api.token;

import org.jspecify.annotations.NullMarked;
