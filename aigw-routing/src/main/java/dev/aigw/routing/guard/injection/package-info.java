/**
 * Finding prompt injections and jailbreaks. Entry point: {@link dev.aigw.routing.guard.injection.PromptInjection}.
 *
 * <p>Reading order: {@code PromptInjection}; {@code InjectionModel}, which scores a text; {@code TextNormalizer}, which
 * makes {@code View}s of it; {@code RuleBook} and {@code PhraseTrie}, which find what {@code rules.txt} describes;
 * {@code Segments} and {@code WindowScores}, the classifier; {@code InjectionTrainer}, which learns both.
 */
@NullMarked
package dev.aigw.routing.guard.injection;

import org.jspecify.annotations.NullMarked;
