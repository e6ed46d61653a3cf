/**
 * Refusing known bad and adversarial input. Entry points: {@code DenyList}, {@code TensorCheck}, {@code FieldCheck},
 * {@code ImageCheck}, {@code CallerAnomalies}.
 *
 * <p>Reading order of deny lists: {@code DenyEntry}, {@code FoldedText} (how texts compare), {@code PhraseAutomaton},
 * {@code DenyScan}; of anomalies: {@code PromptPrint}, {@code CallerHistory}; of tensors: {@code TensorStats},
 * {@code TensorReference}. {@code LinearPatterns} alone knows RE2/J.
 */
@NullMarked
package dev.aigw.routing.guard.screening;

import org.jspecify.annotations.NullMarked;
