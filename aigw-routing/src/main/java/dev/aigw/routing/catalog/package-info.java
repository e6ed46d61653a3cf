/**
 * The models of a router: their names, deployments, fallbacks and aliases.
 *
 * <p>Door: {@link dev.aigw.routing.catalog.ModelTable}, the table under construction. Reading order: it,
 * {@code ModelBuilder} and {@code DeploymentBuilder} (what a user says), then {@code Catalog} (what the router reads).
 */
@NullMarked
package dev.aigw.routing.catalog;

import org.jspecify.annotations.NullMarked;
