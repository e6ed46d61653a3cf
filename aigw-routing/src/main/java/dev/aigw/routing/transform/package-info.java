/**
 * What becomes of requests on their way to a model, and of replies on their way back: prompts with variables, and
 * rules.
 *
 * <p>Entry points: {@link dev.aigw.routing.transform.Prompts}, given to the router by {@code prompts(...)}, and
 * {@link dev.aigw.routing.transform.Transforms}, given by {@code transforms(...)}.
 *
 * <p>Reading order: {@code PromptTemplate} with {@code PromptFile}, {@code PromptRegistry}, {@code PromptRef},
 * {@code Prompts} with {@code PromptValues}, {@code UntrustedText} and {@code RoleMarkers}, {@code PromptStage}; then
 * {@code Transforms}, {@code TransformRule}, {@code Rule}, {@code RulesStage} and {@code ComingChangesStage},
 * {@code ContextTrim} with {@code TrimStage} and {@code Summaries}, and {@code TextMapping} with {@code MappedSource}.
 */
@NullMarked
package dev.aigw.routing.transform;

import org.jspecify.annotations.NullMarked;
