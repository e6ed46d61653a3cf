/**
 * Guards of other vendors, asked over HTTP: Presidio, Azure AI Content Safety, Bedrock Guardrails, Model Armor, Lakera,
 * or a service of your own.
 *
 * <p>Entry point: {@link dev.aigw.providers.guard.HttpGuard}, with an
 * {@link dev.aigw.providers.guard.HttpGuardMapping}, which says as data what a service is sent and what its answer
 * means. Reading order: {@code HttpGuardMapping}, {@code MappingReader} (the file), {@code TextGroup} and {@code Slot}
 * (how parts become texts), {@code RequestBody}, {@code ReplyReader} with {@code Expectation}, {@code Passing} and
 * {@code FindingRule}.
 */
@NullMarked
package dev.aigw.providers.guard;

import org.jspecify.annotations.NullMarked;
