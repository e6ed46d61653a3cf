/**
 * Counting tokens locally, before a call or where the provider reported none. Entry point:
 * {@link dev.aigw.api.token.TokenCounter}, which applications may implement with their own tokenizer.
 *
 * <p>Reading order: {@code TokenCounter}, {@code CalibratedCounter} (texts), {@code PromptTokens} (requests),
 * {@code ToolTokens}, {@code ImageTokens} with its {@code ImageRule}s.
 */
@NullMarked
package dev.aigw.api.token;

import org.jspecify.annotations.NullMarked;
