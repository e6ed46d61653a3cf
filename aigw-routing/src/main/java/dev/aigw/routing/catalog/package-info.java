/**
 * The models of a router: their names, deployments, fallbacks and aliases.
 *
 * <p>Entry point: {@link dev.aigw.routing.catalog.ModelTable}, the table under construction. Reading order: it,
 * {@code ModelBuilder} and {@code DeploymentBuilder} (what a user says), {@code ModelFactory} (makes models of it),
 * then {@code Catalog} (what the router itself reads; an application gets none) with {@code Lineage} and
 * {@code Versions}, {@code Wildcard}; {@code ModelCards} (what is known of models) with {@code CardFile} and the forms
 * it reads.
 */
@NullMarked
package dev.aigw.routing.catalog;

import org.jspecify.annotations.NullMarked;
