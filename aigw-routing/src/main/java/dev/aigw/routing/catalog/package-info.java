/**
 * The models of a router: their names, deployments, fallbacks and aliases.
 *
 * <p>Entry point: {@link dev.aigw.routing.catalog.ModelTable}, the table under construction. Reading order:
 * {@code ModelTable}, {@code ModelBuilder} and {@code DeploymentBuilder} (the configuration), {@code ModelFactory}
 * (makes models from it), then {@code Catalog} (the table in use; an application never gets one) with {@code Lineage},
 * {@code Versions} and {@code Wildcard}; {@code ModelCards} (known facts about models) with {@code CardFile} and the
 * formats it reads.
 */
@NullMarked
package dev.aigw.routing.catalog;

import org.jspecify.annotations.NullMarked;
