/**
 * Settings of a deployment or a model: concurrency limits, health checks, failure policies, last resorts, and switches
 * behind an alias.
 *
 * <p>Read {@link dev.aigw.routing.deployment.ConcurrencyLimit} and {@link dev.aigw.routing.deployment.HealthCheck} for
 * deployments, {@link dev.aigw.routing.deployment.LastResort} and {@link dev.aigw.routing.deployment.Switch} for
 * models.
 */
@NullMarked
package dev.aigw.routing.deployment;

import org.jspecify.annotations.NullMarked;
